from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.check import Evidence
from auditor.dataset.verdicts import Place, Remembered, Verdict
from auditor.evidence.identity import known_rows, labels_digest
from auditor.evidence.verdicts import AskVerdicts, Verdicts
from auditor.evidence.verified_sample import RemainingRate
from auditor.stats.betting import SequentialRate
from auditor.stats.pvalues import p_above, p_below
from auditor.stats.verification import UNTOLD, Amount, Stratum, error_rate
from auditor.testing import evidence_of

LABELS = ["u", "v"] * 10
SIZES, DRAWN = (2, 8, 10), (1, 2, 3)
#: Row → stratum, and whether it was drawn.
STOOD = {0: (0, True), 1: (0, False), 2: (1, True), 3: (1, True), 10: (2, True), 11: (2, True), 12: (2, True)}
WRONG, KEEP, UNCLEAR = Verdict.ACCEPT, Verdict.KEEP, Verdict.UNCLEAR


def table(labels: Sequence[str] = LABELS) -> pl.DataFrame:
    return pl.DataFrame({"x": range(len(labels)), "y": labels})


def corrected(rows: Sequence[int]) -> list[str]:
    return ["w" if row in rows else label for row, label in enumerate(LABELS)]


def remember(said: Mapping[int, Verdict | None], applied: Sequence[int] = (), twice: bool = True) -> list[Remembered]:
    """What is remembered of verdicts on the table, after some rows were given the label w."""
    evidence = evidence_of(table(), label="y")
    digests = [labels_digest(evidence_of(table(labels), label="y").dataset) for labels in (LABELS, corrected(applied))]
    rows = {row.row: row for row in known_rows(evidence)}
    found = []
    for row, verdict in said.items():
        stratum, drawn = STOOD[row]
        after = rows[row].check_with("w") if verdict is WRONG else rows[row].check
        found.append(
            Remembered(
                rows[row].key, row, verdict, LABELS[row], "w" if verdict is WRONG else LABELS[row], rows[row].check,
                after, digests[0], digests[1], Place("s1", stratum, drawn, SIZES, DRAWN), twice,
            )
        )  # fmt: skip
    return found


def verdicts(frame: pl.DataFrame, remembered: Sequence[Remembered]) -> Verdicts:
    evidence = evidence_of(frame, label="y")
    return Evidence(replace(evidence.dataset, verdicts=tuple(remembered))).ask(AskVerdicts())


ALL: dict[int, Verdict | None] = {0: WRONG, 2: KEEP, 3: KEEP, 10: KEEP, 11: UNCLEAR, 12: KEEP}


def test_without_verdicts_nothing_is_known() -> None:
    assert verdicts(table(), []) == Verdicts()


def test_a_verified_sample_gives_its_strata_and_the_rate() -> None:
    found = verdicts(table(), remember(ALL))
    assert found.strata == (Stratum(2, 1, 1), Stratum(8, 2, 0), Stratum(10, 3, 0, 1))
    assert found.sample_size == 6
    assert found.corrected == 0
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(0.1)
    assert found.estimate.bounds(0.95) == error_rate(found.strata).bounds(0.95)
    assert found.notes == ()


def test_what_was_corrected_is_taken_off() -> None:
    found = verdicts(table(corrected([0])), remember(ALL, [0]))
    assert found.corrected == 1
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(0.1 - 1 / 20)
    assert found.estimate.bounds(0.95)[1] == pytest.approx(error_rate(found.strata).bounds(0.95)[1] - 1 / 20)


def test_labels_that_a_person_confirmed_or_gave_are_kept() -> None:
    assert verdicts(table(), remember(ALL)).kept_rows == {2, 3, 10, 12}
    assert verdicts(table(corrected([0])), remember(ALL, [0])).kept_rows == {0, 2, 3, 10, 12}


def test_a_drawn_row_without_a_verdict_is_unclear() -> None:
    found = verdicts(table(), remember({**ALL, 10: None, 12: None}))
    assert found.strata[2] == Stratum(10, 3, 0, 3)
    assert found.notes == ("2 of the 6 rows of the sample have no verdict, and count as unclear",)


