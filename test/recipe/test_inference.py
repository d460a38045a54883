import csv
import io
import json

import inference
import numpy as np
import pytest
from conftest import rows
from features import RowError

ROW = {"hour": 5, "price": 40.5, "member": True, "shop": "north"}
JSON, JSON_LINES, CSV = "application/json", "application/jsonlines", "text/csv"


@pytest.fixture(scope="module")
def model(trained):
    return inference.model_fn(str(trained["binary"].model))


def ask(model, data, content_type=JSON, accept=JSON):
    body, kind = inference.output_fn(inference.predict_fn(inference.input_fn(data, content_type), model), accept)
    assert kind == accept
    return body


def as_rows(count):
    frame = rows(count, seed=3)[list(ROW)].astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def test_serving_gives_what_training_measured(trained, model):
    """The validation rows, sent as a caller would, score what metrics.json says."""
    from measures import measure

    frame = rows(300, seed=2)
    answers = json.loads(ask(model, json.dumps(frame_rows(frame))))
    measured = json.loads((trained["binary"].model / "metrics.json").read_text())["validation"]
    assert measure("binary", frame.y, [a["prediction"] for a in answers]) == measured


def frame_rows(frame):
    features = frame[list(ROW)].astype(object)
    return features.where(features.notna(), None).to_dict("records")


def test_one_row_gets_one_answer_and_a_list_a_list(model):
    one = json.loads(ask(model, json.dumps(ROW)))
    assert 0 < one["prediction"] < 1
    assert json.loads(ask(model, json.dumps([ROW]))) == [one]
    assert json.loads(ask(model, json.dumps({"instances": [ROW, ROW]}))) == [one, one]
    assert json.loads(ask(model, "[]")) == []


def test_a_regression_answers_with_its_number(trained):
    model = inference.model_fn(trained["regression"].model)
    low, high = (json.loads(ask(model, json.dumps({**ROW, "price": p})))["prediction"] for p in (0, 100))
    assert high - low > 2


def test_a_class_comes_with_the_probability_of_each(trained):
    from conftest import CLASSES
    from measures import measure

    model = inference.model_fn(trained["multiclass"].model)
    frame = rows(300, "multiclass", seed=2)
    sent = frame_rows(frame)
    answers = json.loads(ask(model, json.dumps(sent)))
    for answer in answers:
        assert list(answer) == ["prediction", "probabilities"]
        assert list(answer["probabilities"]) == CLASSES
        assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)
        assert answer["prediction"] == max(CLASSES, key=answer["probabilities"].get)
    assert len({a["prediction"] for a in answers}) == 3
    labels = [CLASSES.index(y) for y in frame.y]
    measured = json.loads((trained["multiclass"].model / "metrics.json").read_text())["validation"]
    assert measure("multiclass", labels, [list(a["probabilities"].values()) for a in answers]) == measured

    lines = ask(model, "\n".join(json.dumps(row) for row in sent), JSON_LINES, JSON_LINES).split("\n")
    assert [json.loads(line) for line in lines] == answers
    assert ask(model, json.dumps(sent[0]), JSON_LINES, JSON_LINES) == lines[0]
    table = list(csv.reader(io.StringIO(ask(model, json.dumps(sent), JSON, CSV))))
    assert [(name, [float(p) for p in ps]) for name, *ps in table] == [(a["prediction"], list(a["probabilities"].values())) for a in answers]
    assert ask(model, "[]") == "[]"


def test_every_format_says_the_same(model):
    sent = as_rows(50)
    answers = json.loads(ask(model, json.dumps(sent)))
    lines = "\n".join(json.dumps(row) for row in sent) + "\n"
    csv_text = "\r\n".join(
        ["shop,member,price,hour", *(",".join("" if row[c] is None else str(row[c]) for c in ("shop", "member", "price", "hour")) for row in sent)]
    )
    for data, content_type in ((lines, JSON_LINES), (lines.encode(), JSON_LINES), (csv_text, CSV), (csv_text.encode(), CSV), ("\ufeff" + csv_text, CSV)):
        assert json.loads(ask(model, data, content_type)) == answers
    text = ask(model, lines, JSON_LINES, JSON_LINES)
    assert [json.loads(line) for line in text.split("\n")] == answers
    assert [float(p) for p in ask(model, lines, JSON_LINES, CSV).split("\n")] == [a["prediction"] for a in answers]


