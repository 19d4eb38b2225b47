from __future__ import annotations

import pytest

from auditor.evidence import shares_above
from auditor.evidence.shares_above import AskSharesAbove
from auditor.testing import evidence_of

TABLE = {
    "sex": ["m", "m", "f", "f", None, "f"],
    "c0": ["a", "b", "a", "b", "a", "a"],
    "y": [1.0, 2.5, 3.5, 4.5, 5.5, None],
}


@pytest.mark.parametrize("cells", [10_000, 0])
def test_shares_above_each_quartile_by_group(monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    """From the joint table and from a pass of its own; rows without a label are in neither count."""
    monkeypatch.setattr(shares_above, "MAX_JOINT_CELLS", cells)
    evidence = evidence_of(TABLE, label="y", sensitive=("sex", "c0"), task="regression")
    rates = evidence.ask(AskSharesAbove(("sex",)))
    assert dict(rates.rows) == {("f",): 2, ("m",): 2, ("(missing)",): 1}
    assert list(rates.having) == ["above 2.5", "above 3.5", "above 4.5"]
    assert [rate.having for rate in rates.of("above 2.5")] == [2, 0, 1]
    assert [rate.having for rate in rates.of("above 4.5")] == [0, 0, 1]


def test_one_pass_serves_all_combinations() -> None:
    evidence = evidence_of(TABLE, label="y", sensitive=("sex", "c0"), task="regression")
    for by in (("sex",), ("c0",), ("sex", "c0")):
        evidence.ask(AskSharesAbove(by))
    assert set(evidence.ask(AskSharesAbove(("sex", "c0"))).rows) >= {("f", "a"), ("f", "b"), ("m", "a")}
    assert len(evidence.known(AskSharesAbove)) == 3


def test_equal_quartiles_are_one() -> None:
    table = {"sex": ["m", "f"] * 4, "y": [0.0] * 6 + [1.0, 2.0]}
    evidence = evidence_of(table, label="y", sensitive="sex", task="regression")
    assert list(evidence.ask(AskSharesAbove(("sex",))).having) == ["above 0", "above 0.25"]


@pytest.mark.parametrize("cells", [10_000, 0])
def test_a_cut_takes_the_place_of_the_quartiles(monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    monkeypatch.setattr(shares_above, "MAX_JOINT_CELLS", cells)
    evidence = evidence_of(TABLE, label="y", sensitive=("sex", "c0"), task="regression")
    rates = evidence.ask(AskSharesAbove(("sex",), (3.0,)))
    assert list(rates.having) == ["above 3"]
    assert [rate.having for rate in rates.of("above 3")] == [2, 0, 1]
