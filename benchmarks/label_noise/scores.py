"""How well an answer tells the wrong labels from the right ones, and what it comes to over seeds and sets."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from benchmarks.label_noise import peer
from benchmarks.label_noise.cases import Case, Cell
from benchmarks.label_noise.sets import Floats, Mask
from benchmarks.label_noise.sides import Answer

OURS, ORACLE = "ours", "oracle"


@dataclass(frozen=True, slots=True)
class Score:
    """One detector on one case. Numbers that do not exist (no errors, no flags, no answer) are NaN.

    `average_precision` is by the name of the score that ranks; `flagged` counts all flags, precision and recall
    those among the reviewed rows.
    """

    cell: Cell
    seed: int
    who: str
    average_precision: dict[str, float]
    precision: float
    recall: float
    flagged: int
    rows: int
    cpu: float = math.nan
    memory_mib: float = math.nan
    note: str = ""
    said: dict[str, Any] = field(default_factory=dict)

    def as_record(self) -> dict[str, Any]:
        """The score as JSON holds it."""
        return asdict(self)


def from_record(record: dict[str, Any]) -> Score:
    """The score that `as_record` wrote."""
    return Score(**{**record, "cell": Cell(**record["cell"])})


@dataclass(frozen=True, slots=True)
class Line:
    """One detector on one cell: the means over its seeds; `score` names the ranking with the highest mean."""

    cell: Cell
    who: str
    score: str
    average_precision: float
    deviation: float
    by_score: dict[str, float]
    precision: float
    recall: float
    flagged: float
    cpu: float
    memory_mib: float
    note: str


def average_precision(error: Mask, suspicion: Floats) -> float:
    """The area under precision over recall; tied rows stand in random order, so they count as one step."""
    if not error.any():
        return math.nan
    order = np.argsort(-suspicion, kind="stable")
    ranked, hits = suspicion[order], np.cumsum(error[order])
    ends = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1)
    precision = hits[ends] / (ends + 1)
    return float(np.sum(np.diff(hits[ends], prepend=0) * precision) / hits[-1])


def score(case: Case, who: str, answer: Answer) -> Score:
    """Measure an answer on the rows whose labels were reviewed."""
    error, flags = case.error[case.reviewed], answer.flags[case.reviewed]
    hits, flagged, wrong = int((error & flags).sum()), int(flags.sum()), int(error.sum())
    ranked = {name: average_precision(error, values[case.reviewed]) for name, values in answer.scores.items()}
    return Score(
        cell=case.cell,
        seed=case.seed,
        who=who,
        average_precision=ranked,
        precision=hits / flagged if flagged else math.nan,
        recall=hits / wrong if wrong else math.nan,
        flagged=int(answer.flags.sum()),
        rows=len(case.given),
        cpu=answer.cpu,
        memory_mib=answer.memory_mib,
        note=answer.note,
        said=answer.said,
    )


def oracle(case: Case) -> Score | None:
    """The ranking by the true probability of the given label; None where the truth is not known."""
    truth = case.labels.truth
    if truth is None:
        return None
    own = truth[np.arange(len(case.given)), case.given]
    flags = np.zeros(len(case.given), dtype=bool)
    return score(case, ORACLE, Answer({"truth": 1 - own}, flags, math.nan, math.nan))


def line(scores: Sequence[Score]) -> Line:
    """The mean over the seeds of one detector on one cell."""
    first = scores[0]
    names = first.average_precision
    by_score = {name: mean(one.average_precision.get(name, math.nan) for one in scores) for name in names}
    best = max(by_score, key=lambda name: (not math.isnan(by_score[name]), by_score[name]), default="")
    each = [one.average_precision.get(best, math.nan) for one in scores]
    values = [value for value in each if not math.isnan(value)]
    return Line(
        cell=first.cell,
        who=first.who,
        score=best,
        average_precision=by_score.get(best, math.nan),
        deviation=statistics.stdev(values) if len(values) > 1 else math.nan,
        by_score=by_score,
        precision=mean(one.precision for one in scores),
        recall=mean(one.recall for one in scores),
        flagged=mean(one.flagged for one in scores),
        cpu=mean(one.cpu for one in scores),
        memory_mib=max(one.memory_mib for one in scores),
        note=next((one.note for one in scores if one.note), ""),
    )


def mean(values: Iterable[float]) -> float:
    """The mean of the numbers that exist; NaN where there is none."""
    there = [value for value in values if not math.isnan(value)]
    return sum(there) / len(there) if there else math.nan


def geometric_mean(values: Sequence[float]) -> float:
    """The geometric mean of positive numbers; NaN of none."""
    return math.exp(mean(math.log(value) for value in values)) if values else math.nan


@dataclass(frozen=True, slots=True)
class Standing:
    """Ours against the best route of the peer on one cell, by the mean over the seeds."""

    ours: Line
    peers: tuple[Line, ...]
    oracle: Line | None

    @property
    def best(self) -> Line | None:
        """The peer's line with the highest average precision."""
        there = [one for one in self.peers if not math.isnan(one.average_precision)]
        return max(there, key=lambda one: one.average_precision, default=None)

    @property
    def ratio(self) -> float:
        """Our average precision over the best of the peer's."""
        return self.ours.average_precision / self.best.average_precision if self.best else math.nan

    @property
    def to_oracle(self) -> float:
        """Our average precision over the oracle's."""
        return self.ours.average_precision / self.oracle.average_precision if self.oracle else math.nan

    @property
    def way_to_oracle(self) -> float:
        """How far ours has come from the best of the peer's (0) to the oracle (1)."""
        if self.best is None or self.oracle is None:
            return math.nan
        gap = self.oracle.average_precision - self.best.average_precision
        return (self.ours.average_precision - self.best.average_precision) / gap if gap > 0 else math.nan

    @property
    def peer_is_at_the_oracle(self) -> bool:
        """Whether the peer is within 2 % of the oracle, so that there is nothing to win."""
        if self.best is None or self.oracle is None:
            return False
        return self.best.average_precision >= 0.98 * self.oracle.average_precision

    @property
    def probe_is_ours(self) -> bool:
        """Whether the probabilities are ours to make, not given with the set."""
        return all(one.who != peer.GIVEN for one in self.peers)

    def cpu_ratio(self, route: str) -> float:
        """Our CPU seconds over those of a route of the peer; NaN where it did not run."""
        return next((self.ours.cpu / one.cpu for one in self.peers if one.who == route), math.nan)


def standings(scores: Sequence[Score]) -> list[Standing]:
    """The standing of each cell, in the order in which the cells were run."""
    made = []
    for cell in dict.fromkeys(one.cell for one in scores):
        here = [one for one in scores if one.cell == cell]
        lines = {who: line([one for one in here if one.who == who]) for who in dict.fromkeys(one.who for one in here)}
        ours, oracle_line = lines.pop(OURS), lines.pop(ORACLE, None)
        made.append(Standing(ours, tuple(lines.values()), oracle_line))
    return made
