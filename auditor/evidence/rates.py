"""The rate of each class in each group, disaggregated by fairlearn over collapsed counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from auditor.evidence import Evidence
    from auditor.evidence.counts import LabelCounts

Group = tuple[str, ...]

#: MetricFrame takes more than a millisecond a group, and makes one of every combination of values; a table that
#: could have more groups than this is read from the counts, which hold the same numbers.
MAX_FRAME_GROUPS = 200
#: So are those of more columns: of twenty attributes there are 190 pairs.
MAX_FRAME_COLUMNS = 1


@dataclass(frozen=True, slots=True)
class Rate:
    """Of a group's labeled rows, how many have the class."""

    group: tuple[tuple[str, str], ...]
    having: int
    rows: int


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of all classes in the groups of the columns `by`."""

    by: tuple[str, ...]
    rows: Mapping[Group, int]  # labeled rows of each group, the largest first: it is the reference
    having: Mapping[str, Mapping[Group, int]]  # class → group → rows; a group without the class may be left out

    def of(self, name: str) -> list[Rate]:
        """The rate of one class in every group, in the order of `rows`."""
        having = self.having.get(name, {})
        return [
            Rate(tuple(zip(self.by, group, strict=True)), having.get(group, 0), rows)
            for group, rows in self.rows.items()
        ]

    def merged(self, names: Collection[str], as_name: str) -> Rates:
        """Some classes counted as one, where a row has one class: the favourable ones, say."""
        together: dict[Group, int] = {}
        for name in names:
            for group, rows in self.having.get(name, {}).items():
                together[group] = together.get(group, 0) + rows
        return Rates(self.by, self.rows, {as_name: together})

    def marginal(self, by: tuple[str, ...]) -> Rates:
        """The same rates in the larger groups of fewer columns."""
        places = [self.by.index(name) for name in by]
        rows = _summed(self.rows, places)
        ordered = dict(sorted(rows.items(), key=lambda item: (-item[1], item[0])))
        return Rates(by, ordered, {name: _summed(groups, places) for name, groups in self.having.items()})


@dataclass(frozen=True, slots=True)
class AskRates:
    """The question: how often does each group of these columns have each class?"""

    by: tuple[str, ...]

    def collect(self, evidence: Evidence) -> Rates:
        """From the counts, by one MetricFrame for all classes."""
        counts = evidence.label_counts(*self.by)
        rows = dict(sorted(counts.rows.items(), key=lambda item: (-item[1], item[0])))
        possible = prod(len(set(values)) for values in zip(*rows, strict=True))
        framed = rows and len(self.by) <= MAX_FRAME_COLUMNS and possible <= MAX_FRAME_GROUPS
        return Rates(self.by, rows, _disaggregated(counts) if framed else counts.having)


def _summed(cells: Mapping[Group, int], places: Sequence[int]) -> dict[Group, int]:
    sums: dict[Group, int] = {}
    for group, rows in cells.items():
        key = tuple(group[place] for place in places)
        sums[key] = sums.get(key, 0) + rows
    return sums


def _disaggregated(counts: LabelCounts) -> dict[str, dict[Group, int]]:
    """MetricFrame costs seconds on a million rows; one weighted row a class and group gives it the same sums."""
    import numpy as np
    import pandas as pd
    from fairlearn.metrics import MetricFrame

    names = list(counts.having)
    cells = [(group, 0, 0) for group in counts.rows]  # so that a group with no class is there too
    cells += [(g, code, rows) for code, name in enumerate(names) for g, rows in counts.having[name].items()]
    # Columns are numbered: names and values of the user's may hold anything.
    groups = pd.DataFrame([[*map(str, group)] for group, _, _ in cells], dtype=object)
    groups.columns = [f"by{place}" for place in range(len(counts.by))]
    codes = np.array([code for _, code, _ in cells])

    def rates(y_true: Any, y_pred: Any, having: Any, rows: Any) -> npt.NDArray[np.float64]:
        sums = np.bincount(y_true, weights=having, minlength=len(names))
        return np.asarray(sums / np.asarray(rows)[0])

    frame = MetricFrame(
        metrics=rates,
        y_true=codes,
        y_pred=codes,
        sensitive_features=groups,
        sample_params={"having": [rows for _, _, rows in cells], "rows": [counts.rows[group] for group, _, _ in cells]},
    )
    by_group = {key if isinstance(key, tuple) else (key,): rate for key, rate in frame.by_group.items()}
    return {name: _of_class(code, by_group, counts.rows) for code, name in enumerate(names)}


def _of_class(code: int, by_group: Mapping[Group, Sequence[float]], rows: Mapping[Group, int]) -> dict[Group, int]:
    return {group: round(float(by_group[group][code]) * count) for group, count in rows.items()}
