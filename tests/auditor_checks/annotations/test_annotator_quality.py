from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.annotations.annotator_quality import AnnotatorQuality, Consenting

NAMES = ("ann", "bo", "cy", "di", "ed")


def truth(items: int, classes: int = 2) -> Any:
    return np.random.default_rng(0).integers(0, classes, items)


def voted(true: Any, accuracy: tuple[float, ...], classes: int = 2) -> dict[str, Any]:
    """Annotators who are right in their share of the items, and else say one of the other classes."""
    rng = np.random.default_rng(9)
    table = {}
    for name, share in zip(NAMES, accuracy, strict=False):
        other = (true + rng.integers(1, classes, len(true))) % classes
        said = np.where(rng.random(len(true)) < share, true, other)
        table[name] = ["pqr"[k] for k in said]
    return table


def told(table: dict[str, Any], check: AnnotatorQuality | None = None, **roles: Any) -> dict[str, str]:
    found = findings_of(check or AnnotatorQuality(), table, annotator=tuple(t for t in table if t in NAMES), **roles)
    return {str(f.subject): f.message for f in found}


def test_careful_annotators_pass() -> None:
    result = decided(AnnotatorQuality(), voted(truth(200), (0.95,) * 5), annotator=NAMES)
    assert result.status is Status.PASS
    assert not [f for f in result.outcome.findings if str(f.subject).startswith("annotator")]


def test_a_careless_annotator_fails_by_name() -> None:
    result = decided(AnnotatorQuality(), voted(truth(300), (0.95, 0.95, 0.95, 0.95, 0.4)), annotator=NAMES)
    assert result.status is Status.FAIL
    assert [d.measure.subject for d in result.decided if d.status is Status.FAIL] == ["annotator ed"]


def test_accuracy_is_that_against_the_others() -> None:
    """Were the annotator's own vote counted, he would be right here nearly always."""
    table = voted(truth(400), (0.9, 0.9, 0.7))
    measures = measures_of(AnnotatorQuality(), table, annotator=NAMES[:3])
    scores = {m.subject: m.estimate.value for m in measures if m.name == "accuracy"}
    assert scores["annotator cy"] == pytest.approx(0.68, abs=0.06)


def test_a_spammer_is_told_from_one_who_errs() -> None:
    table = voted(truth(300), (0.95, 0.95, 0.95, 0.95))
    table["ed"] = ["p"] * 300  # always the same
    found = told(table)
    assert "spammer" in found["annotator ed"]
    assert [name for name in found if name.startswith("annotator")] == ["annotator ed"]


def test_who_says_the_opposite_is_no_spammer_but_below_the_limit() -> None:
    table = voted(truth(300), (0.95, 0.95, 0.95, 0.95, 0.05))
    messages = [f.message for f in findings_of(AnnotatorQuality(), table, annotator=NAMES)]
    assert any(m.startswith("agrees with the others in") for m in messages)
    assert any("says 'p' for 'q'" in m for m in messages)


def test_a_systematic_confusion_is_named_with_its_rows() -> None:
    true = truth(300, 3)
    table = voted(true, (0.95,) * 4, 3)
    table["ed"] = ["pqr"[1 if k == 2 and i % 2 else k] for i, k in enumerate(true)]  # half of r is q to him
    (finding,) = (f for f in findings_of(AnnotatorQuality(), table, annotator=NAMES) if f.subject == "annotator ed")
    assert finding.message.startswith("says 'q' for 'r': ")
    assert "the others" in finding.message
    assert all(true[row] == 2 and row % 2 for row in finding.rows)


def test_a_label_in_use_that_the_annotators_contradict_is_likely_wrong() -> None:
    true = truth(200)
    table = voted(true, (0.95,) * 5)
    label = ["pq"[k] for k in true]
    for row in (3, 50):
        label[row] = "pq"[1 - true[row]]
    found = findings_of(AnnotatorQuality(), table | {"y": label}, label="y", annotator=NAMES)
    (wrong,) = (f for f in found if f.subject == "labels in use")
    assert {3, 50} <= set(wrong.rows)
    assert wrong.count <= 4
    place = list(wrong.rows).index(3)
    assert (wrong.details["given"][place], wrong.details["suggested"][place]) == (label[3], "pq"[true[3]])


def test_many_contradicted_labels_fail_unless_the_world_decided_them() -> None:
    true = truth(200)
    table = voted(true, (0.95,) * 5) | {"y": ["pq"[1 - k] if i % 5 == 0 else "pq"[k] for i, k in enumerate(true)]}
    for label_is, status in (("annotation", Status.FAIL), ("outcome", Status.PASS)):
        result = decided(AnnotatorQuality(), table, label="y", annotator=NAMES, label_is=label_is)
        assert result.status is status


