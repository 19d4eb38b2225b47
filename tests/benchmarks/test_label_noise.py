"""The label-error benchmark measures what it says it measures."""

from __future__ import annotations

import json
import math
import os
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.label_noise import worlds
from benchmarks.label_noise.cases import AS_IS, Cell, cells, hand_over, make
from benchmarks.label_noise.noise import KINDS, inject
from benchmarks.label_noise.scores import Score, average_precision, from_record, line, oracle, score, standings
from benchmarks.label_noise.sets import LabelSet, Wanted, _labelled, load
from benchmarks.label_noise.sides import Answer, measured

TRUE = np.arange(300) % 3


def three_classes() -> LabelSet:
    rng = np.random.default_rng(0)
    features = pl.DataFrame({"near": TRUE + rng.normal(0, 0.4, 300), "hue": [f"h{i % 5}" for i in range(300)]})
    return LabelSet("three", features, TRUE, ("a", "b", "c"), "annotation")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.01, 0.3])
def test_every_kind_of_noise_flips_the_share_of_rows_that_was_asked_for(kind: str, share: float) -> None:
    assert (inject(three_classes(), kind, share, seed=1) != TRUE).sum() == 300 * share


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_the_same_for_the_same_seed(kind: str) -> None:
    first, again, other = (inject(three_classes(), kind, 0.1, seed) for seed in (4, 4, 5))
    assert (first == again).all()
    assert (first != other).any()


def test_noise_by_class_takes_a_class_for_one_other_and_hits_some_more_often() -> None:
    given = inject(three_classes(), "class", 0.15, seed=0)
    moves = {(int(a), int(b)) for a, b in zip(TRUE, given, strict=True) if a != b}
    hits = np.bincount(TRUE[given != TRUE], minlength=3)
    assert len(moves) == 3
    assert hits.max() > 2 * hits.min()


def test_noise_in_hard_regions_is_near_the_boundary_of_a_known_world() -> None:
    truth = np.column_stack([np.linspace(0, 1, 300), 1 - np.linspace(0, 1, 300)])
    labels = LabelSet("two", pl.DataFrame({"x": truth[:, 0]}), (truth[:, 1] > 0.5).astype(int), ("a", "b"), "outcome")
    known = LabelSet(labels.name, labels.features, labels.labels, labels.classes, "outcome", truth=truth)
    flipped = inject(known, "hard", 0.05, seed=0) != known.labels
    assert np.abs(truth[flipped, 0] - 0.5).max() < 0.1


def test_noise_in_a_region_is_half_a_class_at_most_and_the_same_other_class_for_all_of_it() -> None:
    labels = three_classes()
    flipped = inject(labels, "region", 0.1, seed=1)
    rows = np.flatnonzero(flipped != TRUE)
    assert len(set(TRUE[rows])) == 1
    assert len(set(flipped[rows])) == 1
    hue = labels.features["hue"].to_numpy()[rows]
    assert np.unique(hue, return_counts=True)[1].max() >= 15  # of thirty rows, six by chance


def test_noise_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="not in"):
        inject(three_classes(), "odd", 0.1, seed=0)


def test_average_precision_of_a_perfect_a_reversed_and_a_tied_ranking() -> None:
    error = np.array([True, False, False, False])
    assert average_precision(error, np.array([3.0, 2.0, 1.0, 0.0])) == 1
    assert average_precision(error, np.array([0.0, 1.0, 2.0, 3.0])) == 0.25
    assert average_precision(error, np.zeros(4)) == 0.25  # the share of errors, as of a random ranking
    assert math.isnan(average_precision(np.zeros(4, dtype=bool), np.zeros(4)))


def test_average_precision_agrees_with_scikit_learn() -> None:
    from sklearn.metrics import average_precision_score

    rng = np.random.default_rng(3)
    error, suspicion = rng.random(500) < 0.1, rng.integers(0, 40, 500).astype(float)
    assert average_precision(error, suspicion) == pytest.approx(average_precision_score(error, suspicion))


def test_the_worlds_labels_follow_their_stated_probabilities() -> None:
    frame = worlds.columns(20_000, seed=2)
    for truth in ("linear", "interacting", "smooth"):
        chances = worlds.true_probabilities(frame, truth)
        labels = worlds.draw(chances, seed=2)
        sure = chances[:, 1] > 0.9
        assert labels[sure].mean() == pytest.approx(chances[sure, 1].mean(), abs=0.02)
    assert frame.width == 20
    assert sum(frame.null_count().row(0)) > 0


