from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.annotations.batch_conflicts import BatchConflicts

BASE: dict[str, list[Any]] = {"x": [f"row {i}" for i in range(1000)], "y": ["a", "b"] * 500}


def batch(wrong: int, rows: int = 400) -> dict[str, list[Any]]:
    """Rows of the base, of which so many have the other label."""
    flip = {"a": "b", "b": "a"}
    return {"x": BASE["x"][:rows], "y": [flip[y] if i < wrong else y for i, y in enumerate(BASE["y"][:rows])]}


@pytest.mark.parametrize("label_is", ["annotation", "outcome", "decision"])
@pytest.mark.parametrize(("wrong", "status"), [(0, Status.PASS), (40, Status.FAIL), (4, Status.UNDECIDED)])
def test_copies_with_another_label_contradict(label_is: str, wrong: int, status: Status) -> None:
    assert decided(BatchConflicts(), batch(wrong), label="y", label_is=label_is, base=BASE).status is status


def test_the_rows_are_told_beside_the_base_s() -> None:
    (found,) = findings_of(BatchConflicts(), batch(2), label="y", label_is="annotation", base=BASE)
    assert (list(found.rows), found.count) == ([0, 1], 2)
    assert found.details["label"] == ["b", "a"]
    assert found.details["label in the base"] == ["a", "b"]
    assert found.details["row of the base"] == [0, 1]
    (measure,) = measures_of(BatchConflicts(), batch(2), label="y", label_is="annotation", base=BASE)
    assert measure.note == "2 of 400 rows that equal a labeled row of the base"


def test_outcomes_that_differ_as_often_in_the_base_contradict_nothing() -> None:
    base = {"x": ["u", "v"] * 500, "y": ["a"] * 500 + ["b"] * 500}
    some = {"x": ["u", "v"] * 300, "y": (["a"] * 9 + ["b"]) * 60}
    assert decided(BatchConflicts(), some, label="y", label_is="outcome", base=base).status is Status.PASS


def test_outcomes_of_unlike_rows_are_held_against_the_base_s_own() -> None:
    """Pairs of equal rows, a third of which end differently: in the base and in the batch, as often."""
    names = [f"k{i // 3}" for i in range(3000)]
    base = {"x": names, "y": ["a", "a", "b"] * 1000}
    alike = {"x": [f"k{i}" for i in range(300)], "y": ["a"] * 300}
    result = decided(BatchConflicts(), alike, label="y", label_is="outcome", base=base)
    assert result.status is Status.PASS
    (measure,) = (d.measure for d in result.decided)
    assert measure.note.endswith("1000 of 3000 of the base's own")


def test_few_coincidences_in_the_base_do_not_hide_wrong_copies() -> None:
    base = {"x": [*BASE["x"], *BASE["x"][-10:]], "y": [*BASE["y"], *BASE["y"][-10:]]}
    result = decided(BatchConflicts(), batch(40), label="y", label_is="outcome", base=base)
    assert result.status is Status.FAIL
    assert result.outcome.measures[0].note.endswith("0 of 20 of the base's own")


def pairs(differing: int, count: int, prefix: str = "p") -> dict[str, list[Any]]:
    """Pairs of equal rows, of which so many differ in their label."""
    labels = [["a", "b" if i < differing else "a"] for i in range(count)]
    return {"x": [f"{prefix}{i}" for i in range(count) for _ in range(2)], "y": [y for pair in labels for y in pair]}


def joined(*parts: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: [value for part in parts for value in part[name]] for name in parts[0]}


def test_few_rows_alike_on_both_sides_are_undecided() -> None:
    """15 of 20 rows against 1 of 4 pairs: a table that coincides now and then, not copies."""
    base = joined(pairs(1, 4), {"x": [f"r{i}" for i in range(150)], "y": ["a", "b"] * 75})
    some = {"x": [f"r{i}" for i in range(20)] + [f"s{i}" for i in range(130)], "y": ["b", "a"] * 7 + ["b"] * 136}
    result = decided(BatchConflicts(), some, label="y", label_is="outcome", base=base)
    assert result.status is Status.UNDECIDED
    assert result.outcome.measures[0].note.endswith("2 of 8 of the base's own")


def test_few_pairs_of_the_base_that_all_differ_let_nothing_pass() -> None:
    base = joined(pairs(4, 4), {"x": [f"r{i}" for i in range(150)], "y": ["a", "b"] * 75})
    some = {"x": [f"r{i}" for i in range(30)] + [f"s{i}" for i in range(120)], "y": ["a", "b"] * 75}
    result = decided(BatchConflicts(), some, label="y", label_is="outcome", base=base)
    assert result.status is Status.UNDECIDED


def test_a_pair_of_the_base_is_counted_once() -> None:
    some = {"x": [f"p{i}" for i in range(100)], "y": ["b"] * 50 + ["a"] * 50}
    (measure,) = measures_of(BatchConflicts(), some, label="y", label_is="outcome", base=pairs(0, 60))
    assert measure.estimate.n == 60 + 60  # 60 rows of the batch have their like, and so have 60 pairs of the base
    assert measure.note == "50 of 60 rows that equal a labeled row of the base; 0 of 120 of the base's own"
    assert decided(BatchConflicts(), some, label="y", label_is="outcome", base=pairs(0, 60)).status is Status.FAIL


