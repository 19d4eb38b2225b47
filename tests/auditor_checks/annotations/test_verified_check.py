"""What the checks that flag rows ask people, and what they make of the answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from auditor.evidence.review import MOST_IN_ORDER, AskReview, ReviewQueue
from auditor.evidence.verdicts import AskVerdicts, Verdicts
from auditor.evidence.verified_parts import AskVerifiedParts
from auditor.evidence.verified_sample import RemainingRate
from auditor.stats.betting import SequentialRate
from auditor.stats.part_rates import PartRate
from auditor.stats.verification import Amount, Stratum, error_rate, flag_precision
from auditor.testing import Evidence, Status, decided, evidence_of, measures_of
from auditor_checks.annotations.label_errors import LabelErrors
from auditor_checks.annotations.target_errors import TargetErrors

pytestmark = pytest.mark.slow


def classes(wrong: float = 0.02, label_is: str = "annotation", rows: int = 600) -> Evidence:
    rng = np.random.default_rng(4)
    y = rng.integers(0, 2, rows)
    x = y[:, None] * 5.0 + rng.normal(size=(rows, 2))
    names = np.array(["cat", "dog"])[y ^ (rng.random(rows) < wrong)]
    return evidence_of({"a": x[:, 0], "b": x[:, 1], "y": names.tolist()}, label="y", label_is=label_is)


def numbers(wrong: float = 0.02) -> Evidence:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(600, 2))
    y = x @ [2.0, -1.0] + 0.3 * rng.normal(size=600) + 20.1234 + (rng.random(600) < wrong) * 15
    return evidence_of({"a": x[:, 0], "b": x[:, 1], "y": y}, label="y", label_is="annotation")


def noise() -> Evidence:
    """Labels of which no probe can tell anything."""
    rng = np.random.default_rng(1)
    return evidence_of({"x": rng.normal(size=300), "y": rng.permutation(["a", "b", "c"] * 100).tolist()}, label="y")


def queue(evidence: Evidence) -> ReviewQueue:
    (found,) = evidence.known(AskReview)
    return found


def told(evidence: Evidence, **said: Any) -> Evidence:
    """The evidence as if people had said this."""
    evidence._answers[AskVerdicts()] = Verdicts(**said)
    return evidence


def test_the_note_says_what_a_decision_would_take_and_the_sample_has_that_size() -> None:
    evidence = classes()
    (share, *_) = measures_of(LabelErrors(), evidence)
    size = sum(queue(evidence).drawn)
    assert 100 <= size < 500
    assert f"to replace it, verify {size} rows (enough for a decision if about " in share.note


def test_near_the_limit_no_decision_is_promised() -> None:
    evidence = classes()
    (share, *_) = measures_of(LabelErrors(max_share=0.022), evidence)
    assert "verify 200 rows (even 500 may not decide: about 1.9 % seem wrong" in share.note
    assert sum(queue(evidence).drawn) == 200


def test_another_size_may_be_asked_for_and_what_it_lacks_is_said() -> None:
    evidence = classes()
    (share, *_) = measures_of(LabelErrors(verify_rows=50), evidence)
    assert "verify 50 rows (a decision would take about " in share.note
    assert sum(queue(evidence).drawn) == 50


def test_nothing_is_promised_where_the_flags_tell_nothing() -> None:
    assert measures_of(LabelErrors(min_skill=1.0), classes())[0].note.endswith("verify 200 rows")
    assert "verify" not in measures_of(LabelErrors(), classes(label_is="outcome"))[0].note


def test_numbers_are_verified_too() -> None:
    evidence = numbers()
    (share, *_) = measures_of(TargetErrors(), evidence)
    assert f"to decide, verify {sum(queue(evidence).drawn)} rows (enough" in share.note
    assert queue(evidence).check == "target-errors"


def test_a_third_of_the_sample_may_be_flagged_rows() -> None:
    evidence = classes(wrong=0.15)
    measures_of(LabelErrors(verify_rows=60, sample="flagged"), evidence)
    assert queue(evidence).drawn[0] == 20


def test_whoever_looks_as_they_go_has_a_simple_sample() -> None:
    evidence = classes(rows=MOST_IN_ORDER + 200)
    (share, *_) = measures_of(LabelErrors(sample="sequential"), evidence)
    assert "in the order of review.csv, until it is decided" in share.note
    assert (queue(evidence).in_order, queue(evidence).drawn) == (True, (MOST_IN_ORDER,))


def test_another_kind_of_sample_is_refused() -> None:
    with pytest.raises(ValidationError, match="'strata', 'flagged' or 'sequential'"):
        LabelErrors(sample="some")


STRATA = (Stratum(40, 10, 9), Stratum(200, 50, 0), Stratum(360, 90, 0))


@pytest.mark.parametrize("evidence", [classes(0.15), numbers(0.15), noise()], ids=["classes", "numbers", "noise"])
def test_what_people_found_decides_whatever_the_model_is_worth(evidence: Evidence) -> None:
    verified = RemainingRate(error_rate(STRATA), 36, 600)
    told(evidence, strata=STRATA, sample_size=150, estimate=verified, precision=flag_precision(STRATA), corrected=36)
    check = TargetErrors() if evidence.dataset.task == "regression" else LabelErrors()
    result = decided(check, evidence)
    assert result.status is Status.PASS
    share, precision = (
        next(one for one in result.outcome.measures if one.name == name)
        for name in ("wrong-labels", "wrong-among-flagged")
    )
    assert share.estimate is verified
    assert share.note == "150 rows drawn at random were verified; 36 rows corrected since"
    assert (precision.estimate.value, precision.at_most) == (0.9, None)
    assert all(one.at_most is None for one in result.outcome.measures if one.name == "wrong-labels-unverified")


def test_whose_labels_and_which_were_found_wrong_is_shown_the_worst_first() -> None:
    evidence = told(classes(), strata=STRATA, sample_size=150, estimate=RemainingRate(error_rate(STRATA), 36, 600))
    evidence._answers[AskVerifiedParts(("y",))] = {
        (name,): PartRate(error_rate([Stratum(600, 150, wrong)]), 0.5, 75) for name, wrong in (("cat", 1), ("dog", 8))
    }
    shown = [one for one in measures_of(LabelErrors(), evidence) if one.name == "verified-errors"]
    assert [(str(one.subject), one.at_most) for one in shown] == [("y = dog", None), ("y = cat", None)]
    assert shown[0].note.startswith("of 75 verified rows")


def test_verdicts_that_do_not_decide_say_what_would() -> None:
    strata = (Stratum(15, 5, 4), Stratum(200, 30, 1), Stratum(385, 60, 1))
    evidence = told(classes(), strata=strata, sample_size=95, estimate=RemainingRate(error_rate(strata), 0, 600))
    share = measures_of(LabelErrors(), evidence)[0]
    assert "to decide, verify " in share.note
    going_on = RemainingRate(SequentialRate((Amount(0.0),) * 20, 600), 0, 600)
    share = measures_of(LabelErrors(), told(classes(), sample_size=20, estimate=going_on))[0]
    assert share.note.endswith("to decide, go on in the same review.csv, and apply it again")


def test_labels_of_which_nothing_was_learned_can_still_be_verified() -> None:
    evidence = noise()
    result = decided(LabelErrors(), evidence)
    assert result.status is Status.SKIPPED
    assert result.reason.endswith("; to decide, verify 200 rows")
    assert queue(evidence).flagged == 0


def test_of_several_labels_rows_with_any_wrong_one_are_shown_besides() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(300, 2))
    table = {"a": x[:, 0], "b": x[:, 1], "cat": x[:, 0] > 0, "dog": x[:, 1] > 0}
    evidence = evidence_of(table, label=("cat", "dog"), label_is="annotation")
    decisions, rows = (RemainingRate(error_rate([Stratum(300, 100, wrong)]), 0, 300) for wrong in (5, 10))
    told(evidence, strata=(Stratum(300, 100, 10),), sample_size=100, estimate=decisions, any_wrong=rows)
    share, any_wrong, *_ = measures_of(LabelErrors(), evidence)
    assert (share.name, share.estimate) == ("wrong-labels", decisions)
    assert (any_wrong.name, any_wrong.estimate, any_wrong.at_most) == ("rows-with-a-wrong-label", rows, None)


def test_sets_that_people_confirmed_are_flagged_no_more() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(300, 2))
    has = (x > 0) ^ (np.arange(300) < 6)[:, None]
    table = {"a": x[:, 0], "b": x[:, 1], "cat": has[:, 0], "dog": has[:, 1]}
    before, after = (evidence_of(table, label=("cat", "dog"), label_is="annotation") for _ in range(2))
    told(after, kept_rows=frozenset(range(6)))
    first, second = (measures_of(LabelErrors(), one)[0] for one in (before, after))
    assert first.estimate.value > second.estimate.value
    assert set(queue(before).rows[: queue(before).flagged].tolist()) & set(range(6))
    assert not set(queue(after).rows[: queue(after).flagged].tolist()) & set(range(6))
