from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.stats.dawid_skene import Consensus, dawid_skene
from auditor.stats.vote_arrays import VoteArrays

#: Four annotators who agree on most of thirty items; a fifth of the votes are missing.
THIRTY = (
    (5, 0, 4, 4, 3, 4, 5, 1, 0, 2, 0, 2, 1, 3, 0, 1, 1, 0, 5, 2, 5, 4, 1, 0, 3, 2, 0, 4, 3, 3),
    (0, 4, 3, 4, 3, 4, 4, 1, 2, 0, 0, 2, 1, 3, 5, 1, 1, 1, 5, 0, 1, 0, 1, 2, 3, 5, 1, 4, 3, 3),
    (3, 0, 3, 4, 5, 0, 5, 0, 0, 0, 0, 2, 1, 3, 3, 1, 0, 5, 4, 1, 3, 0, 1, 2, 3, 5, 5, 0, 3, 4),
    (0, 4, 3, 4, 2, 0, 0, 3, 3, 3, 2, 2, 4, 3, 5, 1, 0, 2, 5, 2, 1, 4, 1, 0, 3, 5, 1, 4, 3, 1),
)
Table = NDArray[np.int64]

#: crowd-kit 1.4.2, DawidSkene(n_iter=10, tol=-inf) on the votes of THIRTY.
PRIORS = (0.23903154890766815, 0.1845783243976165, 0.2070002895094965, 0.16666666666654162, 0.20272317051867722)
FIRST_ITEM = (0.0, 0.0, 2.1177e-05, 0.0, 0.999978823)
#: Of the first annotator; a row what was said, a column what is true.
CONFUSION = (
    (0.999999968, 0.0, 0.0, 0.0, 0.0),
    (3.2e-08, 1.0, 7.69e-07, 0.0, 0.200000847),
    (0.0, 0.0, 0.833329751, 0.0, 0.0),
    (0.0, 0.0, 0.16666595, 1.0, 0.0),
    (0.0, 0.0, 3.53e-06, 0.0, 0.799999153),
)


def votes_of(table: Sequence[Sequence[int]] | Table, classes: int = 5) -> VoteArrays:
    """The votes of a row an annotator and a column an item; 1 is the first class, 0 no vote."""
    return VoteArrays.from_table(np.array(table).T - 1, classes)


def test_the_fit_is_that_of_a_reference() -> None:
    found = dawid_skene(votes_of(THIRTY), iterations=10, tolerance=None)
    assert found.posterior[0] == pytest.approx(FIRST_ITEM, abs=1e-8)
    assert found.posterior.mean(axis=0) == pytest.approx(PRIORS, abs=1e-9)
    # The reference ends with a step that gives the parameters of the next one.
    after = dawid_skene(votes_of(THIRTY), iterations=11, tolerance=None)
    assert after.priors == pytest.approx(PRIORS, abs=1e-9)
    assert np.abs(after.confusion(0).T - CONFUSION).max() < 1e-8


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=2, max_size=10), st.sampled_from([0, 0.1])
)
def test_probabilities_add_up_to_one(columns: list[list[int]], smoothing: float) -> None:
    votes = votes_of(list(zip(*columns, strict=True)), classes=3)
    if not len(votes):
        return
    found = dawid_skene(votes, smoothing=smoothing)
    assert found.posterior.sum(axis=1) == pytest.approx(1)
    assert found.priors.sum() == pytest.approx(1)
    said = set(votes.annotator.tolist())
    for annotator in said if not smoothing else ():
        known = found.posterior[votes.item[votes.annotator == annotator]].sum(axis=0) > 1e-3
        assert found.confusion(annotator).sum(axis=1)[known] == pytest.approx(1, abs=1e-2)


def test_the_likelihood_rises_until_it_stands() -> None:
    votes = votes_of(THIRTY)
    path = [dawid_skene(votes, iterations=n, tolerance=None).log_likelihood for n in range(1, 30)]
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(path))
    assert dawid_skene(votes, iterations=1000).iterations < 1000


