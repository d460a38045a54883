import hashlib
import json

import numpy as np
import pytest
from conftest import definition, rows


def metrics(bundle):
    return json.loads((bundle.model / "metrics.json").read_text())


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def failure(result):
    assert result.returncode == 1, result.stdout
    assert "Traceback" not in result.stderr
    return result.stderr


def test_learns_from_every_kind_of_feature(trained):
    assert metrics(trained["binary"])["rows"] == {"train": 1500, "validation": 300}
    scores = metrics(trained["binary"])["validation"]
    assert list(scores) == ["auc", "logloss", "brier", "accuracy"]
    # Any one feature left out stays below 0.93.
    assert scores["auc"] > 0.94


def test_learns_a_number(trained):
    scores = metrics(trained["regression"])["validation"]
    assert list(scores) == ["rmse", "mae", "r2"]
    assert scores["r2"] > 0.85


def test_learns_classes(trained):
    scores = metrics(trained["multiclass"])["validation"]
    assert list(scores) == ["logloss", "accuracy", "macro_f1"]
    # Guessing by the classes' shares: 1.1; always the most frequent: 0.36.
    assert scores["logloss"] < 0.55
    assert scores["accuracy"] > 0.75
    assert scores["macro_f1"] > 0.75


def test_a_class_that_training_has_not_seen_is_no_hindrance(bundle):
    frame = rows(300, "multiclass")
    made = bundle(definition("multiclass", "logloss"), frame[frame.y != "low"], rows(60, "multiclass", seed=2))
    assert made.train("--num_round", "5").returncode == 0
    assert metrics(made)["rows"]["validation"] == 60


def test_a_class_that_the_definition_does_not_know(bundle):
    frame = rows(100, "multiclass")
    made = bundle(definition("multiclass", "logloss"), frame.assign(y=frame.y.where(frame.n != 7, "new")), rows(50, "multiclass", seed=2))
    assert "1 rows have no y, the target" in failure(made.train())


def test_the_artefact_holds_all_that_serving_needs_and_no_pickle(trained):
    bundle = trained["binary"]
    assert sorted(p.name for p in bundle.model.iterdir()) == ["code", "encoding.json", "metrics.json", "model.json"]
    code = {p.name for p in (bundle.model / "code").iterdir()}
    assert {"train.py", "inference.py", "features.py", "definition.json"} <= code
    json.loads((bundle.model / "model.json").read_text())


def test_equal_inputs_give_equal_bytes(bundle, trained):
    again = bundle(definition(), rows(1500), rows(300, seed=2))
    assert again.train("--num_round", "60").returncode == 0
    for name in ("model.json", "encoding.json", "metrics.json"):
        assert sha256(again.model / name) == sha256(trained["binary"].model / name), name


def test_the_number_of_processors_does_not_change_the_model(bundle, trained, monkeypatch):
    monkeypatch.setenv("SM_NUM_CPUS", "1")
    again = bundle(definition(), rows(1500), rows(300, seed=2))
    assert again.train("--num_round", "60").returncode == 0
    assert sha256(again.model / "model.json") == sha256(trained["binary"].model / "model.json")


def test_channels_are_files_of_any_name_at_any_depth(bundle, trained):
    parts = bundle(definition(), validation=rows(300, seed=2))
    whole = rows(1500)
    parts.put("train", whole[:700], "a/b/one")
    parts.put("train", whole[700:1200], "a/year=2013/two.parquet")
    parts.put("train", whole[1200:], "b")
    (parts.channels["train"] / ".ignored").write_text("not Parquet")
    assert parts.train("--num_round", "60").returncode == 0
    assert sha256(parts.model / "model.json") == sha256(trained["binary"].model / "model.json")


