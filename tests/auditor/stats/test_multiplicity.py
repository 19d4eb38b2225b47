from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from auditor.stats.multiplicity import benjamini_hochberg, holm

P_VALUES = st.lists(st.floats(0, 1), max_size=12)
Correction = Callable[[Sequence[float]], list[float]]
both = pytest.mark.parametrize("correct", [holm, benjamini_hochberg])


def test_holm_on_a_worked_example() -> None:
    # In order 0.005, 0.01, 0.03, 0.04: times 4, 3, 2, 1, and never falling.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_benjamini_hochberg_on_the_papers_example() -> None:
    # Benjamini and Hochberg 1995, section 4: 15 p-values of which the first four are claimed at 5 %.
    ps = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    ps += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    assert sum(p <= 0.05 for p in benjamini_hochberg(ps)) == 4
    assert sum(p <= 0.05 for p in holm(ps)) == 3  # the paper: Bonferroni's procedure claims three


@given(P_VALUES.filter(len))
def test_benjamini_hochberg_agrees_with_scipy(ps: list[float]) -> None:
    assert benjamini_hochberg(ps) == pytest.approx(list(stats.false_discovery_control(ps)))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_the_closed_bonferroni_test(ps: list[float]) -> None:
    """The adjusted value is the worst of Bonferroni's over all sets of questions that hold this one."""
    sets = [s for k in range(1, len(ps) + 1) for s in itertools.combinations(range(len(ps)), k)]
    closed = [max(min(1.0, len(s) * min(ps[j] for j in s)) for s in sets if i in s) for i in range(len(ps))]
    assert holm(ps) == pytest.approx(closed)


@both
@given(ps=P_VALUES)
def test_adjusted_values_are_p_values_no_smaller_and_in_the_same_order(correct: Correction, ps: list[float]) -> None:
    adjusted = correct(ps)
    assert len(adjusted) == len(ps)
    assert all(p * (1 - 1e-12) <= q <= 1 for p, q in zip(ps, adjusted, strict=True))
    ranked = [adjusted[i] for i in sorted(range(len(ps)), key=ps.__getitem__)]
    assert ranked == sorted(ranked)


@both
@given(ps=P_VALUES, seed=st.integers())
def test_the_order_of_asking_does_not_matter(correct: Correction, ps: list[float], seed: int) -> None:
    order = list(range(len(ps)))
    random.Random(seed).shuffle(order)
    adjusted = correct(ps)
    assert correct([ps[i] for i in order]) == [adjusted[i] for i in order]


@given(P_VALUES)
def test_holm_is_the_stricter(ps: list[float]) -> None:
    assert all(h >= b * (1 - 1e-12) for h, b in zip(holm(ps), benjamini_hochberg(ps), strict=True))


@both
def test_few(correct: Correction) -> None:
    assert correct([]) == []
    assert correct([0.3]) == [0.3]


@both
@pytest.mark.parametrize("bad", [math.nan, -0.1, 1.1])
def test_what_is_no_p_value_is_refused(correct: Correction, bad: float) -> None:
    with pytest.raises(ValueError, match="number 1 is"):
        correct([0.5, bad])


@both
def test_many_are_quick(correct: Correction) -> None:
    rng = random.Random(7)
    ps = [rng.random() for _ in range(100_000)]
    start = time.perf_counter()
    correct(ps)
    assert time.perf_counter() - start < 10  # about 0.15 s; a quadratic one takes minutes
