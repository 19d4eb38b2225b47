from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from auditor.errors import NotPossible
from auditor.evidence.probes.boosted import BoostedProbe
from auditor.evidence.probes.crossfit import FOLDS, Bench, cross_fit, fit_fold, sampled
from auditor.evidence.probes.features import Features
from auditor.evidence.probes.kernel import KernelProbe
from auditor.evidence.probes.ladder import Pool, again, climb
from auditor.evidence.probes.linear import LinearProbe
from auditor.evidence.probes.members import FLOOR, Probe
from auditor.evidence.probes.words import CentroidProbe, NaiveBayesProbe

pytestmark = pytest.mark.slow


def bench(rows: int = 300, classes: int = 3, seed: int = 0, ring: bool = False) -> Bench:
    """Rows around corners, or a disc within a ring (two classes); a category that says nothing."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, rows)
    if ring:
        angle = rng.random(rows) * 2 * np.pi
        x = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (0.5 + 2.0 * y)[:, None]
        x += rng.normal(size=x.shape) * 0.2
    else:
        x = np.eye(classes)[y] * 4 + rng.normal(size=(rows, classes))
    codes = rng.integers(0, 3, size=(rows, 1)).astype(np.int32)
    terms = sp.csr_matrix(np.eye(classes)[y] + 0.3 * rng.random((rows, classes)))
    table = Features(x.astype(np.float32), codes, np.zeros((rows, 0), dtype=np.float32), terms, (3,))
    return Bench(table, rng.integers(0, FOLDS, rows), y, classes)


def agreement(scores: NDArray[np.float32], of: Bench) -> float:
    return float((scores.argmax(axis=1) == of.given).mean())


PROBES: list[Probe] = [LinearProbe(), KernelProbe(), BoostedProbe(trees=20), NaiveBayesProbe(), CentroidProbe()]


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_every_probe_learns_and_scores_out_of_sample(probe: Probe) -> None:
    rows = bench()
    assert agreement(cross_fit(probe, rows).scores, rows) > 0.9
    noise = Bench(rows.features, rows.folds, np.random.default_rng(5).permutation(rows.given), rows.classes)
    assert agreement(cross_fit(probe, noise).scores, noise) < 0.5  # nothing is known of a row's own label


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_a_class_that_was_not_seen_is_at_the_floor(probe: Probe) -> None:
    rows = bench()
    seen = np.flatnonzero(rows.given != 1)
    scores = probe.fit(rows.features.take(seen), rows.given[seen], 3).score(rows.features)
    assert (scores[:, 1] == FLOOR).all()
    assert (scores[:, 0] > FLOOR).any()


@pytest.mark.filterwarnings("error")
def test_a_class_that_is_ruled_out_far_away_is_at_the_floor_without_a_warning() -> None:
    rows = bench()
    far = np.full((1, 3), [-1e4, 1e4, -1e4], dtype=np.float32)
    one = Features(far, rows.features.codes[:1], rows.features.vectors[:1], rows.features.terms[:1], (3,))
    scores = LinearProbe().fit(rows.features, rows.given, 3).score(one)
    assert scores[0].tolist() == [FLOOR, 0.0, FLOOR]


def test_a_model_of_the_first_fold_that_is_there_is_not_fitted_again() -> None:
    rows = bench()
    ready = fit_fold(LinearProbe(), rows, 0)
    reused = cross_fit(LinearProbe(), rows, ready)
    assert reused.models[0] is ready
    assert all(model is not ready for model in reused.models[1:])
    assert (reused.scores == cross_fit(LinearProbe(), rows).scores).all()


def without_terms(of: Bench) -> Bench:
    table = of.features
    return Bench(
        Features(table.numbers, table.codes, table.vectors, None, table.levels), of.folds, of.given, of.classes
    )


def names(pool: Pool) -> set[str]:
    return {member.probe.name for member in pool.members}


def test_the_probe_that_can_tell_carries_the_pool() -> None:
    ring = without_terms(bench(400, classes=2, ring=True))
    pool = climb(ring)
    assert "kernel" in names(pool)
    assert agreement(pool.truth, ring) > 0.95
    assert agreement(cross_fit(LinearProbe(), ring).scores, ring) < 0.7


def test_it_climbs_where_that_pays() -> None:
    """The label is the product of three signs: no column tells, nor any two, and the table is too long for a kernel."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(13_000, 4)).astype(np.float32)
    y = (np.sign(x[:, 0] * x[:, 1] * x[:, 2]) > 0).astype(np.int64)
    nothing = np.zeros((len(x), 0))
    table = Features(x, nothing.astype(np.int32), nothing.astype(np.float32), None, ())
    rows = Bench(table, rng.integers(0, FOLDS, len(x)), y, 2)
    pool = climb(rows)
    assert "linear on combinations" in names(pool)
    assert agreement(pool.truth, rows) > 0.85
    assert names(climb(rows, dear=False)) == {"linear"}


def test_it_does_not_climb_where_that_does_not_pay() -> None:
    """What a line tells, trees tell no better."""
    easy = without_terms(bench(6_000, classes=2))
    assert not {"boosted trees", "linear on combinations"} & names(climb(easy))


def test_a_pool_can_be_fitted_to_other_labels() -> None:
    rows = bench()
    pool = climb(rows)
    swapped = rows.relabeled((rows.given + 1) % 3)
    assert agreement(again(pool, swapped).truth, swapped) > 0.9


def test_one_class_outside_a_fold_cannot_be_learned() -> None:
    rows = bench(50)
    alone = Bench(rows.features, np.where(rows.given == 0, 1, 0), rows.given, 3)
    with pytest.raises(NotPossible, match="too alike"):
        cross_fit(LinearProbe(), alone)


def test_a_sample_keeps_rare_classes() -> None:
    given = np.array([0] * 1_000 + [1] * 20)
    chosen = sampled(np.arange(1_020), given, 100, seed=1)
    assert (given[chosen] == 1).sum() == 20
    assert 90 <= (given[chosen] == 0).sum() <= 110
    assert chosen.tolist() == sorted(set(chosen.tolist()))
    assert sampled(np.arange(5), given, 100, seed=1).tolist() == [0, 1, 2, 3, 4]
