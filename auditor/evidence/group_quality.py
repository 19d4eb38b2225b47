"""How well each group's rows are kept: missing values, repeated rows, the length of texts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.dataset.table import ROW, Kind
from auditor.dataset.values import text_of
from auditor.evidence.bins import binned
from auditor.evidence.duplicates import AskDuplicates
from auditor.evidence.group_rows import AskGroupRows, Group

if TYPE_CHECKING:
    import narwhals as nw

    from auditor.evidence import Evidence

#: So few rows are picked out; of more, the groups of all rows are looked up.
_FEW_ROWS = 10_000
#: A text this long, and as long as the longest, has likely been cut.
_LONG = 100


@dataclass(frozen=True, slots=True)
class AskRowsMissing:
    """The question: in how many rows of each group is a feature missing?"""

    by: tuple[str, ...]

    def collect(self, evidence: Evidence) -> dict[Group, int]:
        """By one pass, or none where the profile knows of no missing cell; sensitive columns do not count."""
        import narwhals as nw

        roles = evidence.dataset.roles
        asked = [name for name in roles.features if name not in roles.sensitive and evidence.profile[name].missing]
        if not asked:
            return {}
        missing = nw.any_horizontal(*(nw.col(name).is_null() for name in asked), ignore_nulls=False)
        return _counted(evidence, self.by, missing)


@dataclass(frozen=True, slots=True)
class AskRowsUnlabeled:
    """The question: how many rows of each group have no label at all?"""

    by: tuple[str, ...]

    def collect(self, evidence: Evidence) -> dict[Group, int]:
        """By one pass, or none where the profile knows of no such row."""
        import narwhals as nw

        label = evidence.dataset.roles.label
        if not label or not all(evidence.profile[name].missing for name in label):
            return {}
        unlabeled = nw.all_horizontal(*(nw.col(name).is_null() for name in label), ignore_nulls=False)
        return _counted(evidence, self.by, unlabeled)


@dataclass(frozen=True, slots=True)
class AskRowsRepeating:
    """The question: how many rows of each group repeat an earlier row, as far as it is known?"""

    by: tuple[str, ...]

    def collect(self, evidence: Evidence) -> dict[Group, int]:
        """By the groups of the rows that repeat one.

        Repeats are not looked for here: that is the dearest pass of all without a model, and `duplicate-rows` asks it.
        """
        import narwhals as nw

        for found in evidence.known(AskDuplicates):
            repeats = found.identical.repeats
            if 0 < len(repeats) <= _FEW_ROWS:
                return _counted(evidence, self.by, nw.col(ROW).is_in(repeats.tolist()))
            if len(repeats):
                return evidence.ask(AskGroupRows(self.by)).count(repeats)
        return {}


@dataclass(frozen=True, slots=True)
class TextLengths:
    """Characters of a group's texts: their average, sample standard deviation and number, and how many were cut."""

    mean: float
    sd: float
    texts: int
    cut: int  # as long as the longest of all, where that is long


@dataclass(frozen=True, slots=True)
class AskTextLengths:
    """The question: how long are the texts of a column in each group?"""

    column: str
    by: tuple[str, ...]

    def collect(self, evidence: Evidence) -> dict[Group, TextLengths]:
        """Two passes: the longest, then the groups."""
        import narwhals as nw

        frame = binned(evidence, self.by, evidence.dataset.frame)
        names = {name: f"c{place}" for place, name in enumerate(self.by)}
        length = nw.col(self.column).str.len_chars().cast(nw.Float64).alias("length")
        cells = frame.select(length, *(nw.col(old).alias(new) for old, new in names.items()))
        cells = cells.filter(~nw.col("length").is_null())
        longest = cells.select(nw.col("length").max()).collect().item()
        # Flagged before they are grouped: pandas cannot group what is yet to be worked out.
        cells = cells.with_columns((nw.col("length") >= max(longest or 0, _LONG)).cast(nw.Int64).alias("cut"))
        sums = (
            nw.col("length").mean().alias("mean"),
            nw.col("length").std().alias("sd"),
            nw.len().alias("texts"),
            nw.col("cut").sum(),
        )
        found: dict[Group, TextLengths] = {}
        for *values, mean, sd, texts, at_end in cells.group_by(*names.values()).agg(*sums).collect().iter_rows():
            spread = float(sd) if texts > 1 and sd is not None and math.isfinite(sd) else 0.0
            found[tuple(map(text_of, values))] = TextLengths(float(mean), spread, int(texts), int(at_end))
        return found


def is_text(evidence: Evidence, column: str) -> bool:
    """Whether a column holds texts whose length says something."""
    return evidence.dataset.column(column).kind is Kind.TEXT


def _counted(evidence: Evidence, by: tuple[str, ...], chosen: nw.Expr) -> dict[Group, int]:
    import narwhals as nw

    # Chosen before a column is replaced by its bins; renamed, since a column may be called what we call the count.
    frame = binned(evidence, by, evidence.dataset.frame.filter(chosen))
    names = {name: f"c{place}" for place, name in enumerate(by)}
    cells = frame.select(*(nw.col(old).alias(new) for old, new in names.items()))
    found: dict[Group, int] = {}
    for *values, rows in cells.group_by(*names.values()).agg(nw.len().alias("rows")).collect().iter_rows():
        group = tuple(map(text_of, values))
        found[group] = found.get(group, 0) + int(rows)
    return found


def of_all(rows: Mapping[Group, int]) -> int:
    """The rows of all groups together."""
    return sum(rows.values())
