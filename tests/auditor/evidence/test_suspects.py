from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from auditor.check import Evidence
from auditor.errors import NotPossible
from auditor.evidence.multilabel import AskLabelSuspicion
from auditor.evidence.residuals import AskResiduals
from auditor.evidence.review import LEAST, AskPlan, AskReview
from auditor.evidence.suspects import AskSuspects
from auditor.evidence.suspicion import AskSuspicion
from auditor.evidence.unit_errors import CONVERSIONS, AskUnitErrors, UnitErrors
from auditor.evidence.verdicts import AskVerdicts, Verdicts
from auditor.testing import evidence_of


def numbers(values: list[float], flagged: tuple[int, ...], unjudged: int = 2) -> Evidence:
    """All rows but the first are judged, 1.2345678 is predicted for each; the last looks like a tenth of it."""
    evidence = evidence_of({"x": range(len(values)), "y": values}, label="y", task="regression")
    rows = np.arange(unjudged, len(values))
    chance = np.where(np.isin(rows, flagged), 0.9, 0.1)
    scored = SimpleNamespace(given=np.array(values)[rows], predicted=np.full(len(rows), 1.2345678), chance=chance)
    answers: dict[Any, Any] = evidence._answers
    answers[AskResiduals()] = SimpleNamespace(rows=rows, scored=scored, flagged=flagged)
    answers[AskUnitErrors()] = (UnitErrors(CONVERSIONS[1], (len(values) - 1,), (values[-1],), (values[-1] / 10,)),)
    return evidence


def test_a_number_is_to_be_what_is_predicted_or_what_it_is_converted() -> None:
    found = numbers([0.5, 1.0, 2.5, 7.25, 4.0, 12.5], (3,)).ask(AskSuspects())
    assert found.flagged.tolist() == [3, 5]
    assert np.isnan(found.scores[:2]).all()
    assert found.scores[5] == 0.5
    told = found.told(np.array([5, 3, 2]))
    assert told.given == ("12.5", "7.25", "2.5")
    assert told.suggested == ("1.25", "1.23", "1.23")
    assert told.probability.tolist() == [0.1, 0.9, 0.1]
    assert told.reason[0].startswith("looks like the right value, so converted: times 10")
    assert told.reason[1] == "the features speak for another value"


def test_whole_numbers_are_to_be_whole_numbers() -> None:
    told = numbers([1.0, 2.0, 3.0, 7.0, 4.0, 10.0], (3,)).ask(AskSuspects()).told(np.array([3, 5]))
    assert told.suggested == ("1", "1")


def test_a_confirmed_number_is_not_flagged_again() -> None:
    evidence = numbers([0.5, 1.0, 2.5, 7.25, 4.0, 12.5], (3,))
    evidence._answers[AskVerdicts()] = Verdicts(kept_rows=frozenset({3, 5}))
    assert evidence.ask(AskSuspects()).flagged.tolist() == []


NAN = float("nan")
CELLS = [[0.9, 0.1, 0.7], [0.2, 0.1, 0.3], [0.0, 0.0, 0.0], [NAN, NAN, NAN], [0.1, 0.6, 0.1]]


@pytest.fixture(params=["columns", "lists"])
def tagged(request: pytest.FixtureRequest) -> Evidence:
    """Five rows with some of the labels a, b, c, and d, which no probe could learn."""
    has = pl.DataFrame({"a": [1, 1, 0, 0, 1], "b": [0, 1, 0, 0, 1], "c": [0, 0, 0, 1, 0], "d": [1, 0, 0, 0, 0]})
    lists = [[name for name in "abcd" if row[name]] for row in has.iter_rows(named=True)]
    frame = has if request.param == "columns" else pl.DataFrame({"t": lists})
    evidence = evidence_of(frame.with_columns(x=pl.Series(range(5))), label=[n for n in frame.columns if n != "x"])
    cells = np.array(CELLS, dtype=np.float32)
    answers: dict[Any, Any] = evidence._answers
    scores = np.where(np.isnan(cells[:, 0]), np.nan, cells.max(axis=1))
    answers[AskLabelSuspicion()] = SimpleNamespace(labels=("a", "b", "c"), cells=cells, scores=scores, rows=(0, 4))
    return evidence


