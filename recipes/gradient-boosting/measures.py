"""The metrics of a model on one set of rows. Names and formulas are those by which it is judged later on the test rows."""

import numpy as np

CLIP = 1e-15


def measure(task, labels, predictions):
    """
    task: binary (labels 0 and 1, predictions the probability of 1), multiclass (labels the places of classes, 0, 1, …, predictions a
    probability for each row and class) or regression. A metric without meaning is NaN, as all are when a prediction is not finite.
    """
    y = np.asarray(labels, dtype=np.float64)
    p = np.asarray(predictions, dtype=np.float64)
    scores = {"binary": _binary, "multiclass": _multiclass, "regression": _regression}[task](y, p)
    return scores if np.all(np.isfinite(p)) else dict.fromkeys(scores, float("nan"))


def _binary(y, p):
    q = np.clip(p, CLIP, 1 - CLIP)
    return {
        "auc": _auc(y, p),
        "logloss": float(-np.mean(np.where(y == 1, np.log(q), np.log1p(-q)))),
        "brier": float(np.mean((p - y) ** 2)),
        "accuracy": float(np.mean((p >= 0.5) == (y == 1))),
    }


def _auc(y, p):
    """By ranks (Mann-Whitney), ties at their mean rank."""
    positives = int(np.sum(y == 1))
    negatives = len(y) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    _, inverse, counts = np.unique(p, return_inverse=True, return_counts=True)
    mean_ranks = np.cumsum(counts) - (counts - 1) / 2
    above = np.sum(mean_ranks[inverse][y == 1]) - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def _multiclass(y, p):
    y = y.astype(int)
    said = np.argmax(p, axis=1)
    of_truth = np.clip(p[np.arange(len(y)), y], CLIP, 1 - CLIP)
    return {
        "logloss": float(-np.mean(np.log(of_truth))),
        "accuracy": float(np.mean(said == y)),
        # Over the classes that rows are of: a class that is never true counts only as a mistake where it is said.
        "macro_f1": float(np.mean([2 * np.sum((y == c) & (said == c)) / (np.sum(y == c) + np.sum(said == c)) for c in np.unique(y)])),
    }


def _regression(y, p):
    squares = np.sum((y - p) ** 2)
    spread = np.sum((y - np.mean(y)) ** 2)
    return {
        "rmse": float(np.sqrt(squares / len(y))),
        "mae": float(np.mean(np.abs(y - p))),
        "r2": float(1 - squares / spread) if spread > 0 else float("nan"),
    }
