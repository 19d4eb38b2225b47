from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditor.stats.strata import allotment, draw, draw_in_order, strata

Ints = npt.NDArray[np.int64]


def cut(suspicion: list[float], flagged: list[bool]) -> list[int]:
    result: list[int] = strata(np.array(suspicion, dtype=float), np.array(flagged, dtype=bool)).tolist()
    return result


def test_the_flagged_come_first_and_the_rest_is_cut_at_half_of_the_cumulated_root() -> None:
    # roots of the others: .6 .4 .2 .1 .1, half of their sum is .7: reached by the second
    assert cut([0.9, 0.01, 0.36, 0.04, 0.16, 0.01], [True] + [False] * 5) == [0, 2, 1, 2, 1, 2]


def test_nothing_flagged_leaves_the_first_stratum_empty() -> None:
    assert cut([0.64, 0.01, 0.01], [False] * 3) == [1, 2, 2]


def test_all_flagged_is_one_stratum() -> None:
    assert cut([0.5, 0.1], [True, True]) == [0, 0]


@pytest.mark.parametrize("suspicion", [0.0, 0.3, 1.0])
def test_constant_suspicion_is_cut_in_equal_parts(suspicion: float) -> None:
    assert cut([suspicion] * 4, [False] * 4) == [1, 1, 2, 2]


def test_a_single_row_and_no_row_at_all() -> None:
    assert cut([0.2], [False]) == [1]
    assert cut([], []) == []


@pytest.mark.parametrize("suspicion", [-0.1, 1.1, float("nan")])
def test_suspicion_must_lie_between_0_and_1(suspicion: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        cut([0.5, suspicion], [False, False])


def test_each_row_needs_a_suspicion_and_a_flag() -> None:
    with pytest.raises(ValueError, match="the shapes are \\(2,\\) and \\(1,\\)"):
        cut([0.5, 0.5], [False])


def test_the_sample_is_allotted_in_proportion() -> None:
    assert allotment([100, 300, 600], 100, lean=0) == [10, 30, 60]


def test_a_few_rows_of_the_least_suspicious_are_left_to_the_others() -> None:
    assert allotment([1000, 3000, 6000], 100) == [11, 31, 58]


def test_what_the_others_have_no_rows_for_stays_where_it_was() -> None:
    assert allotment([5, 400, 9595], 500, lean=0.04) == [5, 35, 460]
    assert allotment([0, 1, 9999], 500, lean=0.04) == [0, 1, 499]


def test_remainders_go_to_the_largest() -> None:
    assert allotment([130, 270, 600], 10) == [1, 3, 6]


def test_a_small_stratum_gets_one_row() -> None:
    assert allotment([1, 1, 9998], 50) == [1, 1, 48]


@given(st.lists(st.integers(1, 10_000), min_size=3, max_size=3), st.integers(50, 2000))
def test_no_stratum_is_short_of_its_proportion_by_much(sizes: list[int], size: int) -> None:
    assume(size < sum(sizes))
    drawn = allotment(sizes, size)
    assert all(n >= 0.96 * size * rows / sum(sizes) - 2 for n, rows in zip(drawn, sizes, strict=True))


def test_too_few_for_one_each_go_to_the_largest_strata() -> None:
    assert allotment([10, 30, 60], 2) == [0, 1, 1]


def test_a_third_goes_to_the_flagged() -> None:
    assert allotment([500, 1500, 8000], 150, 1 / 3) == [50, 16, 84]


def test_few_flagged_are_all_drawn_and_the_rest_gets_what_they_leave() -> None:
    assert allotment([20, 980, 9000], 150, 1 / 3) == [20, 13, 117]


def test_many_flagged_keep_their_proportion() -> None:
    assert allotment([600, 200, 200], 100, 1 / 3) == [60, 20, 20]


def test_a_third_on_flagged_rows_without_any_is_in_proportion() -> None:
    assert allotment([0, 400, 600], 100, 1 / 3) == [0, 40, 60]


@given(
    st.lists(st.integers(0, 500), min_size=3, max_size=3),
    st.integers(1, 600),
    st.one_of(st.none(), st.floats(0, 1)),
)
def test_an_allotment_adds_up_and_never_asks_for_more_rows_than_there_are(
    sizes: list[int], size: int, on_flagged: float | None
) -> None:
    drawn = allotment(sizes, size, on_flagged)
    assert sum(drawn) == min(size, sum(sizes))
    assert all(0 <= n <= rows for n, rows in zip(drawn, sizes, strict=True))
    if on_flagged is None and size >= 3:
        assert all(n > 0 for n, rows in zip(drawn, sizes, strict=True) if rows)


@pytest.fixture
def of_row() -> Ints:
    return np.repeat([0, 1, 2], [40, 160, 800]).astype(np.int64)


def test_a_draw_knows_stratum_and_probability_of_each_row(of_row: Ints) -> None:
    drawn = draw(of_row, 100, seed=1, lean=0)
    assert len(drawn) == len(set(drawn.rows.tolist())) == 100
    assert (drawn.stratum == of_row[drawn.rows]).all()
    assert np.bincount(drawn.stratum).tolist() == [4, 16, 80]
    assert drawn.probability == pytest.approx(0.1)
    assert drawn.sizes == (40, 160, 800)


def test_the_probabilities_tell_that_flagged_rows_were_preferred(of_row: Ints) -> None:
    drawn = draw(of_row, 60, seed=1, on_flagged=1 / 3)
    assert set(drawn.probability[drawn.stratum == 0]) == {0.5}
    assert set(drawn.probability[drawn.stratum == 2]) == {33 / 800}


def test_the_same_seed_draws_the_same_rows_and_another_others(of_row: Ints) -> None:
    first, again, other = (draw(of_row, 50, seed=seed).rows.tolist() for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_each_row_of_a_stratum_is_as_likely(of_row: Ints) -> None:
    times = sum(np.bincount(draw(of_row, 200, seed=seed, lean=0).rows, minlength=1000) for seed in range(300))
    assert np.abs(times / 300 - 0.2).max() < 5 * (0.2 * 0.8 / 300) ** 0.5


def test_more_than_there_are_draws_all(of_row: Ints) -> None:
    drawn = draw(of_row, 5000, seed=1)
    assert sorted(drawn.rows.tolist()) == list(range(1000))
    assert set(drawn.probability) == {1.0}


def test_nothing_can_be_drawn_from_nothing() -> None:
    assert len(draw(np.zeros(0, dtype=np.int64), 10, seed=1)) == 0


@pytest.mark.parametrize(
    ("size", "on_flagged", "problem"), [(0, None, "at least one row"), (10, 1.5, "between 0 and 1, not 1.5")]
)
def test_a_sample_that_makes_no_sense(of_row: Ints, size: int, on_flagged: float | None, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        draw(of_row, size, seed=1, on_flagged=on_flagged)


def test_strata_are_numbered_from_0_to_2() -> None:
    with pytest.raises(ValueError, match="from 0 to 2"):
        draw(np.array([0, 3]), 1, seed=1)


def test_rows_in_order_start_alike_whatever_the_size() -> None:
    longer = draw_in_order(50, 20, seed=3).tolist()
    assert draw_in_order(50, 5, seed=3).tolist() == longer[:5]
    assert len(set(longer)) == 20


def test_rows_in_order_are_at_least_one() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        draw_in_order(50, 0, seed=3)
