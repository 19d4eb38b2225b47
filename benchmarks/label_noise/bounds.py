"""What `label-errors` states, held against the truth: the range of the share of wrong labels, status, sensitivity.

All labels are declared to be annotations: for an outcome the check states no range. Labels as they come are taken to
be right, so that an error that a real set came with counts against the range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from auditor.check import Measure
from benchmarks.label_noise.cases import AS_IS, Case, Cell

#: The kinds of noise that are not systematic in the features: for these the range is stated to hold.
NOT_SYSTEMATIC = (AS_IS, "uniform", "class")

_ENOUGH_ERRORS = 20  # to know their recall to about a tenth


@dataclass(frozen=True, slots=True)
class Stated:
    """One case: the true share of wrong labels, the stated range, what the gate made of it, and the flags.

    `precision` is the share of the flagged rows that is wrong, `recall` that of the wrong rows that is flagged;
    `planted` the stated range of the share of planted errors found, of those planted most like this kind of noise.
    Each is None where it does not exist. `note` says why nothing was stated, if so.
    """

    cell: Cell
    seed: int
    rows: int
    true: float
    low: float
    high: float
    status: str
    precision: float | None
    recall: float | None
    planted: tuple[float, float] | None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the true share is in the range."""
        return self.low <= self.true <= self.high

    @property
    def missed_by(self) -> float:
        """How far outside the range the true share is; 0 inside."""
        return max(self.low - self.true, self.true - self.high, 0.0)

    @property
    def assumed(self) -> bool:
        """Whether what the range assumes holds: no systematic errors; where flags count, half of them wrong."""
        flags_count = self.low > 0 and self.precision is not None
        return self.cell.kind in NOT_SYSTEMATIC and (not flags_count or (self.precision or 0) >= 0.5)

    @property
    def width(self) -> float:
        """Of the range."""
        return self.high - self.low

    @property
    def sensitivity_holds(self) -> bool | None:
        """Whether the true recall is in the range of the planted; None where too few errors tell the recall."""
        if self.recall is None or self.planted is None or self.true * self.rows < _ENOUGH_ERRORS:
            return None
        return self.planted[0] <= self.recall <= self.planted[1]

    def as_record(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


def from_record(record: dict[str, Any]) -> Stated:
    """What `as_record` wrote."""
    planted = record["planted"]
    return Stated(**{**record, "cell": Cell(**record["cell"]), "planted": tuple(planted) if planted else None})


def state(case: Case) -> Stated:
    """Run the check on the case. Alone: in a whole audit its claim is one of several, and harder to carry."""
    from auditor.evidence.suspicion import AskSuspicion
    from auditor.testing import decided, evidence_of
    from auditor_checks.annotations.label_errors import LabelErrors

    labels = case.labels
    names = pl.Series("label", [labels.classes[code] for code in case.given], dtype=pl.String)
    told: dict[str, Any] = {"text": labels.text} if labels.text else {}
    told["task"] = "binary" if len(labels.classes) == 2 else "multiclass"
    evidence = evidence_of(labels.features.with_columns(names), label="label", label_is="annotation", **told)
    result = decided(LabelErrors(), evidence)
    true, rows = float(case.error[case.reviewed].mean()), len(case.given)
    measures = [one.measure for one in result.decided]
    if not measures:
        return Stated(case.cell, case.seed, rows, true, 0.0, 1.0, str(result.status), None, None, None, result.reason)
    low, high = next(one for one in measures if one.name == "wrong-labels").estimate.bounds(0.95)
    planted = _most_like(case.cell.kind, measures)
    flagged = list(evidence.ask(AskSuspicion()).rows)
    hits = int(case.error[flagged].sum())
    precision = hits / len(flagged) if flagged else None
    recall = hits / int(case.error.sum()) if case.error.any() else None
    return Stated(case.cell, case.seed, rows, true, low, high, str(result.status), precision, recall, planted)


def _most_like(kind: str, measures: Sequence[Measure]) -> tuple[float, float] | None:
    """The range for errors planted between look-alike classes, if there are such; for uniform noise the uniform."""
    planted = {one.subject: one.estimate.bounds(0.95) for one in measures if one.name == "planted-errors-found"}
    if not planted:
        return None
    return planted["uniform"] if kind == "uniform" else list(planted.values())[-1]
