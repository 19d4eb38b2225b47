"""A batch of rows beside the base that it is to join: rows the base has already, and rows it labels otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.errors import NotPossible
from auditor.evidence.duplicates import Groups, Ordinals, combined, compared_columns, grouped, hash_all

if TYPE_CHECKING:
    import polars as pl

    from auditor.evidence import Evidence

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Contradictions:
    """Labeled rows that equal a labeled row of the base in their features, and those whose label none of these has.

    `rows` are the batch's such rows of `alike` in all, `against` a row of the base that each contradicts. Of the
    base's own rows, each held against the others, `base_rows` contradict, of `base_alike`.

    Rows of one group do not tell by themselves each: the two of a pair contradict each other or neither does. So many
    comparisons are made: `held` of the batch, in each group no more than it has rows of either side, and `base_held`
    of the base, in each group one less than its rows.
    """

    rows: Ordinals
    against: Ordinals
    alike: int
    base_rows: int
    base_alike: int
    held: int
    base_held: int


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """What equal rows tell. `compared` are the columns by which rows are compared, which both sides have.

    `copies` are the batch's rows that stand in the base, label included, and `again` its other rows that repeat an
    earlier one of its own; `base_copies` are the base's rows that stand in the base a second time.
    `contradictions` is None where one side has no label.
    """

    compared: tuple[str, ...]
    rows: int
    base_rows: int
    copies: Ordinals
    again: Ordinals
    base_copies: int
    contradictions: Contradictions | None

    @property
    def new(self) -> int:
        """The rows that are left when copies of the base's rows and repeats are taken out."""
        return self.rows - len(self.copies) - len(self.again)


@dataclass(frozen=True, slots=True)
class AskMatches:
    """The question: which rows of the batch does the base have already, with which label?"""

    def collect(self, evidence: Evidence) -> Matches:
        """One pass of hashing over each side, by the columns that both have; the rest is done on the hashes.

        NotPossible where the two have no column in common by which examples could be compared.
        """
        dataset, base = evidence.dataset, evidence.reference.dataset
        held = {column.name for column in base.columns}
        compared, rest = (tuple(name for name in names if name in held) for names in compared_columns(dataset))
        if not compared:
            raise NotPossible("the two have no column in common by which rows could be compared")
        sides = [hash_all(side, compared, rest) for side in (base, dataset)]
        features, others, labels = (np.concatenate([side[part] for side in sides]) for part in range(3))
        of_base = len(sides[0][0])
        labeled = bool(base.roles.label)
        same = grouped(combined(features, others, labels) if labeled else combined(features, others))
        copies, again, base_copies = _copies(same, of_base)
        unlabeled = np.concatenate([side[3] for side in sides])
        return Matches(
            compared,
            len(features) - of_base,
            of_base,
            copies,
            again,
            base_copies,
            _contradictions(grouped(features), labels[:, 0], ~unlabeled, of_base) if labeled else None,
        )


def _copies(same: Groups, of_base: int) -> tuple[Ordinals, Ordinals, int]:
    """Rows of the batch that the base has; others that the batch has before; rows that the base has twice."""
    first = np.searchsorted(same.group, same.group)  # the base's rows come first in their group
    in_batch = same.rows >= of_base
    known = same.rows[first] < of_base
    later = np.arange(len(first)) > first
    in_base = np.bincount(same.group[~in_batch], minlength=same.count)
    copies, again = (np.sort(same.rows[in_batch & which]) - of_base for which in (known, ~known & later))
    return copies, again, int(in_base[in_base > 1].sum())


def _contradictions(alike: Groups, labels: NDArray[np.uint64], labeled: Flags, of_base: int) -> Contradictions:
    import polars as pl

    kept = labeled[alike.rows]
    rows, group = alike.rows[kept], alike.group[kept]
    frame = pl.DataFrame({"row": rows, "group": group, "label": labels[rows], "base": rows < of_base})
    counted = frame.with_columns(
        pl.col("base").sum().over("group").cast(pl.Int64).alias("any") - pl.col("base").cast(pl.Int64),
        pl.col("base").sum().over("group", "label").cast(pl.Int64).alias("like") - pl.col("base").cast(pl.Int64),
        pl.col("row").first().over("group").alias("first"),
    )
    beside = counted.filter(pl.col("any") > 0)  # rows with another row of the base beside them
    return _told(beside, of_base)


def _told(beside: pl.DataFrame, of_base: int) -> Contradictions:
    import polars as pl

    here, there = beside.filter(~pl.col("base")), beside.filter("base")
    against = here.filter(pl.col("like") == 0).sort("row")
    by_group = here.group_by("group").agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("any").first())
    return Contradictions(
        against["row"].to_numpy() - of_base,
        against["first"].to_numpy(),
        len(here),
        len(there.filter(pl.col("like") == 0)),
        len(there),
        int(by_group.select(pl.min_horizontal("rows", "any").sum()).item()),
        len(there) - there["group"].n_unique(),
    )
