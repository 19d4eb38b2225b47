"""What a person should look at: the flagged rows, worst first, and a random sample that tells how many are wrong."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.keys import row_hashes
from auditor.errors import NotPossible
from auditor.evidence.suspicion import AskSuspicion
from auditor.evidence.verdicts import AskVerdicts
from auditor.stats.strata import Draw, draw, strata

if TYPE_CHECKING:
    from auditor.evidence import Evidence

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Rows to verify, unless another size is asked for.
SAMPLE_SIZE = 200
_FLAGGED = "the features speak for another class"
_CONFLICTING = "an identical row has another label"
_DRAWN = "drawn at random"


@dataclass(frozen=True, slots=True, eq=False)
class ReviewQueue:
    """The rows to look at, in aligned arrays: the flagged ones, worst first, then the rest of the sample.

    `probability` is that of the suggested class. `stratum` is 0 for a flagged row, 1 and 2 for the more and the
    less suspicious of the others; `inclusion` the chance that a row of that stratum had of being drawn; `turn`
    the place of a drawn row in the random order in which the sample is to be verified, -1 for the others. `sizes`
    and `drawn` count the rows of the strata, and those of them in the sample, whose name is `sample`.
    """

    rows: Ints
    given: tuple[str, ...]
    suggested: tuple[str, ...]
    probability: Floats
    reason: tuple[str, ...]
    stratum: Ints
    inclusion: Floats
    turn: Ints
    sample: str
    sizes: tuple[int, ...]
    drawn: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def in_sample(self) -> Flags:
        """Whether each row belongs to the sample."""
        return self.turn >= 0

    @property
    def flagged(self) -> int:
        """How many rows are flagged: the first of the queue."""
        return self.sizes[0]


@dataclass(frozen=True, slots=True)
class AskReview:
    """The question: which rows should a person verify?

    The same data give the same sample unless a `seed` says otherwise. `on_flagged` is the share of the sample
    that is drawn from the flagged rows, for their precision; without, every stratum has its share.
    """

    size: int = SAMPLE_SIZE
    seed: int | None = None
    on_flagged: float | None = None

    def collect(self, evidence: Evidence) -> ReviewQueue:
        """Strata by suspicion over the rows that were judged, and a sample of each.

        Rows whose label a person has confirmed are not flagged again. Where the probes tell nothing, no row is
        flagged, and the sample is all there is. NotPossible where there are no probabilities at all.
        """
        suspicion, flagged = _suspicion(evidence)
        judged = np.flatnonzero(~np.isnan(suspicion))
        is_flagged = np.zeros(len(suspicion), dtype=np.bool_)
        is_flagged[flagged] = True
        of_row = strata(np.clip(suspicion[judged], 0.0, 1.0), is_flagged[judged])
        content = _content(evidence)
        seed = int.from_bytes(content[:8], "big") if self.seed is None else self.seed
        drawn = draw(of_row, self.size, seed, self.on_flagged)
        name = hashlib.blake2b(content + repr((seed, drawn.sizes, len(drawn))).encode(), digest_size=4).hexdigest()
        return _queue(evidence, flagged, judged, drawn, f"s{name}")


def _suspicion(evidence: Evidence) -> tuple[Floats, Ints]:
    """The suspicion of each row, nan where it was not judged, and the flagged rows, worst first."""
    confirmed = evidence.ask(AskVerdicts()).kept_rows
    try:
        found = evidence.ask(AskSuspicion())
    except NotPossible:
        given = evidence.predictions.given  # raises again where there are no probabilities either
        return np.where(given >= 0, 0.0, np.nan), np.empty(0, dtype=np.int64)
    flagged = [row for row in found.rows if row not in confirmed]
    return found.scores, np.array(flagged, dtype=np.int64)


def _content(evidence: Evidence) -> bytes:
    """What the sample is seeded by: the bytes of the file, or the cells where there is none."""
    dataset = evidence.dataset
    digest = hashlib.blake2b(repr(dataset.roles.label).encode(), digest_size=16)
    if dataset.source.digest is not None:
        digest.update(dataset.source.digest.encode())
        return digest.digest()
    for batch in batches(dataset.frame, [column.name for column in dataset.columns]):
        digest.update(row_hashes(batch, 0).tobytes())
    return digest.digest()


def _queue(evidence: Evidence, flagged: Ints, judged: Ints, drawn: Draw, sample: str) -> ReviewQueue:
    in_order = judged[drawn.rows]
    rows = np.concatenate([flagged, in_order[~np.isin(in_order, flagged)]])
    counts = np.bincount(drawn.stratum, minlength=len(drawn.sizes))
    stratum_of = dict(zip(in_order.tolist(), drawn.stratum.tolist(), strict=True))
    turn_of = {row: turn for turn, row in enumerate(in_order.tolist())}
    stratum = np.array([stratum_of.get(row, 0) for row in rows.tolist()], dtype=np.int64)
    chances = counts / np.maximum(np.array(drawn.sizes), 1)
    given, suggested, probability = _labels(evidence, rows)
    return ReviewQueue(
        rows=rows,
        given=given,
        suggested=suggested,
        probability=probability,
        reason=_reasons(evidence, rows, len(flagged)),
        stratum=stratum,
        inclusion=chances[stratum],
        turn=np.array([turn_of.get(row, -1) for row in rows.tolist()], dtype=np.int64),
        sample=sample,
        sizes=drawn.sizes,
        drawn=tuple(int(count) for count in counts),
    )


def _labels(evidence: Evidence, rows: Ints) -> tuple[tuple[str, ...], tuple[str, ...], Floats]:
    """Each row's label, the likeliest other class and its probability; of flagged rows, as the flags have it."""
    found = evidence.predictions
    given = found.given[rows]
    probabilities = found.probabilities[rows].astype(np.float64)
    probabilities[np.arange(len(rows)), given] = -1.0
    other = probabilities.argmax(axis=1) if len(rows) else np.empty(0, dtype=np.int64)
    chance = probabilities[np.arange(len(rows)), other].round(4)
    suggested = [found.classes[k] for k in other]
    for known in evidence.known(AskSuspicion):
        told = dict(zip(known.rows, zip(known.suggested, known.probability, strict=True), strict=True))
        for place, row in enumerate(rows.tolist()):
            if row in told:
                suggested[place], chance[place] = told[row]
    return tuple(found.classes[k] for k in given), tuple(suggested), chance


def _reasons(evidence: Evidence, rows: Ints, flagged: int) -> tuple[str, ...]:
    conflicting = set(evidence.duplicates.conflicting.rows.tolist())
    said = [_CONFLICTING if row in conflicting else _FLAGGED for row in rows[:flagged].tolist()]
    return (*said, *([_DRAWN] * (len(rows) - flagged)))