def test_equal_rows_get_equal_bytes_alone_or_in_company(model):
    sent = as_rows(200)
    lines = ["".join(json.dumps(row)) for row in sent]
    together = ask(model, "\n".join(lines), JSON_LINES, JSON_LINES)
    alone = [ask(model, line, JSON_LINES, JSON_LINES) for line in lines]
    assert together.split("\n") == alone
    assert ask(model, "\n".join(lines), JSON_LINES, JSON_LINES) == together


def test_absent_null_and_unseen_are_missing(model):
    without = ask(model, json.dumps({k: v for k, v in ROW.items() if k != "shop"}))
    assert ask(model, json.dumps({**ROW, "shop": None})) == without
    assert ask(model, json.dumps({**ROW, "shop": "never seen"})) == without
    assert ask(model, json.dumps(ROW)) != without
    assert 0 < json.loads(ask(model, "{}"))["prediction"] < 1


def test_columns_of_the_contract_that_are_no_features_may_be_sent(model):
    assert ask(model, json.dumps({**ROW, "n": 7, "y": True})) == ask(model, json.dumps(ROW))


def test_content_types_may_have_parameters_and_accept_may_be_anything(model):
    one = ask(model, json.dumps(ROW))
    rows_ = inference.input_fn(json.dumps(ROW), "application/json; charset=utf-8")
    assert inference.output_fn(inference.predict_fn(rows_, model), "*/*") == (one, JSON)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"color": 1}, "field 'color' is not known; the features are hour, price, member, shop"),
        ({"hour": "5"}, "field 'hour' is \"5\", which is not an integer"),
        ({"hour": 5.5}, "field 'hour' is 5.5, which is not an integer"),
        ({"hour": True}, "field 'hour' is true, which is not an integer"),
        ({"price": "x"}, "field 'price' is \"x\", which is not a finite number"),
        ({"price": [1]}, "field 'price' is [1], which is not a finite number"),
        ({"member": "yes"}, "field 'member' is \"yes\", which is not a boolean"),
        ({"member": 2}, "field 'member' is 2, which is not a boolean"),
        ({"shop": 3}, "field 'shop' is 3, which is not a string"),
    ],
)
def test_a_wrong_field_is_told_by_name(model, change, words):
    with pytest.raises(RowError) as error:
        ask(model, json.dumps({**ROW, **change}))
    assert str(error.value) == words
    with pytest.raises(RowError, match="^row 2: field"):
        ask(model, json.dumps([ROW, {**ROW, **change}]))


@pytest.mark.parametrize(
    ("data", "content_type", "words"),
    [
        ("{", JSON, "the body is not JSON"),
        ("5", JSON, "the body is not a JSON object"),
        ("[1]", JSON, "row 1 is not a JSON object"),
        ('{"instances": 5}', JSON, "instances must be a list"),
        ('{"price": NaN}', JSON, "the body holds NaN"),
        ('{"price": 1e999}', JSON, "which is not a finite number"),
        ("{}\n{]", JSON_LINES, "line 2 is not JSON"),
        (b"\xff", JSON_LINES, "not UTF-8"),
        ("", CSV, "the body is empty"),
        ("hour,price\n1", CSV, "row 1 has 1 fields, the header has 2"),
        ("hour,hour\n1,2", CSV, "field 'hour' is in the header more than once"),
        ("hour\n1_0", CSV, "field 'hour' is \"1_0\", which is not an integer"),
        ("price\nnan", CSV, "field 'price' is NaN, which is not a finite number"),
        ('shop\n"a', CSV, "not CSV"),
    ],
)
def test_a_body_that_cannot_be_read(model, data, content_type, words):
    with pytest.raises(RowError) as error:
        ask(model, data, content_type)
    assert words in str(error.value)


def test_formats_that_are_not_spoken(model):
    with pytest.raises(inference.UnsupportedFormatError, match="image/png"):
        inference.input_fn(b"", "image/png")
    with pytest.raises(inference.UnsupportedFormatError, match="text/html"):
        inference.output_fn(inference.Predictions([], False), "text/html")


def test_numbers_too_large_for_a_float32_count_as_the_largest(model):
    assert ask(model, json.dumps({**ROW, "price": 1e300})) == ask(model, json.dumps({**ROW, "price": 1e39}))
    assert np.isfinite(json.loads(ask(model, json.dumps({**ROW, "hour": 10**400})))["prediction"])
