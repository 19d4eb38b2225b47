from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.stats.agreement import Level, OfSeveral, cohen_kappa, krippendorff_alpha, percent_agreement
from auditor.stats.pvalues import p_below
from auditor.stats.vote_arrays import VoteArrays, tally

pytestmark = pytest.mark.slow

#: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, section C: four observers, twelve units.
KRIPPENDORFF = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)
#: Four annotators who agree on most of thirty items; a fifth of the votes are missing.
THIRTY = (
    (5, 0, 4, 4, 3, 4, 5, 1, 0, 2, 0, 2, 1, 3, 0, 1, 1, 0, 5, 2, 5, 4, 1, 0, 3, 2, 0, 4, 3, 3),
    (0, 4, 3, 4, 3, 4, 4, 1, 2, 0, 0, 2, 1, 3, 5, 1, 1, 1, 5, 0, 1, 0, 1, 2, 3, 5, 1, 4, 3, 3),
    (3, 0, 3, 4, 5, 0, 5, 0, 0, 0, 0, 2, 1, 3, 3, 1, 0, 5, 4, 1, 3, 0, 1, 2, 3, 5, 5, 0, 3, 4),
    (0, 4, 3, 4, 2, 0, 0, 3, 3, 3, 2, 2, 4, 3, 5, 1, 0, 2, 5, 2, 1, 4, 1, 0, 3, 5, 1, 4, 3, 1),
)
Table = NDArray[np.int64]

NUMBERS = np.arange(1.0, 6.0)
TABLES = st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=12)


def votes_of(table: Sequence[Sequence[int]] | Table, classes: int = 5) -> VoteArrays:
    """The votes of a row an annotator and a column an item; 1 is the first class, 0 no vote."""
    return VoteArrays.from_table(np.array(table).T - 1, classes)


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_krippendorffs_own_example(level: str, alpha: float) -> None:
    found = krippendorff_alpha(tally(votes_of(KRIPPENDORFF)), Level(level), NUMBERS)
    assert round(found.value, 3) == alpha
    assert found.n == 11


@pytest.mark.parametrize(
    ("table", "level", "alpha"),
    [  # from the package krippendorff 0.9.0
        (KRIPPENDORFF, "nominal", 0.743421052631579),
        (KRIPPENDORFF, "ordinal", 0.8153875037548814),
        (KRIPPENDORFF, "interval", 0.8491071428571428),
        (THIRTY, "nominal", 0.5010260920551157),
        (THIRTY, "ordinal", 0.4945391132047633),
        (THIRTY, "interval", 0.48722282586824417),
    ],
)
def test_alpha_is_that_of_a_reference(table: tuple[tuple[int, ...], ...], level: str, alpha: float) -> None:
    found = krippendorff_alpha(tally(votes_of(table)), Level(level), NUMBERS)
    assert found.value == pytest.approx(alpha, abs=1e-12)


