"""The bias benchmark measures what it says it measures."""

from __future__ import annotations

import numpy as np
import pytest

from auditor.evidence import rates
from auditor.gate.decide import Status
from benchmarks.bias import COUNTED, World, audited, naive, needle, planted, several


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MAX_FRAME_GROUPS", 0)


def test_equal_seeds_make_equal_datasets() -> None:
    one, other = (World(3).draw(50, np.random.default_rng(1)) for _ in range(2))
    assert one.equals(other)


def test_a_gap_that_is_planted_is_there_and_fails() -> None:
    (one,) = several(World(4, planted(0.3), even=(0,)), 4000, 1)
    assert one.status() is Status.FAIL
    assert naive(one, 0.1)


def test_without_a_gap_only_the_naive_rule_cries_out() -> None:
    found = list(several(World(4), 2000, 5))
    assert not [one for one in found if one.status() in (Status.FAIL, Status.ERROR)]
    assert sum(naive(one, 0.1) for one in found) >= 4


def test_a_needle_is_in_no_pair_alone() -> None:
    frame = World(3, needle(0.4), even=(0, 1, 2)).draw(8000, np.random.default_rng(2))
    assert audited(frame, frame.columns[:3], positive="yes").results["worst-subgroups"].status is Status.FAIL


def test_rows_in_small_groups_are_counted_and_no_alarm() -> None:
    (one,) = several(World(4), 300, 1)
    assert one.results[COUNTED].status is Status.FAIL
    assert one.status() is not Status.FAIL
