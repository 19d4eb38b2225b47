from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.annotations.conflicting_labels import ConflictingLabels

TORN = {"x": ["a", "a", "a", "b", "c", "c"], "y": ["p", "p", "q", "p", "q", "p"]}


def test_equal_examples_with_different_labels_are_found_in_their_groups() -> None:
    (finding,) = findings_of(ConflictingLabels(), TORN, label="y", label_is="annotation")
    assert finding.subject == "2 groups"
    assert list(finding.rows) == [0, 1, 2, 4, 5]
    assert list(finding.details["group"]) == [1, 1, 1, 2, 2]


def test_the_outvoted_rows_must_be_wrong() -> None:
    (measure,) = measures_of(ConflictingLabels(), TORN, label="y", label_is="annotation")
    assert measure.estimate.value == pytest.approx(2 / 6)
    assert measure.at_most == 0.01


@pytest.mark.parametrize(
    "table",
    [
        {"x": ["a", "a"], "y": ["p", "p"]},
        {"x": ["a", "b"], "y": ["p", "q"]},
        {"x": ["a", "a"], "y": ["p", None]},
        {"x": ["a"], "y": ["p"]},
        {"x": ["a", "a"], "y": [["p", "q"], ["q", "p", "q"]]},
    ],
)
def test_no_conflict_passes(table: dict[str, Any]) -> None:
    result = decided(ConflictingLabels(), table, label="y", label_is="annotation")
    assert result.status is Status.PASS
    assert result.outcome.findings == ()


def test_two_annotators_may_label_the_same_example() -> None:
    table = {"x": ["a", "a"], "who": ["ann", "bo"], "y": ["p", "q"]}
    result = decided(ConflictingLabels(), table, label="y", annotator="who", label_is="annotation")
    assert result.status is Status.FAIL


def test_the_limit_is_an_option() -> None:
    assert decided(ConflictingLabels(max_share=0.4), TORN, label="y", label_is="annotation").status is Status.PASS
    assert decided(ConflictingLabels(), TORN, label="y", label_is="annotation").status is Status.FAIL


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({"x": ["a", "a"], "y": pl.Series([None, None], dtype=pl.String)}, "no row has a label"),
        ({"y": ["p", "q"]}, "there is no column by which examples could be compared"),
    ],
)
def test_where_nothing_could_be_compared_nothing_passes(table: dict[str, Any], reason: str) -> None:
    result = decided(ConflictingLabels(), table, label="y", label_is="annotation")
    assert (result.status, result.reason) == (Status.SKIPPED, reason)
    assert result.outcome.skip is not None
    assert result.outcome.skip.applies


def test_lists_of_other_labels_and_texts_with_blanks_around_them_conflict() -> None:
    table = {"x": ["Where is my card?", "Where is my card? "], "y": [["p", "q"], ["p"]]}
    (finding,) = findings_of(ConflictingLabels(), table, label="y", text="x", label_is="annotation")
    assert (finding.subject, list(finding.rows)) == ("1 group", [0, 1])


def test_the_share_is_that_of_the_labels() -> None:
    table = {"x": ["a", "a", "b", "c"], "y": ["p", "q", None, None]}
    (measure,) = measures_of(ConflictingLabels(), table, label="y", label_is="annotation")
    assert (measure.estimate.value, measure.support) == (0.5, 2)


@pytest.mark.parametrize(("label_is", "word"), [("outcome", "an outcome"), ("decision", "a decision")])
def test_of_what_the_world_decided_the_groups_are_shown_and_nothing_held_against_them(label_is: str, word: str) -> None:
    result = decided(ConflictingLabels(), TORN, label="y", label_is=label_is)
    assert result.status is Status.SKIPPED
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies  # no policy demands an answer that cannot be
    assert f"the label is {word}" in result.reason
    assert result.outcome.measures[0].at_most is None
    assert result.outcome.findings[0].count == 5


NEAR = {
    "x": ["where is my new card now", "where is my new card then", "what does it cost", "What does it cost?", "other"],
    "y": ["p", "q", "p", "q", "p"],
}


def test_nearly_equal_texts_with_different_labels_are_listed_in_pairs_with_both() -> None:
    (finding,) = findings_of(ConflictingLabels(), NEAR, label="y", text="x", label_is="annotation")
    assert (finding.subject, finding.count, list(finding.rows)) == ("2 pairs", 4, [2, 3, 0, 1])
    assert list(finding.details["pair"]) == [1, 1, 2, 2]
    assert list(finding.details["label"]) == ["p", "q", "p", "q"]
    assert finding.details["similarity"][0] == 1


def test_near_texts_prove_no_error_and_decide_nothing_by_default() -> None:
    result = decided(ConflictingLabels(), NEAR, label="y", text="x", label_is="annotation")
    assert result.status is Status.PASS
    near = {m.name: m for m in result.outcome.measures}["near-texts-with-other-labels"]
    assert near.estimate.value == pytest.approx(4 / 5)
    assert (near.at_most, near.support) == (None, 5)
    assert "no lower bound of errors" in near.note
    strict = ConflictingLabels(max_near_share=0.5)
    assert decided(strict, NEAR, label="y", text="x", label_is="annotation").status is Status.FAIL


def test_equal_texts_and_missing_labels_are_no_near_pairs() -> None:
    table = {"x": ["where is my new card now"] * 2 + ["where is my new card then"], "y": ["p", "q", None]}
    found = findings_of(ConflictingLabels(), table, label="y", text="x", label_is="annotation")
    assert [finding.subject for finding in found] == ["1 group"]


def test_near_texts_with_the_same_label_are_no_conflict() -> None:
    table = NEAR | {"y": ["p"] * 5}
    assert findings_of(ConflictingLabels(), table, label="y", text="x", label_is="annotation") == []