def test_a_set_of_labels_is_to_be_changed(tagged: Evidence) -> None:
    found = tagged.ask(AskSuspects())
    told = found.told(np.array([0, 4, 1, 2]))
    assert told.given == ("a; d", "a; b", "a; b", "(none)")
    assert told.suggested == ("add c; remove a", "remove b", "add c", "")
    assert told.probability.tolist() == pytest.approx([0.9, 0.6, 0.3, 0.0])
    assert told.reason[0] == "the features speak for other labels"
    assert found.flagged.tolist() == [0, 4]


def test_a_row_of_several_labels_is_expected_to_be_wrong_in_part(tagged: Evidence) -> None:
    expected = tagged.ask(AskSuspects()).expected
    assert expected[:3] == pytest.approx([1.7 / 3, 0.2, 0.0])
    assert np.isnan(expected[3])


def unlearned(rows: int, flagged: bool = False) -> Evidence:
    """Labels of which no probe tells anything, the first missing."""
    labels = [None, *(["u", "v"] * rows)][:rows]
    evidence = evidence_of(pl.DataFrame({"x": range(rows), "y": labels}), label="y")
    evidence._answers[AskResiduals()] = evidence._answers[AskSuspicion()] = NotPossible("nothing")
    return evidence


def test_where_nothing_could_be_learned_every_label_is_as_suspicious_as_the_next() -> None:
    found = unlearned(61).ask(AskSuspects())
    assert np.isnan(found.scores[0])
    assert set(found.scores[1:].tolist()) == {0.0}
    assert found.flagged.tolist() == []
    told = found.told(np.array([2, 1]))
    assert (told.given, told.suggested) == (("v", "u"), ("", ""))
    with pytest.raises(NotPossible, match="30 rows have a label"):
        unlearned(31).ask(AskSuspects())


def test_where_nothing_was_surely_learned_rows_are_ranked_and_none_is_flagged() -> None:
    labels = ["u", "v"] * 30
    found = evidence_of(pl.DataFrame({"x": range(60), "y": labels}), label="y").ask(AskSuspects())
    assert not np.isnan(found.scores).any()
    assert found.flagged.tolist() == []


def test_numbers_are_drawn_and_told_as_classes_are() -> None:
    values = [float(n) + 0.5 for n in range(200)]
    queue = numbers(values, (7, 150)).ask(AskReview(60, check="target-errors"))
    assert queue.rows[:3].tolist() == [7, 150, 199]
    assert (queue.check, queue.flagged, queue.sizes[0], sum(queue.drawn)) == ("target-errors", 3, 3, 60)
    assert queue.given[0] == "7.5"


def test_a_sample_in_order_is_simple() -> None:
    queue = numbers([float(n) + 0.5 for n in range(200)], (7, 150)).ask(AskReview(60, in_order=True))
    assert (queue.sizes, queue.drawn) == ((198,), (60,))
    assert set(queue.stratum.tolist()) == {0}
    assert sorted(queue.turn[queue.in_sample].tolist()) == list(range(60))
    assert queue.flagged == 3


def test_samples_drawn_in_another_way_have_another_name() -> None:
    evidence = numbers([float(n) + 0.5 for n in range(200)], (7, 150))
    names = {
        evidence.ask(AskReview(60, on_flagged=f, in_order=o)).sample
        for f, o in ((None, False), (0.3, False), (None, True))
    }
    assert len(names) == 3


def test_what_a_decision_would_take_is_asked_of_the_suspected_rates() -> None:
    evidence = numbers([float(n) + 0.5 for n in range(2000)], (7, 150))
    suspected = evidence.ask(AskPlan(0.02)).suspected
    assert suspected == pytest.approx(0.1, abs=0.01)
    assert evidence.ask(AskPlan(0.02)).rows == LEAST
    assert evidence.ask(AskPlan(0.1)).rows is None
    assert evidence.ask(AskPlan(0.1, rate=0.0)).rows == LEAST
    assert evidence.ask(AskPlan(0.1, rate=0.06)).rows not in (None, LEAST)


def test_no_more_rows_are_asked_for_than_there_are() -> None:
    assert numbers([float(n) + 0.5 for n in range(62)], (7,)).ask(AskPlan(0.5)).rows == 60
