from __future__ import annotations

from typing import Any

import pytest

from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.annotations.label_named_in_text import LabelNamedInText


def table(*rows: tuple[str, str]) -> dict[str, Any]:
    """Five texts that name each of two classes and carry it, and further rows."""
    own = [(f"about card arrival, number {at}", "card_arrival") for at in range(5)]
    own += [(f"exchange rate of day {at}", "exchangeRate") for at in range(5)]
    texts, labels = zip(*own, *rows, strict=True)
    return {"x": list(texts), "y": list(labels)}


def rows_found(*rows: tuple[str, str], **options: Any) -> list[int]:
    found = findings_of(LabelNamedInText.model_validate(options), table(*rows), label="y", text="x")
    return [row - 10 for finding in found for row in finding.rows]


def test_a_text_that_names_another_class_is_listed_with_both() -> None:
    (finding,) = findings_of(LabelNamedInText(), table(("the Card-Arrival!", "exchangeRate")), label="y", text="x")
    assert list(finding.rows) == [10]
    assert finding.details == {"label": ["exchangeRate"], "named": ["card_arrival"]}


def test_a_text_that_names_its_own_class_too_is_not() -> None:
    assert rows_found(("card arrival and exchange rate", "exchangeRate")) == []


def test_only_whole_words_count() -> None:
    assert rows_found(("card arrivals", "exchangeRate"), ("my card of arrival", "exchangeRate")) == []


def test_a_name_that_is_used_of_other_things_tells_nothing() -> None:
    other = [(f"card arrival of {at}", "exchangeRate") for at in range(3)]
    assert rows_found(*other) == []
    assert rows_found(*other, min_own_share=0.6) == [0, 1, 2]


def test_a_name_that_few_texts_hold_tells_nothing() -> None:
    assert rows_found(("card arrival", "exchangeRate"), min_rows=7) == []
    assert rows_found(("card arrival", "exchangeRate"), min_rows=6) == [0]


def test_rows_without_a_label_or_text_are_left_out() -> None:
    rows: Any = [("card arrival", None), (None, "exchangeRate")]
    assert rows_found(*rows) == []


def test_no_limit_is_set_and_no_policy_demands_one() -> None:
    (measure,) = measures_of(LabelNamedInText(), table(("card arrival", "exchangeRate")), label="y", text="x")
    assert (measure.estimate.value, measure.at_most, measure.support) == (1, None, 11)
    result = decided(LabelNamedInText(), table(), label="y", text="x")
    assert result.status is Status.SKIPPED
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies


@pytest.mark.parametrize(
    ("columns", "roles", "reason"),
    [
        ({"x": [1, 2], "y": ["card", "rate"]}, {}, "no column holds text"),
        ({"x": ["a", "b"], "y": ["no", "pos"]}, {"text": "x"}, "no class has a name of 4 letters"),
    ],
)
def test_where_nothing_could_be_named_the_reason_is_told(
    columns: dict[str, Any], roles: dict[str, str], reason: str
) -> None:
    result = decided(LabelNamedInText(), columns, label="y", **roles)
    assert result.status is Status.SKIPPED
    assert reason in result.reason
