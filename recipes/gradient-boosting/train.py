"""Trains a gradient-boosted model of the model's definition: `python -m train --max_depth 4 …`, under SageMaker's container contract.

Reads   SM_CHANNEL_TRAIN, SM_CHANNEL_VALIDATION   directories of Parquet files, any names, nested
        definition.json beside this file          model.yaml, parsed, with its defaults
Writes  SM_MODEL_DIR: model.json (XGBoost), encoding.json, metrics.json and code/, all that serving needs
Exits   0; 1 with the reason on stderr when the model cannot be trained or its primary metric has no meaning
"""

import json
import math
import os
import shutil
import sys
from pathlib import Path

# Before XGBoost is loaded: its threads sleep while they wait, instead of spinning. Where cores are shared, that is five times faster.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xgboost as xgb

from features import Encoding
from hyperparameters import NOT_FOR_BOOSTER, HyperparameterError, parse_hyperparameters
from measures import measure

CODE = Path(__file__).resolve().parent
OBJECTIVES = {"binary": "binary:logistic", "multiclass": "multi:softprob", "regression": "reg:squarederror"}
# Training stops when this has not become better on the validation rows for a while. Log loss judges every probability and so is
# calmer than auc, accuracy or F1, which on few rows reach their best by chance, and too soon.
STOPPING = {"binary": "logloss", "multiclass": "mlogloss", "regression": "rmse"}


class TrainingError(Exception):
    """Why there is no model, in words for the run's record."""


def main(arguments):
    try:
        train(parse_hyperparameters(arguments), load_definition())
    except (TrainingError, HyperparameterError) as error:
        print(f"training failed: {error}", file=sys.stderr)
        return 1
    return 0


def train(hyperparameters, definition):
    model_dir = Path(os.environ["SM_MODEL_DIR"])
    tables = {channel: read_channel(channel, definition) for channel in ("train", "validation")}
    encoding = Encoding.learn(definition, tables["train"], classes_of(definition))
    labels = {channel: labels_of(table, definition) for channel, table in tables.items()}
    data = {channel: matrix(encoding, table, labels[channel]) for channel, table in tables.items()}
    rows = {channel: len(table) for channel, table in tables.items()}
    print(f"rows: train {rows['train']}, validation {rows['validation']}; features: {', '.join(encoding.names)}", flush=True)

    booster = boost(hyperparameters, definition, data)
    measured = measure(definition["task"], labels["validation"], booster.predict(data["validation"]))
    # Nobody judges by the others: one that has no meaning is left out.
    scores = {name: value for name, value in measured.items() if math.isfinite(value)}
    if definition["metric"] not in scores:
        raise TrainingError(
            f"{definition['metric']} of the {rows['validation']} validation rows has no finite value: {explain(labels['validation'])}"
        )
    print("validation: " + ", ".join(f"{name} {value:.5f}" for name, value in scores.items()), flush=True)
    save(model_dir, booster, encoding, {"validation": scores, "rows": rows})


def load_definition():
    path = CODE / "definition.json"
    if not path.is_file():
        raise TrainingError(f"{path.name} is not beside train.py: the bundle was not made by `modelloop push` or `cdk deploy`")
    return json.loads(path.read_text(encoding="utf-8"))


def read_channel(channel, definition):
    """All Parquet files below the channel's directory, in the order of their paths, as one pandas DataFrame."""
    directory = os.environ.get(f"SM_CHANNEL_{channel.upper()}")
    if not directory:
        raise TrainingError(f"there is no channel {channel}: SM_CHANNEL_{channel.upper()} is not set")
    files = sorted(p for p in Path(directory).rglob("*") if p.is_file() and not p.name.startswith("."))
    if not files:
        raise TrainingError(f"channel {channel} has no files in {directory}")
    wanted = [name for name, column in definition["columns"].items() if column["feature"] or name == definition["target"]]
    table = pa.concat_tables([read_file(path, wanted) for path in files])
    if table.num_rows == 0:
        raise TrainingError(f"channel {channel} has no rows: upload more data, or give it a larger share in split")
    return table.to_pandas()


def read_file(path, columns):
    try:
        # A path below a directory a=b/ would otherwise grow a column a.
        return pq.ParquetFile(path).read(columns=columns).select(columns).replace_schema_metadata(None)
    except (pa.ArrowInvalid, KeyError) as error:
        raise TrainingError(f"{path.name} cannot be read: {error}") from error


def classes_of(definition):
    """Of a multiclass model, in the definition's order: a class is its place in training, and its name again in answers."""
    return definition["columns"][definition["target"]]["values"] if definition["task"] == "multiclass" else []


def labels_of(table, definition):
    target = table[definition["target"]]
    if definition["task"] == "multiclass":
        target = target.map({name: place for place, name in enumerate(classes_of(definition))})
    labels = target.astype("float64").to_numpy()
    if not np.all(np.isfinite(labels)):
        raise TrainingError(f"{int(np.sum(~np.isfinite(labels)))} rows have no {definition['target']}, the target")
    return labels


def matrix(encoding, table, labels):
    return xgb.DMatrix(
        encoding.encode_table(table),
        label=labels,
        feature_names=encoding.names,
        feature_types=encoding.types,
        enable_categorical=True,
    )


def boost(hyperparameters, definition, data):
    stopping = "mae" if definition["metric"] == "mae" else STOPPING[definition["task"]]
    classes = classes_of(definition)
    booster = xgb.train(
        {
            **{name: value for name, value in hyperparameters.items() if name not in NOT_FOR_BOOSTER},
            "objective": OBJECTIVES[definition["task"]],
            "eval_metric": stopping,
            **({"num_class": len(classes)} if classes else {}),
            "tree_method": "hist",
            "nthread": int(os.environ.get("SM_NUM_CPUS") or os.cpu_count() or 1),
        },
        data["train"],
        num_boost_round=hyperparameters["num_round"],
        evals=[(data["validation"], "validation")],
        early_stopping_rounds=hyperparameters["early_stopping_rounds"],
        verbose_eval=False,
        callbacks=[Progress(stopping)],
    )
    print(f"best round: {booster.best_iteration + 1}", flush=True)
    # The rounds after the best one would only cost time in every prediction.
    return booster[: booster.best_iteration + 1]


class Progress(xgb.callback.TrainingCallback):
    def __init__(self, metric):
        super().__init__()
        self.metric = metric

    def after_iteration(self, model, epoch, evals_log):
        if epoch % 25 == 0:
            print(f"round {epoch + 1}: validation {self.metric} {evals_log['validation'][self.metric][-1]:.5f}", flush=True)
        return False


def explain(labels):
    return f"all of them have the target {labels[0]:g}" if len(set(labels)) == 1 else "the predictions are not finite"


def save(model_dir, booster, encoding, metrics):
    model_dir.mkdir(parents=True, exist_ok=True)
    booster.save_model(model_dir / "model.json")
    encoding.save(model_dir)
    (model_dir / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    leave_out = shutil.ignore_patterns("__pycache__", "*.egg-info", "build")
    shutil.copytree(CODE, model_dir / "code", ignore=leave_out, dirs_exist_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