def test_the_better_annotator_is_believed() -> None:
    found, truth, votes = spammed()
    majority = np.asarray(votes.counts().argmax(axis=1)).ravel()
    assert (found.best == truth).mean() > (majority == truth).mean() + 0.05
    assert np.diag(found.confusion(0)).min() > 0.85


def test_an_annotators_own_vote_does_not_vouch_for_him() -> None:
    votes = votes_of([(1, 2, 1, 2, 1), (1, 2, 1, 2, 1), (1, 2, 1, 2, 2)], classes=2)
    others = dawid_skene(votes).of_the_others(votes)
    last = (votes.annotator == 2) & (votes.item == 4)
    assert others[last].tolist() == [0]
    assert (others == votes.said).sum() == len(votes) - 1


def test_a_good_model_is_one_more_voter_and_a_useless_one_hardly_counts() -> None:
    _, truth, votes = spammed(seed=5)
    rng = np.random.default_rng(6)
    good = np.where((np.arange(2) == truth[:, None]), 0.9, 0.1)
    alone = (dawid_skene(votes).best == truth).mean()
    assert (dawid_skene(votes, pred_probs=good).best == truth).mean() > alone
    useless = rng.dirichlet([1, 1], len(truth))
    assert (dawid_skene(votes, pred_probs=useless).best == truth).mean() > alone - 0.02


def test_a_model_votes_where_nobody_else_did() -> None:
    votes = votes_of([(1, 2, 1, 2, 0)] * 2, classes=2)
    sure = np.array([(1.0, 0.0), (0.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 1.0)])
    assert dawid_skene(votes, pred_probs=sure).best[4] == 1
    assert dawid_skene(votes).posterior[4] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("hard", "surer"), [(0.0, 0.03), (0.3, 0.05)])
def test_calibrated_probabilities_are_as_sure_as_they_may_be(hard: float, surer: float) -> None:
    """All annotators guess on the hard items; the model believes that they err independently."""
    rng = np.random.default_rng(8)
    truth = rng.integers(0, 2, 2000)
    accuracy = np.where(rng.random(2000) < hard, 0.6, np.array([0.95, 0.9, 0.92, 0.97, 0.85])[:, None])
    votes = votes_of(np.where(rng.random((5, 2000)) < accuracy, truth, 1 - truth) + 1, classes=2)
    plain = dawid_skene(votes)
    found = plain.calibrated(votes)
    gaps = [one.posterior.max(axis=1).mean() - (one.best == truth).mean() for one in (plain, found)]
    assert abs(gaps[1]) < surer
    assert (found.power < 0.8) == (hard > 0)
    if hard:
        assert gaps[0] > gaps[1] + 0.02


@pytest.mark.parametrize(
    ("pred_probs", "message"),
    [
        (np.ones((2, 2)), "must have the shape 5 × 2"),
        (np.full((5, 2), np.nan), "finite and not negative"),
        (np.full((5, 2), -1.0), "finite and not negative"),
    ],
)
def test_odd_probabilities_are_refused(pred_probs: NDArray[np.float64], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dawid_skene(votes_of([(1, 2, 1, 2, 1)], classes=2), pred_probs=pred_probs)


def test_no_votes_have_no_consensus() -> None:
    with pytest.raises(ValueError, match="no votes"):
        dawid_skene(votes_of([(0, 0)], classes=2))


def spammed(seed: int = 4) -> tuple[Consensus, NDArray[np.int64], VoteArrays]:
    """Two careful annotators, and three who guess."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, 400)
    accuracy = np.array([0.95, 0.9, 0.5, 0.5, 0.5])[:, None]
    right = rng.random((5, 400)) < accuracy
    votes = votes_of(np.where(right, truth, 1 - truth) + 1, classes=2)
    return dawid_skene(votes), truth, votes