def test_a_sample_that_nobody_looked_at_says_nothing() -> None:
    found = verdicts(table(), remember({**dict.fromkeys(ALL), 1: KEEP}))
    assert found.estimate is None
    assert found.strata == ()
    assert found.kept_rows == {1}


def test_a_stratum_whose_rows_all_have_a_verdict_was_verified_whole() -> None:
    found = verdicts(table(), remember({**ALL, 1: KEEP}))
    assert found.strata[0] == Stratum(2, 2, 1)


def test_flagged_rows_beyond_the_sample_do_not_count_unless_all_were_seen() -> None:
    found = verdicts(table(), remember({**ALL, 0: KEEP, 1: None}))
    assert found.strata[0] == Stratum(2, 1, 0)


def test_a_moved_row_is_found_by_its_key() -> None:
    found = verdicts(table().reverse(), remember(ALL))
    assert found.kept_rows == {19 - row for row in (2, 3, 10, 12)}


def test_a_row_whose_content_has_changed_has_no_verdict() -> None:
    frame = table().with_columns(x=pl.when(pl.col("x") == 2).then(99).otherwise(pl.col("x")))
    found = verdicts(frame, remember(ALL))
    assert found.kept_rows == {3, 10, 12}
    assert found.strata[1] == Stratum(8, 2, 0, 1)
    assert found.notes == ("1 of 6 verdicts were left aside: their rows are gone or have changed",)


def test_a_sample_does_not_speak_for_labels_changed_in_another_way() -> None:
    found = verdicts(table(corrected([5])), remember(ALL))
    assert found.estimate is None
    assert "does not speak for them" in found.notes[-1]
    assert found.kept_rows == {2, 3, 10, 12}


def test_the_last_sample_that_was_verified_decides() -> None:
    first = remember(ALL)
    later = [replace(one, place=Place("s2", 0, True, (20,), (6,)), verdict=KEEP, after=one.before) for one in first]
    assert verdicts(table(), [*first, *later]).strata == (Stratum(20, 6, 0),)
    unseen = [replace(one, verdict=None) for one in later]
    assert verdicts(table(), [*first, *unseen]).strata == verdicts(table(), first).strata


def test_corrections_made_before_a_sample_was_drawn_are_not_taken_off() -> None:
    first = remember({0: WRONG}, [0])
    said = remember({2: KEEP, 3: KEEP, 10: KEEP, 11: KEEP, 12: KEEP}, [0])
    again = [replace(one, place=Place("s2", 0, True, (20,), (6,))) for one in said]
    assert verdicts(table(corrected([0])), [*first, *again]).corrected == 0


def test_a_label_found_wrong_once_only_counts_as_wrong_and_may_be_right() -> None:
    found = verdicts(table(), remember(ALL, twice=False))
    assert "1 labels of the sample were found wrong by one person only" in found.notes[0]
    assert found.strata[0] == Stratum(2, 1, 1, unconfirmed=1)
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(0.1)
    assert found.estimate.bounds(0.95)[0] == 0.0
    assert found.estimate.bounds(0.95)[1] == error_rate(verdicts(table(), remember(ALL)).strata).bounds(0.95)[1]


def test_wrong_without_what_is_right_counts_and_corrects_nothing() -> None:
    said = [replace(one, verdict=Verdict.WRONG, label=one.given, after=one.before) for one in remember({0: WRONG})]
    found = verdicts(table(), [*said, *remember({row: verdict for row, verdict in ALL.items() if row})])
    assert found.strata[0] == Stratum(2, 1, 1)
    assert found.corrected == 0
    assert 0 not in found.kept_rows


def test_the_precision_of_the_flags_is_that_of_the_first_stratum() -> None:
    found = verdicts(table(), remember({**ALL, 1: KEEP}))
    assert found.precision is not None
    assert (found.precision.value, found.precision.bounds(0.95)) == (0.5, (0.5, 0.5))  # all were looked at


