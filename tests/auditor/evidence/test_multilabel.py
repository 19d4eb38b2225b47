from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from auditor.errors import NotPossible
from auditor.evidence import multilabel as module
from auditor.evidence.label_sets import AskLabelSets
from auditor.evidence.multilabel import AskLabelPools, AskLabelSuspicion, row_scores
from auditor.evidence.planted_sets import AskPlantedLabels
from auditor.testing import evidence_of

pytestmark = pytest.mark.slow

Array = np.ndarray[Any, Any]
NAMES = ("cat", "dog", "owl")


def world(rows: int = 600, wrong: float = 0.05, seed: int = 3) -> tuple[dict[str, Any], Array, Array]:
    """Three numbers, each of which tells a label; the labels given, and which of them are wrong."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 3))
    flips = rng.random((rows, 3)) < wrong
    has = (x + rng.normal(scale=0.1, size=x.shape) > 0.4) ^ flips
    return {f"x{i}": x[:, i] for i in range(3)}, has, flips


def by_column(features: dict[str, Any], has: Array) -> dict[str, Any]:
    return features | {name: has[:, k] for k, name in enumerate(NAMES)}


def by_list(features: dict[str, Any], has: Array) -> dict[str, Any]:
    return features | {"tags": [[NAMES[k] for k in np.flatnonzero(row)] for row in has]}


def test_a_column_of_lists_says_the_same_as_a_column_per_label() -> None:
    features, has, _ = world(80)
    columns = evidence_of(by_column(features, has), label=NAMES).ask(AskLabelSets(200, 5))
    lists = evidence_of(by_list(features, has), label="tags").ask(AskLabelSets(200, 5))
    assert set(columns.names) == set(lists.names) == set(NAMES)
    for name in NAMES:
        np.testing.assert_array_equal(columns.has[:, columns.names.index(name)], lists.has[:, lists.names.index(name)])


def test_nothing_is_said_of_a_missing_cell_or_list() -> None:
    lists = pl.Series([["a"], None, [], ["a", "b"], ["b", None, "b"]] * 5, dtype=pl.List(pl.String))
    found = evidence_of({"x": list(range(25)), "tags": lists}, label="tags").ask(AskLabelSets(200, 5))
    assert found.names == ("a", "b")
    assert found.has[:5].tolist() == [[1, 0], [-1, -1], [0, 0], [1, 1], [0, 1]]
    columns = {"x": list(range(25)), "a": [1, None, 0, 1, 0] * 5, "b": [0, 0, 0, 1, 2] * 5}
    found = evidence_of(columns, label=("a", "b")).ask(AskLabelSets(200, 5))
    assert found.has[:5].tolist() == [[1, 0], [-1, 0], [0, 0], [1, 1], [0, 1]]


def test_labels_too_rare_or_one_too_many_are_left_out_and_counted() -> None:
    tags = [["all", "rare"] if i < 4 else ["all", "a", "b"] if i < 40 else ["all", "b"] for i in range(100)]
    asked = evidence_of({"x": list(range(100)), "tags": tags}, label="tags")
    assert asked.ask(AskLabelSets(200, 5)).left_out == {"all": 100, "rare": 100, "b": 100}
    assert asked.ask(AskLabelSets(1, 4)).names == ("b",)


def test_wrong_decisions_come_first_with_what_to_change() -> None:
    features, has, flips = world()
    found = evidence_of(by_column(features, has), label=NAMES).ask(AskLabelSuspicion())
    flagged = found.cells > 0.5
    assert found.labels == NAMES
    assert flips[flagged].mean() > 0.8
    assert (flips & flagged).sum() > 0.6 * flips.sum()
    first = found.rows[0]
    assert set(found.add[0]) == {NAMES[k] for k in np.flatnonzero(flagged[first] & ~has[first])}
    assert set(found.remove[0]) == {NAMES[k] for k in np.flatnonzero(flagged[first] & has[first])}
    assert flips[list(found.rows[:10])].any(axis=1).all()
    assert np.isclose(found.probability[0], found.cells[first].max(), atol=1e-4)


def test_a_row_is_as_suspicious_as_the_worst_of_its_labels_and_a_bit_of_the_others() -> None:
    cells = np.array([[0.9, 0.1, 0.0], [0.0, 0.9, 0.8], [0.5, np.nan, 0.5], [np.nan] * 3], dtype=np.float32)
    scores = row_scores(cells)
    np.testing.assert_allclose(scores[:3], [0.8 * 0.9 + 0.16 * 0.1, 0.8 * 0.9 + 0.16 * 0.8, 0.96 * 0.5], atol=1e-6)
    assert np.isnan(scores[3])


def test_a_label_that_the_features_do_not_tell_is_not_judged() -> None:
    features, has, _ = world()
    table = by_column(features, has) | {"coin": np.random.default_rng(8).random(600) < 0.3}
    found = evidence_of(table, label=(*NAMES, "coin")).ask(AskLabelSuspicion())
    assert found.labels == NAMES
    assert found.unlearned == {"coin": 600}


def test_where_no_label_is_told_that_is_said() -> None:
    rng = np.random.default_rng(8)
    table = {"x": rng.normal(size=300), "a": rng.random(300) < 0.3, "b": rng.random(300) < 0.3}
    with pytest.raises(NotPossible, match="no better than their rates"):
        evidence_of(table, label=("a", "b")).ask(AskLabelSuspicion())


def test_a_rare_label_is_told_where_always_no_would_be_right_more_often() -> None:
    """Rare and hard: no row is more likely to have it than not, and yet the features tell something of it."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=2000)
    table = {"x": x, "rare": rng.random(2000) < 0.1 / (1 + np.exp(-3 * x)), "other": x + rng.normal(size=2000) > 0}
    found = evidence_of(table, label=("rare", "other")).ask(AskLabelPools())
    assert found.told.all()
    assert (found.truth[:, 0] > 0.5).mean() < 0.01


