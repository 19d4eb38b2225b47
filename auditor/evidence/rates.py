"""The rate of a class in each group, disaggregated by fairlearn over collapsed counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditor.evidence import Evidence
    from auditor.evidence.counts import LabelCounts


@dataclass(frozen=True, slots=True)
class Rate:
    """Of a group's labeled rows, how many have the class."""

    group: tuple[tuple[str, str], ...]
    having: int
    rows: int


@dataclass(frozen=True, slots=True)
class AskRates:
    """The question: how often does each group of these columns have this class?"""

    name: str
    by: tuple[str, ...]

    def collect(self, evidence: Evidence) -> list[Rate]:
        """The rates, the largest group first: it is the reference."""
        counts = evidence.label_counts(*self.by)
        having = counts.having.get(self.name, {})
        selected = _by_group(counts, having)
        rates = [
            Rate(tuple(zip(self.by, group, strict=True)), round(selected[group] * rows), rows)
            for group, rows in counts.rows.items()
        ]
        return sorted(rates, key=lambda rate: (-rate.rows, rate.group))


def _by_group(counts: LabelCounts, having: Any) -> dict[tuple[str, ...], float]:
    """MetricFrame costs seconds on a million rows; two weighted rows a group give it the same sums."""
    import pandas as pd
    from fairlearn.metrics import MetricFrame, selection_rate

    if not counts.rows:
        return {}
    cells = [
        (group, has, count)
        for group, rows in counts.rows.items()
        for has, count in ((1, having.get(group, 0)), (0, rows - having.get(group, 0)))
        if count
    ]
    # Columns are numbered: names and values of the user's may hold anything.
    groups = pd.DataFrame([[*map(str, group)] for group, _, _ in cells], dtype=object)
    groups.columns = [f"by{place}" for place in range(len(counts.by))]
    has = [has for _, has, _ in cells]
    frame = MetricFrame(
        metrics=selection_rate,
        y_true=has,
        y_pred=has,
        sensitive_features=groups,
        sample_params={"sample_weight": [count for _, _, count in cells]},
    )
    return {key if isinstance(key, tuple) else (key,): float(rate) for key, rate in frame.by_group.items()}
