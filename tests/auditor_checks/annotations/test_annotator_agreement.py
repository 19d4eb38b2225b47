from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.check import Measure
from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.annotations.annotator_agreement import AnnotatorAgreement

COLUMNS = ("a", "b", "c")


def table(items: int, accuracy: Any, classes: str = "pq", seed: int = 1) -> dict[str, Any]:
    """Three annotators, right in this share of the items, who else guess."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, len(classes), items)
    knows = rng.random((3, items)) < np.asarray(accuracy)
    said = np.where(knows, true, rng.integers(0, len(classes), (3, items)))
    return {name: [classes[k] for k in row] for name, row in zip(COLUMNS, said, strict=True)}


def named(measures: list[Measure], name: str) -> list[Measure]:
    return [m for m in measures if m.name == name]


@pytest.mark.parametrize(("accuracy", "status"), [(0.99, Status.PASS), (0.5, Status.FAIL), (0.83, Status.UNDECIDED)])
def test_alpha_is_held_to_its_limit(accuracy: float, status: Status) -> None:
    result = decided(AnnotatorAgreement(), table(300, accuracy), annotator=COLUMNS)
    assert result.status is status


def test_few_items_decide_nothing() -> None:
    assert decided(AnnotatorAgreement(), table(5, 1.0), annotator=COLUMNS).status is Status.UNDECIDED


def test_the_limit_is_an_option() -> None:
    assert decided(AnnotatorAgreement(min_alpha=0.2), table(300, 0.8), annotator=COLUMNS).status is Status.PASS


def test_votes_in_rows_are_the_same_votes() -> None:
    wide = table(40, 0.8)
    long = {
        "item": [i for i in range(40) for _ in COLUMNS],
        "who": list(COLUMNS) * 40,
        "y": [wide[name][i] for i in range(40) for name in COLUMNS],
    }
    one = measures_of(AnnotatorAgreement(), wide, annotator=COLUMNS)
    other = measures_of(AnnotatorAgreement(), long, label="y", annotator="who", id="item")
    for name in ("alpha", "agreeing pairs"):
        assert named(one, name)[0].estimate.value == pytest.approx(named(other, name)[0].estimate.value)


def test_an_ordinal_label_is_forgiven_small_steps() -> None:
    steps = {"a": [1, 2, 3, 4, 5] * 20, "b": [2, 2, 3, 5, 5] * 20, "y": [1, 2, 3, 4, 5] * 20}
    nominal, ordinal = (
        named(measures_of(check, steps, label="y", annotator=("a", "b"), task="ordinal"), "alpha")[0]
        for check in (AnnotatorAgreement(scale="nominal"), AnnotatorAgreement())
    )
    assert ordinal.estimate.value > nominal.estimate.value + 0.1
    assert "ordinal" in ordinal.note


def test_a_scale_is_measured_by_its_intervals() -> None:
    scale = {"a": [0.5, 1.5, 2.25, 8.0] * 10, "b": [0.6, 1.4, 2.25, 8.5] * 10, "y": [0.5, 1.5, 2.0, 8.0] * 10}
    found = measures_of(AnnotatorAgreement(), scale, label="y", annotator=("a", "b"), task="regression")
    assert named(found, "alpha")[0].estimate.value > 0.95


def test_intervals_of_names_are_refused() -> None:
    result = decided(AnnotatorAgreement(scale="interval"), table(10, 0.9), annotator=COLUMNS)
    assert result.status is Status.SKIPPED
    assert "no numbers" in result.reason


def test_the_class_in_doubt_stands_out() -> None:
    rows = table(300, 0.95, "pqr")
    rng = np.random.default_rng(2)
    rows["c"] = [v if v == "p" or rng.random() < 0.5 else "qr"["qr".index(v) - 1] for v in rows["c"]]
    by_class = {
        m.subject: m.estimate.value
        for m in named(measures_of(AnnotatorAgreement(), rows, annotator=COLUMNS), "alpha against the rest")
    }
    assert by_class["p"] > max(by_class["q"], by_class["r"]) + 0.2


def test_each_pair_has_its_kappa_and_the_odd_one_out_is_seen() -> None:
    measures = measures_of(AnnotatorAgreement(), table(200, [[0.95], [0.95], [0.1]]), annotator=COLUMNS)
    pairs = {m.subject: m.estimate.value for m in named(measures, "kappa")}
    assert max(pairs, key=lambda pair: pairs[pair]) == "a and b"
    assert len(pairs) == 3
    assert named(measures_of(AnnotatorAgreement(max_pairs_of=2), table(20, 0.9), annotator=COLUMNS), "kappa") == []


def test_a_group_with_the_worse_labels_fails() -> None:
    groups = np.array(["x", "y", "y"] * 100)
    rows = table(300, np.where(groups == "x", 0.5, 0.97).tolist())
    result = decided(AnnotatorAgreement(min_alpha=0), rows | {"sex": groups}, annotator=COLUMNS, sensitive="sex")
    failed = [d.measure for d in result.decided if d.status is Status.FAIL]
    assert [(m.name, str(m.subject), m.note) for m in failed] == [
        ("difference in agreeing pairs", "sex = x", "against sex = y")
    ]


def test_a_small_group_never_fails() -> None:
    groups = np.array((["x"] + ["y"] * 19) * 15)
    rows = table(300, np.where(groups == "x", 0.1, 0.99).tolist())
    result = decided(AnnotatorAgreement(min_alpha=0), rows | {"sex": groups}, annotator=COLUMNS, sensitive="sex")
    assert result.status is not Status.FAIL


def test_pairs_of_attributes_are_compared_too() -> None:
    rows = table(120, 0.9) | {"sex": ["f", "m"] * 60, "race": ["x", "x", "z"] * 40}
    subjects = {
        str(m.subject) for m in measures_of(AnnotatorAgreement(), rows, annotator=COLUMNS, sensitive=("sex", "race"))
    }
    assert "sex = f, race = x" in subjects


def test_what_was_left_out_is_said() -> None:
    rows = {"item": [1, 1, 1, 2, 2], "who": ["a", "a", "b", "a", None], "y": ["p", "q", "p", "q", "p"]}
    found = {f.subject: f for f in findings_of(AnnotatorAgreement(), rows, label="y", annotator="who", id="item")}
    assert list(found["repeated votes"].rows) == [1]
    assert found["incomplete votes"].count == 1


def test_one_annotator_a_row_without_overlap_is_skipped() -> None:
    rows = {"x": [1, 2, 3], "who": ["a", "b", "a"], "y": ["p", "q", "p"]}
    result = decided(AnnotatorAgreement(), rows, label="y", annotator="who")
    assert result.status is Status.SKIPPED
    assert "no item has labels of two annotators" in result.reason


def test_without_annotators_nothing_is_asked_for() -> None:
    result = decided(AnnotatorAgreement(), {"y": ["p", "q"]}, label="y")
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies
