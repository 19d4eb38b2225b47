"""When each row came about, as numbers that can be ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import Kind
from auditor.errors import NotPossible
from auditor.evidence.label_classes import floats_of

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.evidence import Evidence


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """The time of each row and whether it is `known`: microseconds since 1970 of `dates`, else the numbers as given.

    Numbers (years, epochs) have an order, and no calendar.
    """

    column: str
    moments: NDArray[np.int64] | NDArray[np.float64]
    known: NDArray[np.bool_]
    dates: bool

    def told(self, moment: float) -> str:
        """A moment to be read: a date, with the time of day where it is not midnight; or the number."""
        if not self.dates:
            return f"{moment:.10g}"
        return told_moment(int(moment))


def told_moment(microseconds: int) -> str:
    """Microseconds since 1970 as a date, with the time of day to the second where it is not midnight."""
    text = str(np.datetime64(microseconds, "us").astype("datetime64[s]"))
    return text.removesuffix("T00:00:00").replace("T", " ")


@dataclass(frozen=True, slots=True)
class AskTimes:
    """The question: when did each row come about?"""

    def collect(self, evidence: Evidence) -> Times:
        """One pass over the time column. NotPossible without one, or where no row has a time."""
        import polars as pl

        name = evidence.dataset.roles.time
        if name is None:
            raise NotPossible("no column says when a row came about")
        dates = evidence.dataset.column(name).kind is Kind.DATETIME
        cells = [batch.column(0) for batch in batches(evidence.dataset.frame, (name,))]
        known = [pl.Series(one).is_not_null().to_numpy() for one in cells]
        if not any(part.any() for part in known):
            raise NotPossible(f"no row has a time in {name!r}")
        there = np.concatenate(known)
        if dates:
            return Times(name, np.concatenate([_microseconds(one) for one in cells]), there, dates)
        return Times(name, np.concatenate([floats_of(one) for one in cells]), there, dates)


def _microseconds(cells: pa.Array | pa.ChunkedArray) -> NDArray[np.int64]:
    import polars as pl

    return pl.Series(cells).cast(pl.Datetime("us")).to_physical().fill_null(0).to_numpy()
