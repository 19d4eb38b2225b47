from __future__ import annotations

import pytest
from pydantic import ValidationError

from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.diversity.near_duplicate_texts import NearDuplicateTexts

TABLE = {
    "x": [
        "what does a transfer cost",
        "where is my new card please",
        "Where is my new card, please?",
        "where is my old card please",
        "why was my account closed",
        "why was my account closed today",
    ]
}


def test_the_share_of_repeats_and_what_stays_are_measured() -> None:
    measures = {m.name: m for m in measures_of(NearDuplicateTexts(), TABLE, text="x")}
    assert measures["nearly-repeated-rows"].estimate.value == pytest.approx(3 / 6)
    assert measures["nearly-repeated-rows"].at_most == 0.5
    assert measures["distinct-texts"].estimate.value == 3
    assert measures["largest-group"].estimate.value == pytest.approx(3 / 6)


def test_the_groups_are_listed_the_largest_first() -> None:
    (finding,) = findings_of(NearDuplicateTexts(), TABLE, text="x")
    assert (finding.subject, finding.count, list(finding.rows)) == ("2 groups", 5, [1, 2, 3, 4, 5])
    assert list(finding.details["group"]) == [1, 1, 1, 2, 2]
    assert finding.details["similarity"][0] == 1
    assert 0.8 <= float(finding.details["similarity"][2] or 0) < 1


@pytest.mark.parametrize(("limit", "status"), [(0.5, Status.PASS), (0.49, Status.FAIL)])
def test_the_limit_is_an_option(limit: float, status: Status) -> None:
    assert decided(NearDuplicateTexts(max_share=limit), TABLE, text="x").status is status


def test_a_stricter_similarity_leaves_only_the_same_text() -> None:
    (finding,) = findings_of(NearDuplicateTexts(min_similarity=1), TABLE, text="x")
    assert list(finding.rows) == [1, 2]


def test_a_similarity_at_which_all_is_alike_is_refused() -> None:
    with pytest.raises(ValidationError, match="0.7"):
        NearDuplicateTexts(min_similarity=0.5)


def test_without_text_the_question_does_not_apply() -> None:
    result = decided(NearDuplicateTexts(), {"x": [1, 2]})
    assert (result.status, result.reason) == (Status.SKIPPED, "no column holds text")
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies


def test_texts_without_words_are_no_pass() -> None:
    result = decided(NearDuplicateTexts(), {"x": ["?", "!"]}, text="x")
    assert (result.status, result.reason) == (Status.SKIPPED, "no row has a word in x")


def test_all_different_passes() -> None:
    result = decided(NearDuplicateTexts(), {"x": ["where is my card", "what does a transfer cost"]}, text="x")
    assert result.status is Status.PASS
    assert result.outcome.findings == ()