def test_no_column_alone_tells_much_in_the_smooth_world_and_no_median_cuts_it() -> None:
    frame = worlds.columns(20_000, seed=2)
    chances = worlds.true_probabilities(frame, "smooth")[:, 1]
    logit = np.log(chances / (1 - chances))
    for name in ("age", "wage", "education_num"):
        cells = frame[name].fill_null(strategy="mean").to_numpy()
        assert abs(np.corrcoef(cells, logit)[0, 1]) < 0.35


def test_the_oracle_ranks_far_better_than_chance() -> None:
    case = make(Cell("census-linear", 0.05, "uniform"), Wanted(5_000, 0, Path()))
    best = oracle(case)
    assert best is not None
    assert case.error.sum() == 250
    assert best.average_precision["truth"] > 0.3


def test_only_the_given_label_is_handed_over(tmp_path: Path) -> None:
    case = make(Cell("census-linear", 0.3, "uniform"), Wanted(100, 0, Path()))
    hand_over(case, tmp_path)
    frame = pl.read_parquet(tmp_path / "data.parquet")
    assert frame["label"].to_list() == [worlds.CLASSES[code] for code in case.given]
    assert frame.width == 21


def test_a_set_with_errors_of_its_own_and_a_set_without_noise_are_one_cell_each() -> None:
    made = cells(["found", "free"], [0.0, 0.05], ["uniform", "class"], frozenset({"found"}))
    assert [(one.set, one.kind) for one in made] == [
        ("found", AS_IS), ("free", AS_IS), ("free", "uniform"), ("free", "class"),
    ]  # fmt: skip


def test_a_set_with_a_missing_label_is_refused() -> None:
    frame = pl.DataFrame({"x": [1, 2], "y": ["a", None]})
    with pytest.raises(ValueError, match="1 rows have no label"):
        _labelled("gaps", frame, "y", "outcome")


def test_peak_memory_is_that_of_the_child_and_not_of_the_process_that_measures(tmp_path: Path) -> None:
    held = np.ones(40_000_000)  # 305 MiB
    script = tmp_path / "small.py"
    script.write_text("sum(range(1_000_000))")
    cpu, memory = measured([sys.executable, script])
    assert 0 < cpu < 5
    assert memory < 100 < held.nbytes / 2**20


def test_a_process_that_fails_is_an_error_with_its_words(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text("raise SystemExit('no such route')")
    with pytest.raises(RuntimeError, match="no such route"):
        measured([sys.executable, script])


@pytest.mark.realdata
def test_adult_has_two_classes_and_every_row_of_the_paper() -> None:
    if "DATAAUDIT_REALDATA" not in os.environ:
        pytest.skip("DATAAUDIT_REALDATA is not set")
    adult = load("adult", Wanted(0, 0, Path(os.environ["DATAAUDIT_REALDATA"])))
    assert adult.classes == ("<=50K", ">50K")
    assert len(adult.labels) == 32_561


def scored(who: str, precision: float, seed: int = 0) -> Score:
    return Score(
        Cell("set", 0.05, "uniform"), seed, who, {"score": precision}, 0.5, 0.5, 3, 100, cpu=2.0, memory_mib=9.0
    )


def test_the_standing_is_against_the_best_route_of_the_peer() -> None:
    found = [scored("ours", 0.5), scored("boosting", 0.2), scored("logistic", 0.4), scored("oracle", 0.6)]
    (standing,) = standings(found)
    assert standing.ratio == pytest.approx(1.25)
    assert standing.way_to_oracle == pytest.approx(0.5)
    assert not standing.peer_is_at_the_oracle


def test_a_line_is_the_mean_over_the_seeds() -> None:
    assert line([scored("ours", 0.4), scored("ours", 0.6, seed=1)]).average_precision == pytest.approx(0.5)


def test_a_score_comes_back_from_its_record_as_it_was() -> None:
    one = scored("ours", 0.4)
    assert from_record(json.loads(json.dumps(one.as_record()))) == one


def test_precision_and_recall_are_those_among_the_reviewed_rows() -> None:
    case = make(Cell("census-linear", 0.3, "uniform"), Wanted(100, 0, Path()))
    flags = np.zeros(100, dtype=bool)
    flags[np.flatnonzero(case.error)[:6]] = True
    flags[np.flatnonzero(~case.error)[:2]] = True
    got = score(case, "ours", Answer({}, flags, 1.0, 1.0))
    assert (got.precision, got.recall, got.flagged) == (0.75, 0.2, 8)
