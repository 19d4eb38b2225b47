from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from auditor.check import Evidence
from auditor.errors import NotPossible
from auditor.evidence.predictions import AskPredictions
from auditor.evidence.review import AskReview
from auditor.evidence.spellings import AskSpellings
from auditor.evidence.suspicion import AskSuspicion
from auditor.evidence.verdicts import AskVerdicts, Verdicts
from auditor.testing import evidence_of


def judged(
    n: int = 400, flagged: tuple[int, ...] = (7, 3, 250), unjudged: tuple[int, ...] = (), first: int = 0
) -> Evidence:
    """Rows a model is said to have judged: class v is suggested for all, with the scores falling along the rows."""
    evidence = evidence_of(pl.DataFrame({"x": range(first, first + n), "y": ["u", "w"] * (n // 2)}), label="y")
    given = np.array([0, 2] * (n // 2))
    given[list(unjudged)] = -1
    scores = np.where(given >= 0, np.linspace(0.4, 0.0, n), np.nan)
    answers: dict[Any, Any] = evidence._answers
    answers[AskPredictions()] = SimpleNamespace(
        classes=("u", "v", "w"), given=given, probabilities=np.tile([0.2, 0.5, 0.3], (n, 1))
    )
    answers[AskSuspicion()] = SimpleNamespace(
        scores=scores, chances=scores, rows=flagged, suggested=("v",) * len(flagged), probability=(0.9,) * len(flagged)
    )
    return evidence


def test_the_flagged_rows_come_first_worst_first_and_then_the_rest_of_the_sample() -> None:
    queue = judged().ask(AskReview(size=50))
    assert queue.rows[:3].tolist() == [7, 3, 250]
    assert queue.flagged == queue.sizes[0] == 3
    assert queue.in_sample[3:].all()
    assert int(queue.in_sample.sum()) == 50 == sum(queue.drawn)
    assert queue.reason[0] == "the features speak for another class"
    assert queue.reason[-1] == "drawn at random"
    assert queue.probability[0] == 0.9
    assert queue.probability[-1] == 0.5


def test_each_row_has_its_label_and_the_likeliest_other_class() -> None:
    queue = judged().ask(AskReview(size=50))
    assert queue.given == tuple("uw"[row % 2] for row in queue.rows.tolist())
    assert set(queue.suggested) == {"v"}


def test_a_label_is_shown_as_it_is_spelled() -> None:
    evidence = judged()
    evidence._answers[AskSpellings()] = {"w": "x"}
    evidence.predictions.classes = ("u", "v", "x")  # type: ignore[misc]  # a stand-in
    assert set(evidence.ask(AskReview(size=50)).given) == {"u", "w"}


def test_all_judged_rows_are_ranked_behind_the_flagged_ones() -> None:
    queue = judged(unjudged=(5,)).ask(AskReview(size=50))
    whole = queue.whole.tolist()
    assert whole[:3] == [7, 3, 250]
    assert whole[3:] == [row for row in range(400) if row not in (3, 5, 7, 250)]
    strata = dict(zip(whole, queue.strata_of(queue.whole).tolist(), strict=True))
    assert all(strata[row] == stratum for row, stratum in zip(queue.rows.tolist(), queue.stratum.tolist(), strict=True))


def test_the_chance_of_each_row_is_recorded() -> None:
    queue = judged().ask(AskReview(size=50))
    assert sum(queue.sizes) == 400
    for row, stratum, chance in zip(queue.rows, queue.stratum, queue.inclusion, strict=True):
        assert chance == queue.drawn[stratum] / queue.sizes[stratum]
        assert (stratum == 0) == (row in (7, 3, 250))


def test_the_sample_has_a_random_order() -> None:
    queue = judged().ask(AskReview(size=50))
    turns = queue.turn[queue.in_sample]
    assert sorted(turns.tolist()) == list(range(50))
    assert np.all(queue.turn[~queue.in_sample] == -1)


def test_equal_data_have_equal_samples_and_other_data_another() -> None:
    first, again, other = (judged(first=start).ask(AskReview(size=50)) for start in (0, 0, 1))
    assert (first.rows.tolist(), first.sample) == (again.rows.tolist(), again.sample)
    assert first.rows.tolist() != other.rows.tolist()
    assert first.sample != other.sample


def test_a_seed_draws_another_sample() -> None:
    evidence = judged()
    one, two = (evidence.ask(AskReview(size=50, seed=seed)) for seed in (1, 2))
    assert set(one.rows.tolist()) != set(two.rows.tolist())
    assert one.sample != two.sample


def test_a_third_of_the_sample_can_be_put_on_flagged_rows() -> None:
    queue = judged(flagged=tuple(range(30))).ask(AskReview(size=30, on_flagged=1 / 3))
    assert queue.drawn[0] == 10


def test_rows_that_were_not_judged_are_not_drawn() -> None:
    queue = judged(unjudged=tuple(range(100, 200)), flagged=(7,)).ask(AskReview(size=300))
    assert sum(queue.sizes) == 300
    assert not set(queue.rows.tolist()) & set(range(100, 200))


def test_without_flags_the_sample_is_all_there_is() -> None:
    queue = judged(flagged=()).ask(AskReview(size=50))
    assert len(queue) == 50
    assert queue.flagged == 0
    assert queue.in_sample.all()


def test_a_model_that_tells_nothing_leaves_a_plain_sample() -> None:
    evidence = judged()
    evidence._answers[AskSuspicion()] = NotPossible("no better than chance")
    queue = evidence.ask(AskReview(size=50))
    assert len(queue) == 50
    assert queue.sizes[0] == 0


def test_without_probabilities_there_is_nothing_to_ask() -> None:
    evidence = evidence_of({"x": [1, 2], "y": ["u", "v"]}, label="y")
    with pytest.raises(NotPossible):
        evidence.ask(AskReview())


def test_a_confirmed_label_is_not_flagged_again() -> None:
    evidence = judged()
    evidence._answers[AskVerdicts()] = Verdicts(kept_rows=frozenset({3}))
    queue = evidence.ask(AskReview(size=50))
    assert queue.rows[:2].tolist() == [7, 250]
    assert queue.flagged == 2


def test_what_was_asked_is_known_and_what_was_not_is_not_collected() -> None:
    evidence = judged()
    assert evidence.known(AskReview) == ()
    queue = evidence.ask(AskReview(size=50))
    assert evidence.known(AskReview) == (queue,)
