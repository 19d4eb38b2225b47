from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from auditor.check import Evidence
from auditor.dataset.verdicts import Place, Remembered, Verdict
from auditor.errors import NotPossible
from auditor.evidence.identity import known_rows, labels_digest
from auditor.evidence.suspects import AskSuspects, Suspects
from auditor.evidence.verified_parts import MIN_VERIFIED, AskVerifiedParts
from auditor.testing import evidence_of

ROWS = 200


def verified(
    wrong: range, drawn: range = range(100), unclear: int = 0, in_order: bool = False, named: str = "uv"
) -> Evidence:
    """A simple sample of 100 of 200 rows, by turns of group a and b; every tenth row is of c. Wrong ones become w."""
    groups = ["c" if row % 10 == 9 else "ab"[row % 2] for row in range(ROWS)]
    before = evidence_of(pl.DataFrame({"x": range(ROWS), "g": groups, "y": [*named] * 100}), label="y")
    labels = ["w" if row in wrong else named[row % 2] for row in range(ROWS)]
    after = evidence_of(pl.DataFrame({"x": range(ROWS), "g": groups, "y": labels}), label="y")
    old_digest, new_digest = (labels_digest(one.dataset) for one in (before, after))
    found = []
    for row in known_rows(before, list(drawn)):
        verdict = Verdict.RELABEL if row.row in wrong else Verdict.UNCLEAR if row.row < unclear else Verdict.KEEP
        new, old = labels[row.row], named[row.row % 2]
        place = Place("s1", 0, True, (ROWS,), (len(drawn),), row.row if in_order else None)
        found.append(
            Remembered(
                row.key, row.row, verdict, old, new, row.check, row.check_with(new), old_digest, new_digest, place, True
            )
        )  # fmt: skip
    evidence = Evidence(replace(after.dataset, verdicts=tuple(found)))
    scores = np.zeros(ROWS)
    answers = evidence._answers
    answers[AskSuspects()] = Suspects(scores, scores, np.empty(0, dtype=np.int64), lambda _: None)  # type: ignore[arg-type, return-value]
    return evidence


def test_each_group_has_its_own_rate() -> None:
    rates = verified(range(1, 20, 2)).ask(AskVerifiedParts(("g",)))  # 10 wrong, 8 of them of b and 2 of c
    assert {name[0]: (rate.n, rate.value) for name, rate in rates.items()} == {
        "a": (50, 0.0), "b": (40, pytest.approx(8 / 100 / 0.4)), "c": (10, pytest.approx(2 / 100 / 0.1)),
    }  # fmt: skip


def test_by_class_a_row_counts_where_it_was() -> None:
    rates = verified(range(1, 20, 2)).ask(AskVerifiedParts(("y",)))
    assert {name[0]: rate.value for name, rate in rates.items()} == {"u": 0.0, "v": pytest.approx(0.2)}


def test_spellings_of_a_class_are_one() -> None:
    rates = verified(range(1, 20, 2), named="vV").ask(AskVerifiedParts(("y",)))
    assert {name[0]: rate.n for name, rate in rates.items()} == {"v": 100}
    assert rates["v",].value == pytest.approx(0.1)


def test_what_cannot_be_told_widens_the_interval_of_its_own_group_only() -> None:
    clear, unclear = (verified(range(0), unclear=rows).ask(AskVerifiedParts(("g",))) for rows in (0, 1))
    assert unclear["a",].bounds(0.95)[1] > clear["a",].bounds(0.95)[1]  # row 0 is of group a
    assert unclear["b",].bounds(0.95) == clear["b",].bounds(0.95)


def test_groups_of_which_few_rows_were_verified_are_left_out() -> None:
    assert {name for (name,) in verified(range(0), range(90)).ask(AskVerifiedParts(("g",)))} == {"a", "b"}
    assert MIN_VERIFIED == 10


def test_a_sample_looked_at_in_order_is_told_by_group_too() -> None:
    rates = verified(range(1, 20, 2), in_order=True).ask(AskVerifiedParts(("g",)))
    assert rates["b",].value == pytest.approx(0.2)
    low, high = rates["b",].bounds(0.95)
    assert low < 0.2 < high


def test_without_a_sample_nothing_is_told() -> None:
    with pytest.raises(NotPossible, match="no sample"):
        evidence_of({"g": ["a", "b"], "y": ["u", "v"]}, label="y").ask(AskVerifiedParts(("g",)))
