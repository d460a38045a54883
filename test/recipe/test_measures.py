"""The constants come from scipy 1.17.1 and numpy 2.1.0; test/unit/duckdb/score.test.ts holds the engine to the same ones."""

import math

import numpy as np
import pytest
from measures import measure


def test_binary():
    scores = measure("binary", [0, 1, 0, 1, 1, 0, 0, 1, 0, 1], [0.1, 0.8, 0.35, 0.35, 0.6, 0.6, 0, 1, 0.5, 0.5])
    assert scores == pytest.approx({"auc": 0.82, "logloss": 0.4622519824323207, "brier": 0.1615, "accuracy": 0.7}, abs=1e-12)
    assert measure("binary", [0, 1], [1, 0])["logloss"] == pytest.approx(34.53917619362578)


def test_multiclass():
    """By scikit-learn 1.8.0: accuracy_score, and f1_score with average="macro" over the labels that occur."""
    labels = [0, 1, 2, 1, 0, 2, 2, 1, 0, 3]
    told = [
        [0.7, 0.2, 0.1, 0],
        [0.1, 0.8, 0.1, 0],
        [0.2, 0.2, 0.5, 0.1],
        [0.5, 0.4, 0.05, 0.05],
        [1, 0, 0, 0],
        [0, 0.25, 0.25, 0.5],
        [0.3, 0.3, 0.4, 0],
        [0.25, 0.25, 0.25, 0.25],
        [0, 0.9, 0.1, 0],
        [0.1, 0.1, 0.2, 0.6],
    ]
    scores = measure("multiclass", labels, told)
    assert scores == pytest.approx({"logloss": 4.092773788047765, "accuracy": 0.6, "macro_f1": 0.6095238095238095}, abs=1e-12)
    one = np.eye(3)[[0, 2, 1, 0, 1]]
    assert measure("multiclass", [0, 0, 1, 1, 1], one)["macro_f1"] == pytest.approx(0.65)


def test_regression():
    scores = measure("regression", [3, -1, 2.5, 7, 0], [2.5, 0, 2, 8, 0.5])
    assert scores == pytest.approx({"rmse": 0.7416198487095663, "mae": 0.7, "r2": 0.9291237113402062}, abs=1e-12)


def test_what_has_no_meaning_is_nan():
    assert math.isnan(measure("binary", [1, 1], [0.5, 0.6])["auc"])
    assert math.isnan(measure("regression", [2, 2], [1, 3])["r2"])


def test_predictions_that_are_not_finite_have_no_metric():
    # Accuracy alone would not notice: what is not at least 0.5 is said to be false.
    assert all(math.isnan(score) for score in measure("binary", [0, 1], [math.nan, 0.6]).values())