def test_a_split_vote_is_ambiguous_and_not_wrong() -> None:
    true = truth(200)
    table = voted(true, (0.9,) * 4)
    label = ["pq"[k] for k in true]
    split = [i for i in range(200) if [table[name][i] for name in NAMES[:4]].count("p") == 2]
    findings = findings_of(AnnotatorQuality(), table | {"y": label}, label="y", annotator=NAMES[:4])
    found = {f.subject: f for f in findings}
    assert split
    assert set(split) <= set(found["items"].rows)
    assert found["items"].details["votes"][0] == "p 2, q 2"
    assert "labels in use" not in found or not set(split) & set(found["labels in use"].rows)


def test_votes_in_rows_are_contradicted_one_by_one() -> None:
    wide = voted(truth(60), (0.9,) * 5)
    rows = [(i, name, wide[name][i]) for i in range(60) for name in NAMES]
    table = dict(zip(("item", "who", "y"), zip(*rows, strict=True), strict=True))
    found = findings_of(AnnotatorQuality(), table, label="y", annotator="who", id="item")
    (wrong,) = (f for f in found if f.subject == "votes")
    for row, given, who in zip(wrong.rows, wrong.details["given"], wrong.details["annotator"], strict=True):
        assert rows[row][1:] == (who, given)
        assert [y for i, _, y in rows if i == rows[row][0]].count(str(given)) < 3


def test_with_two_annotators_nobody_can_be_blamed() -> None:
    result = decided(AnnotatorQuality(), voted(truth(50), (0.9, 0.6)), annotator=NAMES[:2])
    assert result.status is Status.SKIPPED
    assert "with two, which of them is wrong cannot be told" in result.reason


def test_few_votes_never_fail() -> None:
    table = voted(truth(10), (1.0, 1.0, 1.0, 0.0))
    assert decided(AnnotatorQuality(), table, annotator=NAMES[:4]).status is not Status.FAIL


def test_a_scale_is_not_yet_supported() -> None:
    table = {"ann": [0.5, 1.5], "bo": [0.5, 1.5], "y": [0.5, 1.5]}
    result = decided(AnnotatorQuality(), table, label="y", annotator=("ann", "bo"), task="regression")
    assert "not yet supported" in result.reason


@pytest.mark.parametrize(
    "table",
    [
        {"ann": ["p"], "bo": ["p"], "cy": ["p"]},
        {"ann": ["p"] * 30, "bo": ["p"] * 30, "cy": ["p"] * 30},
        {"ann": ["p", None], "bo": ["q", None], "cy": ["r", None]},
        {"ann": [True, False], "bo": [1, 0], "cy": ["true", "false"]},
        {"ann": [f"c{i}" for i in range(500)], "bo": [f"c{i + 1}" for i in range(500)], "cy": ["c0"] * 500},
    ],
)
def test_odd_votes_are_no_error(table: dict[str, Any]) -> None:
    assert decided(AnnotatorQuality(), table, annotator=("ann", "bo", "cy")).status is not Status.ERROR


def test_contradicted_labels_are_told_by_class_and_by_group() -> None:
    true = truth(200)
    sex = ["f" if i % 2 else "m" for i in range(200)]
    label = ["pq"[1 - k] if i % 2 and i % 5 == 0 else "pq"[k] for i, k in enumerate(true)]  # 20 of f, none of m
    table = voted(true, (0.97,) * 5) | {"y": label, "sex": sex}
    measures = measures_of(AnnotatorQuality(), table, label="y", annotator=NAMES, sensitive="sex")
    by_group = {str(m.subject): m.estimate.value for m in measures if m.name == "contradicted labels by group"}
    assert by_group["sex = f"] == pytest.approx(0.2, abs=0.03)
    assert by_group["sex = m"] < 0.03
    assert {m.subject for m in measures if m.name == "contradicted labels by class"} == {"p", "q"}


def test_a_model_has_its_part_in_the_consensus_where_that_is_asked() -> None:
    """Items with two votes that contradict each other are settled by a model that knows."""
    rng = np.random.default_rng(3)
    true = truth(400)
    table = voted(true, (0.8, 0.8, 0.8, 0.8))
    for row, kept in enumerate(rng.random((400, 4)).argsort(axis=1) < 2):
        for name, stays in zip(NAMES[:4], kept, strict=True):
            table[name][row] = table[name][row] if stays else None
    table |= {"y": ["pq"[k] for k in true]}
    probabilities = np.full((400, 2), 0.1)
    probabilities[np.arange(400), true] = 0.9
    roles: dict[str, Any] = {"annotator": NAMES[:4], "label": "y", "pred_probs": probabilities}
    alone, *helped = (
        next(m for m in measures_of(check, table, **roles) if m.name == "ambiguous items").estimate.value
        for check in map(AnnotatorQuality.model_validate, ({}, {"consensus": "with-model"}, {"consensus": "crowdlab"}))
    )
    assert alone > 0.2
    assert max(helped) < alone / 2


def test_without_a_model_the_votes_cannot_be_helped() -> None:
    result = decided(AnnotatorQuality(consensus=Consenting.CROWDLAB), voted(truth(200), (0.95,) * 5), annotator=NAMES)
    assert result.status is Status.SKIPPED
