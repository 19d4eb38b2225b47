from __future__ import annotations

from typing import Any

import numpy as np

from auditor.testing import Status, decided, findings_of
from auditor_checks.diversity.label_giveaway import LabelGiveaway


def table(rows: int = 2_000, **more: Any) -> dict[str, Any]:
    draw = np.random.default_rng(6)
    x = draw.normal(size=rows)
    return {"x": x, "y": np.where(x + draw.normal(size=rows) > 1, "yes", "no")} | more


def test_a_feature_that_only_helps_passes() -> None:
    assert decided(LabelGiveaway(), table(), label="y").status is Status.PASS


def test_a_copy_of_the_label_fails_and_is_named() -> None:
    leaky = table()
    leaky["code"] = np.where(leaky["y"] == "yes", 17, 4)
    assert decided(LabelGiveaway(), leaky, label="y").status is Status.FAIL
    (finding,) = findings_of(LabelGiveaway(), leaky, label="y")
    assert finding.subject == "code"
    assert finding.message.startswith("it alone tells the label of 100 % of the 2,000 rows looked at")


def test_a_cell_filled_in_only_for_one_of_two_classes_fails_and_is_told_so() -> None:
    leaky = table()
    leaky["paid on"] = [f"day {i % 30}" if c == "yes" else None for i, c in enumerate(leaky["y"])]
    assert decided(LabelGiveaway(), leaky, label="y").status is Status.FAIL
    (finding,) = findings_of(LabelGiveaway(), leaky, label="y")
    assert "is there" in finding.message or "is missing" in finding.message


def test_with_three_classes_a_cell_missing_in_one_is_only_warned_of() -> None:
    y = ["a", "b", "c"] * 300
    x = [None if c == "c" else float(i % 7) for i, c in enumerate(y)]
    result = decided(LabelGiveaway(), {"x": x, "y": y}, label="y")
    assert result.status is Status.PASS
    assert result.warned == 1


def test_a_copy_in_a_handful_of_rows_is_undecided() -> None:
    small = {"x": [1, 2] * 20, "y": ["a", "b"] * 20}
    result = decided(LabelGiveaway(), small, label="y")
    assert result.status is Status.UNDECIDED
    assert [finding.subject for finding in result.outcome.findings] == ["x"]


def test_the_limit_is_the_users() -> None:
    weak = table()
    flipped = np.random.default_rng(1).random(2_000) < 0.05
    weak["code"] = np.where((weak["y"] == "yes") ^ flipped, 1, 0)
    assert decided(LabelGiveaway(), weak, label="y").status is Status.PASS
    assert decided(LabelGiveaway(max_skill=0.5), weak, label="y").status is Status.FAIL


def test_at_most_ten_columns_are_shown() -> None:
    wide = table() | {f"c{i}": [i % 2, 1] * 1_000 for i in range(30)}
    assert len(decided(LabelGiveaway(), wide, label="y").decided) == 10


def test_a_copy_of_a_number_fails_by_quarters() -> None:
    y = np.random.default_rng(2).normal(size=2_000)
    (finding,) = findings_of(LabelGiveaway(), {"x": y * 2.54, "y": y}, label="y")
    assert "label's quarter" in finding.message


def test_without_a_feature_that_can_be_read_it_is_skipped() -> None:
    result = decided(LabelGiveaway(), {"x": ["one", "two"] * 9, "y": ["a", "b"] * 9}, label="y", text="x")
    assert (result.status, result.reason) == (Status.SKIPPED, "no feature is a number or a word")
