from __future__ import annotations

import random
from typing import Any

import pytest

from auditor.testing import Status, decided, findings_of
from auditor_checks.diversity.split_leakage import SplitLeakage


def parts(shared: int, test: int = 100, **more: Any) -> dict[str, Any]:
    """300 rows to train on and some to test with, of which so many are the first training rows again."""
    x = [f"row {i}" for i in range(300)] + [f"row {i if i < shared else 1000 + i}" for i in range(test)]
    return {"x": x, "y": ["a", "b"] * ((300 + test) // 2), "split": ["train"] * 300 + ["test"] * test} | more


ROLES: dict[str, Any] = {"label": "y", "split": "split"}


def test_splits_with_nothing_in_common_pass() -> None:
    assert decided(SplitLeakage(), parts(0), **ROLES).status is Status.PASS


def test_rows_that_stand_in_both_fail_and_are_listed_by_the_test_row() -> None:
    assert decided(SplitLeakage(), parts(5), **ROLES).status is Status.FAIL
    (finding,) = findings_of(SplitLeakage(), parts(5), **ROLES)
    assert list(finding.rows) == [300, 301, 302, 303, 304]
    assert finding.message == "5 rows of test: equal rows in train too"


def test_another_label_hides_no_leak() -> None:
    table = parts(5)
    table["y"] = ["a"] * 300 + ["b"] * 100
    assert decided(SplitLeakage(), table, **ROLES).status is Status.FAIL


def test_the_training_split_is_known_by_its_name_though_it_is_the_smaller() -> None:
    table = parts(300, test=400)
    table["split"] = ["test"] * 300 + ["Train"] * 400
    (measure,) = (d.measure for d in decided(SplitLeakage(), table, **ROLES).decided)
    assert (measure.subject, measure.estimate.value) == ("test", 1.0)


def test_repeats_within_a_split_are_no_leak() -> None:
    table = parts(0)
    table["x"][300:320] = ["again"] * 20
    assert decided(SplitLeakage(), table, **ROLES).status is Status.PASS


def test_a_group_on_both_sides_fails_and_a_missing_one_is_none() -> None:
    apart = [f"p{i % 50}" if i < 300 else None if i % 2 else f"q{i}" for i in range(400)]
    assert decided(SplitLeakage(), parts(0, patient=apart), group="patient", **ROLES).status is Status.PASS
    both = [f"p{i % 90}" for i in range(400)]
    result = decided(SplitLeakage(), parts(0, patient=both), group="patient", **ROLES)
    assert result.status is Status.FAIL
    assert [d.measure.name for d in result.decided if d.status is Status.FAIL] == ["rows of a patient in train too"]


@pytest.mark.parametrize("split", [["all"] * 400, [str(i) for i in range(400)]])
def test_what_is_no_split_is_skipped(split: list[str]) -> None:
    assert decided(SplitLeakage(), parts(0) | {"split": split}, **ROLES).status is Status.SKIPPED


def test_texts_that_differ_in_case_alone_leak_and_near_ones_are_shown() -> None:
    draw = random.Random(5)
    words = ["".join(draw.choices("abcdefghijklmnop", k=7)) for _ in range(500)]
    texts = [" ".join(draw.choices(words, k=8)) for _ in range(396)]
    table = {
        "text": texts[:300] + [f"{texts[0].upper()}!"] * 3 + [texts[1].replace(texts[1][:7], "please")] + texts[300:],
        "y": ["a", "b"] * 200,
        "split": ["train"] * 300 + ["test"] * 100,
    }
    shares = {d.measure.name: d for d in decided(SplitLeakage(), table, text="text", **ROLES).decided}
    assert shares["equal texts in train too"].measure.estimate.value == 0.03
    assert shares["equal texts in train too"].status is Status.FAIL
    assert shares["texts near some in train too"].measure.estimate.value == 0.04
    assert shares["texts near some in train too"].status is None


def test_an_id_on_both_sides_is_warned_of_and_listed() -> None:
    both = [f"p{i % 350}" for i in range(400)]
    result = decided(SplitLeakage(), parts(0, person=both), id="person", **ROLES)
    assert (result.status, result.warned) == (Status.PASS, 1)
    (finding,) = findings_of(SplitLeakage(), parts(0, person=both), id="person", **ROLES)
    assert (finding.message, list(finding.rows)) == (
        "50 rows of test: rows of one person in train too",
        list(range(350, 400)),
    )


def test_numbers_that_count_the_rows_of_each_part_anew_are_no_ids_in_common() -> None:
    anew = [*range(300), *range(100)]
    result = decided(SplitLeakage(), parts(0, n=anew), id="n", **ROLES)
    assert not [d for d in result.decided if "rows of one n" in d.measure.name]


def test_whole_numbers_larger_than_the_file_are_ids_in_common() -> None:
    large = [10_000 + i % 350 for i in range(400)]
    assert decided(SplitLeakage(), parts(0, n=large), id="n", **ROLES).warned == 1
