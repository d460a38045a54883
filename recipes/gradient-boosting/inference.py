"""Answers with a trained model, under SageMaker's container contract: an endpoint and batch transform call these four functions.

Takes   application/json         one row {"month": 1, …}, a list of rows, or {"instances": [rows]}
        application/jsonlines    one row a line
        text/csv                 a header line, columns in any order; an empty field is null
Gives   application/json         {"prediction": p} for one row, otherwise a list of them
        application/jsonlines    {"prediction": p} a line
        text/csv                 p a line
p is the probability of true (binary) or the predicted number (regression). A feature that is not sent is null.
Of a multiclass model the answer is {"prediction": class, "probabilities": {class: p, …}}, and in CSV the class and then the probability
of each, in the order of the definition.
"""

import csv
import io
import json
import os
from pathlib import Path
from typing import NamedTuple

# Before XGBoost is loaded: its threads sleep while they wait, instead of spinning.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import xgboost as xgb

from features import Encoding, RowError

JSON, JSON_LINES, CSV = "application/json", "application/jsonlines", "text/csv"


class UnsupportedFormatError(ValueError):
    """A content type that is not spoken here. Containers know this error by its name."""


class Model(NamedTuple):
    booster: xgb.Booster
    encoding: Encoding


class Rows(NamedTuple):
    """`texts`: the values are CSV fields, whose type only the model knows. `single`: one row was sent, not a list of one."""

    rows: list
    texts: bool = False
    single: bool = False


class Predictions(NamedTuple):
    """`values`: a number a row, or with `classes` one for each of them."""

    values: list
    single: bool
    classes: list = []


def model_fn(model_dir):
    booster = xgb.Booster()
    booster.load_model(Path(model_dir) / "model.json")
    return Model(booster, Encoding.load(model_dir))


def input_fn(data, content_type):
    text = _text(data)
    kind = _media_type(content_type)
    if kind == JSON:
        return _json_rows(_parse(text, "the body"))
    if kind == JSON_LINES:
        lines = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
        return Rows([_object(_parse(line, f"line {n}"), f"line {n}") for n, line in lines])
    if kind == CSV:
        return Rows(_csv_rows(text), texts=True)
    raise UnsupportedFormatError(f"content type {content_type!r} is not known; send {JSON}, {JSON_LINES} or {CSV}")


def predict_fn(data, model):
    if not data.rows:
        return Predictions([], data.single, model.encoding.classes)
    rows = [_typed(row, model.encoding) for row in data.rows] if data.texts else data.rows
    encoding = model.encoding
    matrix = xgb.DMatrix(
        encoding.encode_rows(rows),
        feature_names=encoding.names,
        feature_types=encoding.types,
        enable_categorical=True,
    )
    return Predictions(model.booster.predict(matrix).tolist(), data.single, encoding.classes)


def output_fn(prediction, accept):
    kind = JSON if accept in (None, "", "*/*") else _media_type(accept)
    answers = [_answer(p, prediction.classes) for p in prediction.values]
    if kind == JSON:
        return json.dumps(answers[0] if prediction.single else answers), JSON
    if kind == JSON_LINES:
        return "\n".join(json.dumps(a) for a in answers), JSON_LINES
    if kind == CSV:
        return "\n".join(_csv_line(a) for a in answers), CSV
    raise UnsupportedFormatError(f"accept {accept!r} is not known; ask for {JSON}, {JSON_LINES} or {CSV}")


def _answer(value, classes):
    if not classes:
        return {"prediction": value}
    likeliest = max(range(len(classes)), key=value.__getitem__)
    return {"prediction": classes[likeliest], "probabilities": dict(zip(classes, value))}


def _csv_line(answer):
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([answer["prediction"], *answer.get("probabilities", {}).values()])
    return line.getvalue()


def _media_type(value):
    return (value or "").split(";")[0].strip().lower()


def _text(data):
    """Containers hand over str for some content types and bytes for others."""
    try:
        text = data if isinstance(data, str) else bytes(data).decode("utf-8")
    except UnicodeDecodeError as error:
        raise RowError(f"the body is not UTF-8: {error}") from None
    return text.removeprefix("\ufeff")


def _parse(text, where):
    def refuse(constant):
        raise RowError(f"{where} holds {constant}, which is not JSON: send null where there is no value")

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise RowError(f"{where} is not JSON: {error}") from None


def _json_rows(document):
    if isinstance(document, dict) and set(document) == {"instances"}:
        document = document["instances"]
        if not isinstance(document, list):
            raise RowError("instances must be a list of rows")
    if isinstance(document, list):
        return Rows([_object(row, f"row {n}") for n, row in enumerate(document, start=1)])
    return Rows([_object(document, "the body")], single=True)


def _object(value, where):
    if not isinstance(value, dict):
        raise RowError(f"{where} is not a JSON object of features by name")
    return value


def _csv_rows(text):
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header, *rows = [row for row in reader if row]
    except ValueError:
        raise RowError("the body is empty: CSV needs a header line with the features' names") from None
    except csv.Error as error:
        raise RowError(f"the body is not CSV: line {reader.line_num}: {error}") from None
    doubled = [name for name in header if header.count(name) > 1]
    if doubled:
        raise RowError(f"field {doubled[0]!r} is in the header more than once")
    for n, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise RowError(f"row {n} has {len(row)} fields, the header has {len(header)}")
    return [dict(zip(header, row)) for row in rows]


def _typed(row, encoding):
    """CSV fields → values of the features' types; what does not fit stays a text, which the encoding then refuses by name."""
    types = {f["name"]: f["type"] for f in encoding.features}
    return {name: _value(text, types.get(name)) for name, text in row.items()}


def _value(text, kind):
    if text == "":
        return None
    if kind == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if kind in ("integer", "number"):
        try:
            return float(text) if "_" not in text else text
        except ValueError:
            return text
    return text
