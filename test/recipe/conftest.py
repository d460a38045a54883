"""Builds a bundle as it lies in /opt/ml/code, and runs its training as the container does."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

RECIPE = Path(__file__).resolve().parents[2] / "recipes" / "gradient-boosting"
sys.path.insert(0, str(RECIPE))


def column(type, **more):
    return {"type": type, "nullable": False, "feature": True, **more}


# One feature of each type, with nulls; `n` is no feature.
COLUMNS = {
    "n": column("integer", feature=False),
    "hour": column("integer"),
    "price": column("number", nullable=True),
    "member": column("boolean", nullable=True),
    "shop": column("string", nullable=True),
}


# Not in the order of the alphabet, and one that no row is of.
CLASSES = ["mid", 'high, or "more"', "low", "never"]


def definition(task="binary", metric="auc", **more):
    target = {"binary": column("boolean"), "multiclass": column("string", values=CLASSES), "regression": column("number")}[task]
    return {"task": task, "metric": metric, "target": "y", "columns": {**COLUMNS, "y": target}, **more}


def rows(count, task="binary", seed=1):
    """A truth that needs each feature, its nulls too, and some noise. Types as DuckDB writes them."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "n": np.arange(count),
            "hour": random.integers(0, 24, count),
            "price": pd.Series(random.normal(50, 20, count)).mask(random.random(count) < 0.2),
            "member": pd.Series(random.random(count) < 0.5, dtype="boolean").mask(random.random(count) < 0.2),
            "shop": pd.Series(random.choice(["north", "south", "öst"], count)).mask(random.random(count) < 0.2),
            "__id": [f"[{i}]" for i in range(count)],
        }
    )
    signal = (
        (frame.hour - 12) / 6
        + frame.price.fillna(90).sub(50) / 20
        + frame.member.fillna(False).astype(float)
        + frame["shop"].map({"north": 1.0, "south": -1.0}).fillna(0)
        + random.normal(0, 0.5, count)
    )
    if task == "binary":
        frame["y"] = signal > 0.5
    elif task == "multiclass":
        frame["y"] = np.select([signal < -0.5, signal < 1.5], ["low", "mid"], CLASSES[1])
    else:
        frame["y"] = signal
    return frame


class Bundle:
    def __init__(self, directory, definition):
        self.code, self.model = directory / "code", directory / "model"
        self.channels = {name: directory / name for name in ("train", "validation")}
        shutil.copytree(RECIPE, self.code, ignore=shutil.ignore_patterns("__pycache__"))
        (self.code / "definition.json").write_text(json.dumps(definition))
        for path in self.channels.values():
            path.mkdir()

    def put(self, channel, frame, path="part.parquet"):
        target = self.channels[channel] / path
        target.parent.mkdir(parents=True, exist_ok=True)
        frame.to_parquet(target, index=False)

    def train(self, *arguments):
        names = {f"SM_CHANNEL_{name.upper()}": str(path) for name, path in self.channels.items() if path.exists()}
        return subprocess.run(
            [sys.executable, "-m", "train", *arguments],
            cwd=self.code,
            env={**os.environ, **names, "SM_MODEL_DIR": str(self.model), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
        )


@pytest.fixture
def bundle(tmp_path):
    def make(definition_, train=None, validation=None):
        made = Bundle(tmp_path, definition_)
        if train is not None:
            made.put("train", train)
        if validation is not None:
            made.put("validation", validation)
        return made

    return make


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A model folder for each task, trained once: the tests of inference only read it."""

    def make(task):
        metric = {"binary": "auc", "multiclass": "macro_f1", "regression": "rmse"}[task]
        made = Bundle(tmp_path_factory.mktemp(task), definition(task, metric))
        made.put("train", rows(1500, task))
        made.put("validation", rows(300, task, seed=2))
        result = made.train("--num_round", "60")
        assert result.returncode == 0, result.stderr
        return made

    return {task: make(task) for task in ("binary", "multiclass", "regression")}