def test_no_bound_is_past_100_points() -> None:
    (measure,) = measures_of(BatchConflicts(), batch(400), label="y", label_is="outcome", base=BASE)
    assert (measure.estimate.value, measure.estimate.bounds(0.95)[1]) == (1.0, 1.0)


def test_nothing_alike_does_not_apply() -> None:
    other = {"x": ["p", "q"], "y": ["a", "b"]}
    result = decided(BatchConflicts(), other, label="y", label_is="annotation", base=BASE)
    assert result.status is Status.SKIPPED
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies


def test_a_base_without_the_label_is_said() -> None:
    result = decided(BatchConflicts(), batch(0), label="y", base={"x": BASE["x"]})
    assert (result.status, "base has no label" in result.reason) == (Status.SKIPPED, True)


def test_a_reference_that_is_no_base_is_not_asked() -> None:
    result = decided(BatchConflicts(), batch(9), label="y", label_is="annotation", reference=BASE)
    assert (result.status, "--as batch" in result.reason) == (Status.SKIPPED, True)


def test_nearly_equal_texts_with_other_labels_contradict() -> None:
    draw = random.Random(1)
    texts = [" ".join("".join(draw.choices("abcdefghij", k=7)) for _ in range(8)) for _ in range(300)]
    base = {"t": texts, "y": [f"c{i % 3}" for i in range(300)]}

    def near(wrong: int) -> dict[str, list[Any]]:
        labels = [f"c{(i + (i < wrong)) % 3}" for i in range(300)]
        return {"t": [f"{text} now" for text in texts], "y": labels}

    roles: dict[str, Any] = {"label": "y", "text": "t", "label_is": "annotation", "base": base}
    (fine,) = measures_of(BatchConflicts(), near(0), **roles)
    assert fine.note.startswith("0 of 300 rows")
    result = decided(BatchConflicts(), near(60), **roles)
    assert result.status is Status.FAIL
    (found,) = result.outcome.findings
    assert found.count == 60
    assert found.details["label in the base"][0] == "c0"


def measured(rows: int, seed: int) -> dict[str, list[Any]]:
    rng = np.random.default_rng(seed)
    return {"a": rng.normal(size=rows).tolist(), "b": rng.normal(50, 10, rows).tolist(), "y": ["u", "v"] * (rows // 2)}


def measured_again(base: dict[str, list[Any]], copies: int, wrong: int) -> dict[str, list[Any]]:
    """Rows of the base a little off in their numbers, of which so many have the other label, and as many new ones."""
    noise, new = np.random.default_rng(7).uniform(-1, 1, copies), measured(copies, seed=9)
    flip = {"u": "v", "v": "u"}
    return {
        "a": [*(np.array(base["a"][:copies]) + noise / 1_000).tolist(), *new["a"]],
        "b": [*(np.array(base["b"][:copies]) + noise / 100).tolist(), *new["b"]],
        "y": [*(flip[y] if at < wrong else y for at, y in enumerate(base["y"][:copies])), *new["y"]],
    }


@pytest.mark.parametrize("label_is", ["annotation", "outcome"])
@pytest.mark.parametrize(("wrong", "status"), [(0, Status.PASS), (40, Status.FAIL)])
def test_rows_a_little_off_with_another_label_contradict(label_is: str, wrong: int, status: Status) -> None:
    base = measured(1_000, seed=1)
    again = measured_again(base, 200, wrong)
    result = decided(BatchConflicts(), again, label="y", label_is=label_is, base=base)
    assert result.status is status
    (measure,) = result.outcome.measures
    assert measure.note == f"{wrong} of 200 rows; 2 of 2 of the base's own"  # two rows are near each other by chance
    assert sorted(row for finding in result.outcome.findings for row in finding.rows) == list(range(wrong))
    for finding in result.outcome.findings:
        assert finding.details["row of the base"] == list(finding.rows)
        assert finding.details["label"] != finding.details["label in the base"]


def test_a_few_rows_a_little_off_are_no_claim() -> None:
    base = measured(1_000, seed=1)
    skipped = decided(BatchConflicts(), measured_again(base, 4, 4), label="y", base=base)
    assert skipped.status is Status.SKIPPED  # four pairs do not stand out as copies


def test_vectors_a_little_off_with_another_label_contradict() -> None:
    there = np.random.default_rng(2).normal(size=(300, 24))
    base = {"v": there.tolist(), "y": ["u", "v"] * 150}
    again = {"v": (there[:100] + 0.01).tolist(), "y": ["v", "u"] * 20 + ["u", "v"] * 30}
    result = decided(BatchConflicts(), again, label="y", base=base)
    assert result.status is Status.FAIL
    (found,) = result.outcome.findings
    assert sorted(found.rows) == list(range(40))


@pytest.mark.parametrize(("wrong", "status"), [(2, Status.UNDECIDED), (3, Status.FAIL)])
def test_one_or_two_slips_stop_no_batch_of_annotations(wrong: int, status: Status) -> None:
    some = batch(wrong, rows=4)
    some = {"x": [*some["x"], *(f"new {i}" for i in range(300))], "y": [*some["y"], *["a", "b"] * 150]}
    result = decided(BatchConflicts(), some, label="y", label_is="annotation", base=BASE)
    assert result.status is status
    assert [list(found.rows) for found in result.outcome.findings] == [list(range(wrong))]
