from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from auditor.testing import Status, decided, evidence_of, findings_of, measures_of
from auditor_checks.annotations.target_errors import TargetErrors

pytestmark = pytest.mark.slow


def table(wrong: float = 0.05, noise: float = 0.3, rows: int = 600) -> tuple[dict[str, Any], set[int]]:
    """A number that three others tell, some of them replaced by anything; and those rows."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(rows, 3))
    y = x @ [2.0, -1.0, 1.0] + noise * rng.normal(size=rows) + 20
    spoiled = np.flatnonzero(rng.random(rows) < wrong)
    y[spoiled] += rng.choice([-1, 1], len(spoiled)) * rng.uniform(4, 12, len(spoiled))
    return {f"x{i}": x[:, i] for i in range(3)} | {"y": y}, set(spoiled.tolist())


def test_planted_errors_are_listed_with_what_they_should_be() -> None:
    planted, wrong = table()
    finding = findings_of(TargetErrors(), planted, label="y", label_is="annotation")[0]
    hits = wrong & set(finding.rows)
    assert len(hits) >= 0.9 * finding.count
    assert len(hits) >= 0.9 * len(wrong)
    given, suggested, low, high = (finding.details[name][0] for name in ("given", "suggested", "from", "to"))
    assert given == planted["y"][finding.rows[0]]
    assert float(low or 0) < float(suggested or 0) < float(high or 0)
    assert finding.message.startswith("likely wrong")


def test_noisy_regions_are_not_all_flagged() -> None:
    rng = np.random.default_rng(0)
    x = rng.random((2_000, 2))
    y = 5 * x[:, 0] + rng.normal(size=2_000) * np.where(x[:, 1] > 0.7, 2.0, 0.1)
    assert findings_of(TargetErrors(), {"a": x[:, 0], "b": x[:, 1], "y": y}, label="y") == []


@pytest.mark.parametrize(("wrong", "status"), [(0.0, Status.UNDECIDED), (0.05, Status.UNDECIDED), (0.2, Status.FAIL)])
def test_it_fails_or_stays_undecided(wrong: float, status: Status) -> None:
    """Nothing bounds the errors that hide among plausible values: it never passes."""
    assert decided(TargetErrors(), table(wrong)[0], label="y", label_is="annotation").status is status


@pytest.mark.parametrize("label_is", ["outcome", "decision"])
def test_an_outcome_is_surprising_not_wrong(label_is: str) -> None:
    evidence = evidence_of(table(0.2)[0], label="y", label_is=label_is)
    result = decided(TargetErrors(), evidence)
    assert result.status is Status.UNDECIDED
    assert "not identifiable" in result.outcome.measures[0].note
    assert result.outcome.findings[0].message.startswith("surprising")


def test_flags_of_a_weak_probe_are_held_against_nobody() -> None:
    noisy = table(0.2, noise=4.0)[0]
    assert decided(TargetErrors(max_share=0.0), noisy, label="y", label_is="annotation").status is Status.UNDECIDED


def test_planted_errors_tell_what_could_be_found() -> None:
    kinds = {m.subject: m.estimate.value for m in measures_of(TargetErrors(), table(0.0)[0], label="y")[1:]}
    assert set(kinds) == {"another row's value", "ten times the value", "wrong sign"}
    assert kinds["ten times the value"] == 1.0


def test_texts_and_categories_are_read() -> None:
    rng = np.random.default_rng(0)
    words = rng.choice(["cheap flat", "large house", "old castle"], 400)
    y = np.select([words == "cheap flat", words == "large house"], [10.0, 50.0], 90.0) + rng.normal(size=400)
    y[7] = 500.0
    spoiled = pl.DataFrame({"note": [f"{w} number {i}" for i, w in enumerate(words)], "y": y})
    assert findings_of(TargetErrors(), spoiled, label="y", text=("note",))[0].rows == (7,)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"x": np.arange(300.0), "y": np.random.default_rng(0).normal(size=300)}, "no better"),
        ({"x": np.arange(300.0), "y": np.full(300, 2.5)}, "does not vary"),
        ({"x": np.arange(20.0), "y": np.arange(20.0) + 0.5}, "needs 50"),
        ({"x": np.arange(300.0), "y": np.full(300, np.inf)}, "needs 50"),
    ],
)
def test_what_cannot_be_learned_is_skipped_and_said(columns: dict[str, Any], why: str) -> None:
    result = decided(TargetErrors(), columns, label="y", task="regression")
    assert result.status is Status.SKIPPED
    assert why in result.reason


def test_rows_beyond_the_cap_are_scored_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.evidence.residuals.MAX_FIT_ROWS", 300)
    planted, wrong = table()
    found = findings_of(TargetErrors(), planted, label="y")[0]
    assert len(wrong & set(found.rows)) >= 0.8 * len(wrong)
    assert len(wrong & set(found.rows)) >= 0.8 * found.count


def test_equal_tables_give_equal_results() -> None:
    first, second = (findings_of(TargetErrors(), table()[0], label="y") for _ in range(2))
    assert first == second
