from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.evidence import rates
from auditor.evidence.rates import AskRates
from auditor.testing import evidence_of

Table = dict[str, list[Any]]


def all_rates(table: Table, by: tuple[str, ...] = ("sex",), label: str = "y") -> dict[str, Any]:
    evidence = evidence_of(table, label=label, sensitive=by)
    return {name: evidence.ask(AskRates(by)).of(name) for name in evidence.label_counts().classes()}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["m", "f", None]), st.sampled_from("xy")), min_size=1)
)
def test_fairlearn_says_what_the_counts_say(rows: list[tuple[Any, ...]]) -> None:
    table = dict(zip(("y", "sex", "race"), map(list, zip(*rows, strict=True)), strict=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rates, "MAX_FRAME_COLUMNS", 2)
        for by in (("sex",), ("sex", "race")):
            patch.setattr(rates, "MAX_FRAME_GROUPS", 200)
            framed = all_rates(table, by)
            patch.setattr(rates, "MAX_FRAME_GROUPS", 0)
            assert framed == all_rates(table, by)


def test_one_metric_frame_serves_all_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    import fairlearn.metrics

    made = []
    frame = fairlearn.metrics.MetricFrame

    def watched(**given: Any) -> Any:
        made.append(given)
        return frame(**given)

    monkeypatch.setattr(fairlearn.metrics, "MetricFrame", watched)
    found = all_rates({"y": list("abcd") * 3, "sex": ["m", "f", "x"] * 4})
    assert len(found) == 4
    assert len(made) == 1


def test_very_many_groups_need_no_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    import fairlearn.metrics

    monkeypatch.delattr(fairlearn.metrics, "MetricFrame")
    codes = [f"c{number}" for number in range(rates.MAX_FRAME_GROUPS + 1)] * 2
    found = all_rates({"y": ["a"] * 300 + ["b"] * (len(codes) - 300), "sex": codes})
    assert [rate.rows for rate in found["a"]] == [2] * (rates.MAX_FRAME_GROUPS + 1)


def test_a_group_without_any_label_is_there_all_the_same() -> None:
    found = all_rates({"y": [["a"], [], []], "sex": ["m", "f", "f"]})
    assert [(rate.having, rate.rows) for rate in found["a"]] == [(0, 2), (1, 1)]
