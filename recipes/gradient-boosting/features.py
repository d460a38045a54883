"""From rows to the matrix that the booster reads: the same for training, for an endpoint and for batch transform.

Numbers stay numbers, booleans become 0 and 1, a text becomes the place of its category among those seen in the training rows, and
what is null, absent or an unseen category is missing (NaN), which XGBoost has a branch for.
"""

import json
import math
from pathlib import Path

import numpy as np

FILE = "encoding.json"
# A text column with more values than this names rows rather than kinds: the most frequent are kept.
MAX_CATEGORIES = 2000
# The booster computes in 32 bits: what lies beyond counts as the largest number, since infinity would be refused.
LARGEST = float(np.finfo(np.float32).max)


class RowError(ValueError):
    """A row that cannot be read: says which row, which field, and why."""


class Encoding:
    """
    `features`: [{"name", "type", "categories" for a string}]; `others`: columns of the contract that are no features; `classes`: of a
    multiclass model, in the order of the booster's probabilities.
    """

    def __init__(self, task, features, others, classes=()):
        self.task = task
        self.classes = list(classes)
        self.features = features
        self.others = frozenset(others)
        self.names = [f["name"] for f in features]
        # XGBoost's own words: quantitative and categorical.
        self.types = ["c" if f["type"] == "string" else "q" for f in features]
        self._codes = {f["name"]: {c: float(i) for i, c in enumerate(f["categories"])} for f in features if f["type"] == "string"}

    @classmethod
    def learn(cls, definition, table, classes=()):
        """From the definition and the training rows (a pandas DataFrame)."""
        columns = definition["columns"]
        features = [
            {"name": name, "type": column["type"], **_categories(column, table[name])}
            for name, column in columns.items()
            if column["feature"] and name != definition["target"]
        ]
        names = {f["name"] for f in features}
        return cls(definition["task"], features, sorted(set(columns) - names), classes)

    def save(self, directory):
        content = {"task": self.task, "features": self.features, "others": sorted(self.others), "classes": self.classes}
        (Path(directory) / FILE).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, directory):
        return cls(**json.loads((Path(directory) / FILE).read_text(encoding="utf-8")))

    def encode_table(self, table):
        """A pandas DataFrame of validated rows → float32 matrix, rows × features."""
        matrix = np.full((len(table), len(self.features)), np.nan, dtype=np.float32)
        for i, feature in enumerate(self.features):
            column = table[feature["name"]]
            if feature["type"] == "string":
                column = column.map(self._codes[feature["name"]])
            matrix[:, i] = column.astype("float64").clip(-LARGEST, LARGEST).to_numpy()
        return matrix

    def encode_rows(self, rows):
        """Rows as a caller sent them (list of dict) → float32 matrix, rows × features. Raises RowError."""
        matrix = np.full((len(rows), len(self.features)), np.nan, dtype=np.float32)
        known = self.others.union(self.names)
        for r, row in enumerate(rows):
            unknown = [name for name in row if name not in known]
            if unknown:
                raise RowError(f"{_where(r, rows)}field {unknown[0]!r} is not known; the features are {', '.join(self.names)}")
            for i, feature in enumerate(self.features):
                value = row.get(feature["name"])
                if value is not None:
                    matrix[r, i] = self._encode(value, feature, r, rows)
        return matrix

    def _encode(self, value, feature, r, rows):
        kind = feature["type"]
        if kind == "string" and isinstance(value, str):
            return self._codes[feature["name"]].get(value, math.nan)
        if kind == "boolean" and (isinstance(value, bool) or value in (0, 1)):
            return float(value)
        if kind in ("integer", "number") and isinstance(value, (int, float)) and not isinstance(value, bool):
            # An int of any size is finite, but may be too large to ask.
            if isinstance(value, int) or (math.isfinite(value) and (kind == "number" or value.is_integer())):
                return float(min(max(value, -LARGEST), LARGEST))
        raise RowError(f"{_where(r, rows)}field {feature['name']!r} is {_short(value)}, which is not {_ARTICLE[kind]}")


_ARTICLE = {"integer": "an integer", "number": "a finite number", "boolean": "a boolean", "string": "a string"}


def _categories(column, values):
    if column["type"] != "string":
        return {}
    counts = values.value_counts()
    kept = sorted(counts.index, key=lambda c: (-counts[c], c))[:MAX_CATEGORIES]
    if len(kept) < len(counts):
        print(f"{values.name}: {len(counts)} values, the {MAX_CATEGORIES} most frequent are categories, the rest is missing")
    return {"categories": sorted(kept)}


def _where(r, rows):
    return f"row {r + 1}: " if len(rows) > 1 else ""


def _short(value):
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:79] + "…"