def test_kappa_is_that_of_a_reference() -> None:
    found = cohen_kappa(votes_of(THIRTY), 0, 1)  # scikit-learn 1.9.1, on the 19 items that both voted on
    assert found.value == pytest.approx(0.7256317689530686, abs=1e-12)
    assert found.n == 19


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_nominal_alpha_is_what_counting_pairs_by_hand_gives(columns: list[list[int]]) -> None:
    table = list(zip(*columns, strict=True))
    units = [[v for v in column if v] for column in columns if sum(v > 0 for v in column) > 1]
    values = [v for unit in units for v in unit]
    observed = sum(sum(a != b for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units)
    expected = sum(a != b for a, b in permutations(values, 2)) / max(1, len(values) - 1)
    found = krippendorff_alpha(tally(votes_of(table, classes=3)))
    if expected:
        assert found.value == pytest.approx(1 - observed / expected)
    else:
        assert math.isnan(found.value)


@settings(max_examples=20, deadline=None)
@given(TABLES, st.floats(0.5, 0.99), st.sampled_from(list(Level)))
def test_bounds_hold_the_value_and_widen_with_confidence(columns: list[list[int]], sure: float, level: Level) -> None:
    votes = tally(votes_of(list(zip(*columns, strict=True)), classes=3))
    for found in (krippendorff_alpha(votes, level, NUMBERS[:3]), percent_agreement(votes)):
        low, high = found.bounds(sure)
        assert -1 <= low <= high <= 1
        if not math.isnan(found.value) and found.n > 1:
            assert low <= found.value <= high
        wider = found.bounds((1 + sure) / 2)
        assert wider[0] <= low
        assert wider[1] >= high


def test_percent_agreement_is_averaged_over_items() -> None:
    found = percent_agreement(tally(votes_of([(1, 1), (1, 2), (1, 0), (1, 0)], classes=2)))
    assert found.value == pytest.approx((1 + 0) / 2)


def test_perfect_agreement_of_few_items_is_not_certain() -> None:
    found = krippendorff_alpha(tally(votes_of([(1, 2, 1, 2, 1)] * 2, classes=2)))
    low, high = found.bounds(0.95)
    assert found.value == high == 1
    assert low < 0.5
    more = krippendorff_alpha(tally(votes_of([(1, 2) * 200] * 2, classes=2)))
    assert 0.97 < more.bounds(0.95)[0] < 1


def test_bounds_go_on_beyond_what_replicates_can_show() -> None:
    found = krippendorff_alpha(tally(votes_of([(1, 2, 1, 2, 2) * 20, (1, 2, 2, 2, 2) * 20], classes=2)))
    p = p_below(found, found.value + 0.12)
    assert 1e-15 < p < p_below(found, found.value + 0.08)


def test_votes_for_one_class_only_leave_alpha_open() -> None:
    found = krippendorff_alpha(tally(votes_of([(1, 1)] * 3, classes=1)))
    assert math.isnan(found.value)
    assert found.bounds(0.95) == (-1, 1)


def test_no_item_with_two_votes_leaves_everything_open() -> None:
    found = percent_agreement(tally(votes_of([(1, 0), (0, 1)], classes=2)))
    assert (found.n, found.bounds(0.95)) == (0, (0, 1))
    assert math.isnan(found.value)


def test_the_interval_level_needs_numbers() -> None:
    votes = tally(votes_of(KRIPPENDORFF))
    for values in (None, np.array([1, 2, np.nan, 4, 5])):
        with pytest.raises(ValueError, match="finite number for each class"):
            krippendorff_alpha(votes, Level.INTERVAL, values)


def test_several_votes_are_more_reliable_than_one() -> None:
    one = krippendorff_alpha(tally(votes_of(THIRTY)))
    four = OfSeveral(one, 4)
    assert four.value == pytest.approx(4 * one.value / (1 + 3 * one.value))
    assert four.bounds(0.95)[0] > one.bounds(0.95)[0]


@pytest.mark.parametrize(("prior", "accuracy"), [((0.9, 0.1), 0.95), ((0.5, 0.3, 0.2), 0.8)])
def test_the_interval_of_alpha_covers_the_truth(prior: tuple[float, ...], accuracy: float) -> None:
    rng = np.random.default_rng(3)
    truth = krippendorff_alpha(tally(world(rng, 100_000, prior, accuracy))).value
    missed = 0
    for _ in range(100):
        low, high = krippendorff_alpha(tally(world(rng, 60, prior, accuracy))).bounds(0.95)
        missed += not low <= truth <= high
    assert missed <= 0.08 * 100


def world(rng: np.random.Generator, items: int, prior: tuple[float, ...], accuracy: float) -> VoteArrays:
    """Three annotators who guess blindly where they do not know."""
    true = rng.choice(len(prior), items, p=prior)
    guessed = rng.integers(0, len(prior), (3, items))
    return votes_of(np.where(rng.random((3, items)) < accuracy, true, guessed) + 1, classes=len(prior))