def test_the_fit_is_capped_and_all_rows_are_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FIT_CELLS", 300)
    monkeypatch.setattr(module, "_LEAST_ROWS", 100)
    features, has, flips = world(3000)
    evidence = evidence_of(by_column(features, has), label=NAMES)
    pools = evidence.ask(AskLabelPools())
    assert len(pools.rows) < 400
    found = evidence.ask(AskLabelSuspicion())
    assert not np.isnan(found.cells).any()
    assert flips[found.cells > 0.5].mean() > 0.7


def test_many_labels_are_asked_of_cheap_probes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_DEAR_LABELS", 2)
    features, has, _ = world(300)
    pools = evidence_of(by_column(features, has), label=NAMES).ask(AskLabelPools()).pools
    assert all(member.probe.name.startswith("linear") for pool in pools for member in pool.members)


def test_planted_errors_of_both_kinds_are_found() -> None:
    features, has, _ = world(1500)
    planted = evidence_of(by_column(features, has), label=NAMES).ask(AskPlantedLabels())
    assert [one.kind for one in planted] == ["labels left out", "labels added"]
    assert all(one.found.value > 0.6 for one in planted)
    assert sum(one.found.n for one in planted) >= 200
    assert planted[1].found.n > 1.3 * planted[0].found.n  # more rows lack a label than have it


def test_the_labels_of_a_row_without_any_are_not_judged() -> None:
    features, has, _ = world(200)
    tags = pl.Series([None, *by_list(features, has)["tags"][1:]], dtype=pl.List(pl.String))
    found = evidence_of(features | {"tags": tags}, label="tags").ask(AskLabelSuspicion())
    assert np.isnan(found.scores[0])
    assert found.judged_rows == 199
    assert found.together == 3


def noisy(rates: list[float], rows: int = 1500) -> tuple[tuple[Any, ...], Array, list[Array]]:
    """The noise of four labels that are wrong at these rates, as found."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(rows, 4))
    has = (x + rng.normal(scale=0.5, size=x.shape) > 0.3) ^ (rng.random((rows, 4)) < np.array(rates))
    table = {f"x{i}": x[:, i] for i in range(4)} | {f"l{k}": has[:, k] for k in range(4)}
    noise = evidence_of(table, label=[f"l{k}" for k in range(4)]).ask(AskLabelPools()).noise
    return noise, has, [one.rates for one in noise]


def test_labels_share_one_noise_where_theirs_do_not_surely_differ() -> None:
    noise, _, rates = noisy([0.05] * 4)
    assert all(one is noise[0] for one in noise)
    np.testing.assert_allclose(rates[0], 0.05, atol=0.03)


def test_a_label_that_is_wrong_far_more_often_keeps_its_own_noise() -> None:
    _, _, rates = noisy([0.01, 0.01, 0.01, 0.25])
    assert rates[3].min() > 0.15
    assert max(one.max() for one in rates[:3]) < 0.12
