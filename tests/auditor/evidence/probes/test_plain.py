from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from auditor.evidence import predictions as predictions_module
from auditor.evidence.noise import wrong_labels
from auditor.evidence.probes import plain as module
from auditor.evidence.probes.boosted import BoostedProbe
from auditor.evidence.probes.crossfit import FOLDS, Bench, cross_fit
from auditor.evidence.probes.features import Features
from auditor.evidence.probes.ladder import PLAIN, Pool, pool_of
from auditor.evidence.probes.linear import LinearProbe
from auditor.evidence.probes.members import Probe
from auditor.evidence.probes.plain import second_opinion
from auditor.evidence.probes.threads import single_threaded
from auditor.evidence.probes.words import CentroidProbe, NaiveBayesProbe
from auditor.evidence.suspicion import AskSuspicion
from auditor.testing import evidence_of

pytestmark = pytest.mark.slow

ROWS = 3_000
Mask = NDArray[np.bool_]


def columns(seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.int64]]:
    """Four numbers, a category, and a class that the first three numbers tell, added up."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ROWS, 4)).astype(np.float32)
    y = (x[:, :3] @ np.array([4.0, 4.0, 4.0]) + rng.logistic(size=ROWS) > 0).astype(np.int64)
    return x, rng.integers(0, 6, (ROWS, 1)).astype(np.int32), y


def bench(x: NDArray[np.float32], codes: NDArray[np.int32], given: NDArray[np.int64]) -> Bench:
    features = Features(x, codes, np.zeros((len(x), 0), dtype=np.float32), None, (6,))
    return Bench(features, np.random.default_rng(8).integers(0, FOLDS, len(x)), given, 2)


@cache
def with_a_slice() -> tuple[Bench, Mask]:
    """All rows with the one class, a high last number and one category have got the other."""
    x, codes, y = columns()
    wrong = (y == 0) & (x[:, 3] > 0.2) & (codes[:, 0] == 2)
    return bench(x, codes, np.where(wrong, 1 - y, y)), wrong


@cache
def at_random() -> tuple[Bench, Mask]:
    """As many errors, anywhere."""
    x, codes, y = columns()
    wrong = np.random.default_rng(4).random(ROWS) < with_a_slice()[1].mean()
    return bench(x, codes, np.where(wrong, 1 - y, y)), wrong


@cache
def pool_for(make: Callable[[], tuple[Bench, Mask]]) -> Pool:
    rows, _ = make()
    with single_threaded():
        return pool_of([cross_fit(probe, rows) for probe in (PLAIN, BoostedProbe(trees=40, leaves=15))], rows)


def found_first(suspicion: NDArray[np.float64], wrong: Mask) -> float:
    """The share of errors among as many of the most suspicious rows as there are errors."""
    return float(wrong[np.argsort(-suspicion, kind="stable")[: wrong.sum()]].mean())


def chances(pool: Pool, rows: Bench) -> NDArray[np.float64]:
    return wrong_labels(pool.truth, rows.given, pool.blend.noise).chance


def test_errors_that_fill_a_slice_are_seen_by_the_plain_model_where_the_pool_has_learned_them() -> None:
    rows, wrong = with_a_slice()
    pool = pool_for(with_a_slice)
    second = second_opinion(rows, pool)
    assert second is not None
    alone = chances(pool, rows)
    both = np.maximum(alone, second.doubts(second.fitted.scores, rows.given))
    assert found_first(both, wrong) > 2 * found_first(alone, wrong)
    assert found_first(both, wrong) > 0.3


def test_of_errors_at_random_it_has_nothing_to_say() -> None:
    rows, _ = at_random()
    assert second_opinion(rows, pool_for(at_random)) is None


def combinations() -> tuple[Bench, Mask]:
    """No errors. A line explains a little, and is surprised by what the pool explains."""
    x, codes, _ = columns()
    y = (3 * np.sign(x[:, 0] * x[:, 1]) + x[:, 2] + np.random.default_rng(3).logistic(size=ROWS) > 0).astype(np.int64)
    return bench(x, codes, y), np.zeros(ROWS, dtype=bool)


def test_where_combinations_are_the_truth_it_has_nothing_to_say() -> None:
    assert second_opinion(combinations()[0], pool_for(combinations)) is None


@pytest.mark.parametrize("probes", [(LinearProbe(), PLAIN), (NaiveBayesProbe(), CentroidProbe())])
def test_a_pool_that_learns_no_combinations_is_not_contradicted(
    probes: tuple[Probe, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, _ = with_a_slice()
    terms = sp.csr_matrix(np.exp(rows.features.numbers))
    rows = replace(rows, features=replace(rows.features, terms=terms))
    pool = pool_of([cross_fit(probe, rows) for probe in probes], rows)
    monkeypatch.setattr(module, "cross_fit", None)
    assert second_opinion(rows, pool) is None


def test_a_plain_model_that_is_in_the_pool_is_not_fitted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, _ = with_a_slice()
    pool = pool_for(with_a_slice)
    fitted = next(member for member in pool.members if member.probe == PLAIN)
    monkeypatch.setattr(module, "cross_fit", None)
    second = second_opinion(rows, pool)
    assert second is not None
    assert second.fitted is fitted


def test_a_row_without_a_label_is_not_doubted() -> None:
    rows, _ = with_a_slice()
    second = second_opinion(rows, pool_for(with_a_slice))
    assert second is not None
    doubts = second.doubts(second.fitted.scores[:3], np.array([-1, 0, 1]))
    assert doubts[0] == 0.0
    assert (doubts[1:] > 0).all()


def table() -> tuple[dict[str, Any], Mask]:
    rows, wrong = with_a_slice()
    numbers = {f"x{i}": column.tolist() for i, column in enumerate(rows.features.numbers.T)}
    return numbers | {"c": [f"c{code}" for code in rows.features.codes[:, 0]], "y": rows.given.tolist()}, wrong


@pytest.mark.parametrize("most", [100_000, 2_000])
def test_it_ranks_all_rows_and_flags_none(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Rows that nothing was learned from are doubted as well."""
    monkeypatch.setattr(predictions_module, "MAX_FIT_ROWS", most)
    cells, wrong = table()
    found = evidence_of(cells, label="y").ask(AskSuspicion())
    assert set(found.rows) == set(np.flatnonzero(found.chances > 0.5).tolist())
    assert (found.scores >= found.chances).all()
    assert found_first(found.scores, wrong) > found_first(found.chances, wrong) + 0.1


def test_rows_that_are_not_to_be_ranked_get_no_second_opinion() -> None:
    cells, _ = table()
    evidence = evidence_of(cells, label="y", sensitive=["c"])
    assert evidence.predictions.doubts is not None
    assert evidence.ask(predictions_module.AskPredictions(blind=True)).doubts is None