def in_order(said: Mapping[int, Verdict | None], twice: bool = True) -> list[Remembered]:
    """Rows 0, 2, 3, 10, 11 and 12 in the order of a sample that is looked at one by one."""
    turns = {row: turn for turn, row in enumerate((0, 2, 3, 10, 11, 12))}
    remembered = remember(said, twice=twice)
    return [replace(one, place=Place("s1", 0, True, (20,), (6,), turns[one.row])) for one in remembered]


def test_a_sample_looked_at_in_order_ends_with_the_last_verdict() -> None:
    found = verdicts(table(), in_order({0: WRONG, 2: KEEP, 3: KEEP, 10: None, 11: None, 12: None}))
    assert isinstance(found.estimate, RemainingRate)
    assert found.estimate.rate == SequentialRate((Amount(1.0), Amount(0.0), Amount(0.0)), 20)
    assert (found.strata, found.sample_size, found.precision, found.notes) == ((), 3, None, ())


def test_a_row_passed_over_counts_as_unclear() -> None:
    found = verdicts(table(), in_order({0: KEEP, 2: None, 3: KEEP}))
    assert isinstance(found.estimate, RemainingRate)
    assert found.estimate.rate == SequentialRate((Amount(0.0), UNTOLD, Amount(0.0)), 20)
    assert found.notes == ("1 of the 3 rows of the sample have no verdict, and count as unclear",)


def tagged(verdict: Verdict, label: str, twice: bool = True) -> Verdicts:
    """What one verdict on the first of 20 rows with the labels a and b says, out of four that there are."""
    frame = pl.DataFrame({"x": range(20), "t": [["a", "b"], ["c", "d"]] * 10})
    evidence = evidence_of(frame, label="t")
    row = next(iter(known_rows(evidence, [0])))
    digest = labels_digest(evidence.dataset)
    place = Place("s1", 0, True, (20,), (2,))
    one = Remembered(row.key, 0, verdict, "a; b", label, row.check, "later", digest, digest, place, twice)
    return Evidence(replace(evidence.dataset, verdicts=(one,))).ask(AskVerdicts())


@pytest.mark.parametrize(
    ("verdict", "label", "amount", "unclear"),
    [
        (Verdict.ACCEPT, "a", 0.25, 1),
        (Verdict.RELABEL, "b; c; d", 0.75, 1),
        (Verdict.RELABEL, "(none)", 0.5, 1),
        (Verdict.WRONG, "a; b", 0.25, 1.75),
        (Verdict.KEEP, "a; b", 0.0, 1),
    ],
)
def test_a_row_with_several_labels_is_wrong_in_part(
    verdict: Verdict, label: str, amount: float, unclear: float
) -> None:
    found = tagged(verdict, label)
    assert isinstance(found.estimate, RemainingRate)
    assert found.estimate.rate == error_rate([Stratum(20, 2, amount, unclear)])
    assert isinstance(found.any_wrong, RemainingRate)
    assert found.any_wrong.rate == error_rate([Stratum(20, 2, amount > 0, 1)])


@given(st.integers(0, 20), st.integers(0, 40), st.floats(0.5, 0.999))
def test_the_remaining_rate_keeps_its_order_and_its_range(wrong: int, corrected: int, confidence: float) -> None:
    rate = RemainingRate(error_rate([Stratum(100, 20, wrong)]), corrected, 100)
    low, high = rate.bounds(confidence)
    assert 0 <= low <= rate.value <= high <= 1


def test_its_p_values_are_those_of_its_bounds() -> None:
    rate = RemainingRate(error_rate([Stratum(1000, 100, 20)]), 50, 1000)
    low, high = rate.bounds(0.9)
    assert rate.p_above(low) == pytest.approx(p_above(rate, low), abs=1e-4) == pytest.approx(0.05, abs=1e-4)
    assert rate.p_below(high) == pytest.approx(p_below(rate, high), abs=1e-4) == pytest.approx(0.05, abs=1e-4)