def test_hyperparameters_reach_the_booster(bundle):
    made = bundle(definition(), rows(400), rows(100, seed=2))
    result = made.train("--max_depth", "1", "--num_round", "3", "--eta", "0.5", "--subsample", "0.9", "--seed", "7")
    assert result.returncode == 0, result.stderr
    trees = json.loads((made.model / "model.json").read_text())["learner"]["gradient_booster"]["model"]["trees"]
    assert 1 <= len(trees) <= 3
    assert all(int(t["tree_param"]["num_nodes"]) <= 3 for t in trees)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--depth", "4"], "hyperparameter depth is not known; known are alpha"),
        (["--max_depth", "4.5"], "max_depth is 4.5, which is not an integer"),
        (["--max_depth", "deep"], "max_depth is 'deep', which is not a number"),
        (["--max_depth", "0"], "max_depth is 0: it must be from 1 to 32"),
        (["--eta", "nan"], "eta is nan: it must be from 1e-06 to 1"),
        (["--max_depth", "nan"], "max_depth is nan"),
        (["--eta"], "eta"),
        (["left", "over"], "hyperparameter left is not known"),
    ],
)
def test_a_wrong_hyperparameter_is_told_by_name(bundle, arguments, words):
    made = bundle(definition(), rows(50), rows(20, seed=2))
    assert words in failure(made.train(*arguments))
    assert not made.model.exists()


@pytest.mark.parametrize(("task", "metric", "label"), [("binary", "auc", True), ("regression", "r2", 1.0)])
def test_validation_rows_of_one_target_make_no_model_where_that_is_judged_by(bundle, task, metric, label):
    made = bundle(definition(task, metric), rows(200, task), rows(50, task, seed=2).assign(y=label))
    assert f"{metric} of the 50 validation rows has no finite value: all of them have the target 1" in failure(made.train())
    assert not (made.model / "metrics.json").exists()


@pytest.mark.parametrize(
    ("task", "metric", "label", "measured"),
    [("binary", "logloss", True, ["logloss", "brier", "accuracy"]), ("regression", "mae", 1.0, ["rmse", "mae"])],
)
def test_a_metric_without_meaning_that_nobody_judges_by_is_left_out(bundle, task, metric, label, measured):
    made = bundle(definition(task, metric), rows(200, task), rows(50, task, seed=2).assign(y=label))
    result = made.train("--num_round", "5")
    assert result.returncode == 0, result.stderr
    assert list(metrics(made)["validation"]) == measured


@pytest.mark.parametrize("channel", ["train", "validation"])
def test_a_channel_without_rows(bundle, channel):
    made = bundle(definition(), rows(100), rows(50, seed=2))
    made.put(channel, rows(5).head(0))
    assert f"channel {channel} has no rows" in failure(made.train())
    (made.channels[channel] / "part.parquet").unlink()
    assert f"channel {channel} has no files" in failure(made.train())
    made.channels[channel].rmdir()
    assert f"there is no channel {channel}: SM_CHANNEL_{channel.upper()} is not set" in failure(made.train())


def test_files_that_cannot_be_read(bundle):
    made = bundle(definition(), rows(100), rows(50, seed=2))
    (made.channels["train"] / "z").write_bytes(b"PAR1 and then nothing")
    assert "z cannot be read" in failure(made.train())
    (made.channels["train"] / "z").unlink()
    made.put("train", rows(10).drop(columns="price"), "y")
    assert "y cannot be read" in failure(made.train())


def test_a_row_without_target(bundle):
    made = bundle(definition(), rows(100).assign(y=[None, *[True, False, False] * 33]), rows(50, seed=2))
    assert "1 rows have no y, the target" in failure(made.train())


def test_a_bundle_without_definition(bundle):
    made = bundle(definition(), rows(100), rows(50, seed=2))
    (made.code / "definition.json").unlink()
    assert "definition.json is not beside train.py" in failure(made.train())


def test_a_text_that_only_names_rows_is_cut_to_its_most_frequent_values(bundle):
    many = rows(3000).assign(shop=[f"s{i}" for i in range(2900)] + ["kept"] * 100)
    made = bundle(definition(), many, rows(50, seed=2))
    result = made.train("--num_round", "2")
    assert "shop: 2901 values, the 2000 most frequent are categories" in result.stdout
    [shop] = [f for f in json.loads((made.model / "encoding.json").read_text())["features"] if f["name"] == "shop"]
    assert len(shop["categories"]) == 2000
    assert "kept" in shop["categories"]


def test_a_feature_without_any_value(bundle):
    made = bundle(definition(), rows(200).assign(price=np.nan, shop=None), rows(50, seed=2))
    result = made.train("--num_round", "5")
    assert result.returncode == 0, result.stderr


def test_numbers_that_32_bits_cannot_hold(bundle):
    frame = rows(200)
    made = bundle(definition(), frame.assign(price=frame.price * 1e300), rows(50, seed=2))
    result = made.train("--num_round", "5")
    assert result.returncode == 0, result.stderr
