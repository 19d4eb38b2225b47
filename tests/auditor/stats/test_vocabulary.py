from __future__ import annotations

import math

import numpy as np
import pytest

from auditor.stats.dimensions import participation_ratio
from auditor.stats.vocabulary import distinct_n, heaps_exponent


def test_distinct_runs_are_a_share_of_all_runs() -> None:
    words = ["a", "b", "a", "b"]
    assert distinct_n(words, 1) == 0.5
    assert distinct_n(words, 2) == pytest.approx(2 / 3)


def test_no_run_has_no_share() -> None:
    assert math.isnan(distinct_n(["a"], 2))
    with pytest.raises(ValueError, match="a word at least"):
        distinct_n(["a"], 0)


def test_words_that_are_all_new_grow_as_fast_as_the_text() -> None:
    assert heaps_exponent([str(at) for at in range(1_000)]) == pytest.approx(1)


def test_nothing_new_does_not_grow() -> None:
    assert heaps_exponent(["a", "b"] * 500) == pytest.approx(0, abs=1e-9)
    assert math.isnan(heaps_exponent(["a"] * 19))


def test_the_exponent_of_words_that_follow_a_power_law_is_found() -> None:
    new = np.diff(np.floor(np.arange(1, 20_002) ** 0.6)) > 0
    words = [str(at) if is_new else "old" for at, is_new in enumerate(new)]
    assert heaps_exponent(words) == pytest.approx(0.6, abs=0.03)


def test_dimensions_in_use() -> None:
    rng = np.random.default_rng(0)
    assert participation_ratio(rng.standard_normal((20_000, 5))) == pytest.approx(5, abs=0.05)
    assert participation_ratio(np.outer(np.arange(9), [1, 2, 3])) == pytest.approx(1)
    assert participation_ratio(np.ones((4, 3))) == 0
    with pytest.raises(ValueError, match="no vectors"):
        participation_ratio(np.empty((0, 3)))
