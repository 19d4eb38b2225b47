"""What a person should look at: the flagged rows, worst first, and a random sample that tells how many are wrong."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.keys import row_hashes
from auditor.dataset.verdicts import OF_LABELS
from auditor.evidence.identity import labels_digest
from auditor.stats.strata import Draw, draw, draw_in_order, strata
from auditor.stats.verification import rows_to_verify

if TYPE_CHECKING:
    from auditor.evidence import Evidence
    from auditor.evidence.suspects import Suspects

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Rows to verify where nothing says how many it would take.
SAMPLE_SIZE = 200
#: Rows on the sheet of those who look as they go.
MOST_IN_ORDER = 1_000
#: Fewer are not asked for, whatever a model suspects; of more, nobody is promised that they decide.
LEAST, MOST = 100, 500
DRAWN = "drawn at random"


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The rows (ordinals) that were judged, the stratum of each, and what is known of all rows."""

    rows: Ints
    stratum: Ints
    suspects: Suspects


@dataclass(frozen=True, slots=True, eq=False)
class ReviewQueue:
    """The rows to look at, in aligned arrays: the flagged ones, worst first, then the rest of the sample.

    `check` is the one that flagged them. `probability` is that of what is suggested, nan where it is nothing.
    `stratum` is 0 for a flagged row, 1 and 2 for the more and the less suspicious of the others; `inclusion` the
    chance that a row of that stratum had of being drawn; `turn` the place of a drawn row in the random order in
    which the sample is to be verified, -1 for the others. `sizes` and `drawn` count the rows of the strata, and
    those of them in the sample, whose name is `sample`. A sample to be looked at `in_order`, as far as one likes, is
    simple: all rows are stratum 0. Behind them come all others that were `judged`: see `whole`.
    """

    check: str
    rows: Ints
    given: tuple[str, ...]
    suggested: tuple[str, ...]
    probability: Floats
    reason: tuple[str, ...]
    flagged: int  # how many rows are: the first of the queue
    stratum: Ints
    inclusion: Floats
    turn: Ints
    sample: str
    sizes: tuple[int, ...]
    drawn: tuple[int, ...]
    in_order: bool
    judged: Judged  # all rows, of which those above are the ones to look at first

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def in_sample(self) -> Flags:
        """Whether each row belongs to the sample."""
        return self.turn >= 0

    @property
    def whole(self) -> Ints:
        """The ordinals of all rows that were judged, worst first: the flagged ones in their order, then the others."""
        others = self.judged.rows[~np.isin(self.judged.rows, self.rows[: self.flagged])]
        worst_first = np.argsort(-self.judged.suspects.scores[others], kind="stable")
        return np.concatenate([self.rows[: self.flagged], others[worst_first]])

    def strata_of(self, rows: Ints) -> Ints:
        """The stratum of each of these rows, among those that were judged."""
        if self.in_order:
            return np.zeros(len(rows), dtype=np.int64)
        return self.judged.stratum[np.searchsorted(self.judged.rows, rows)]


@dataclass(frozen=True, slots=True)
class AskStrata:
    """The question: which rows are alike in how suspicious they are?"""

    def collect(self, evidence: Evidence) -> Judged:
        """Three strata over the rows that were judged. NotPossible where there are hardly any labels."""
        from auditor.evidence.suspects import AskSuspects

        suspects = evidence.ask(AskSuspects())
        rows = np.flatnonzero(~np.isnan(suspects.scores))
        is_flagged = np.zeros(len(suspects.scores), dtype=np.bool_)
        is_flagged[suspects.flagged] = True
        return Judged(rows, strata(np.clip(suspects.scores[rows], 0.0, 1.0), is_flagged[rows]), suspects)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many `rows` to verify for a decision, if the share `suspected` is wrong; None where too many."""

    rows: int | None
    suspected: float


@dataclass(frozen=True, slots=True)
class AskPlan:
    """The question: how many rows must be verified to hold the share of wrong labels against a `limit`?

    `rate` is the share that is taken to be wrong, where verified rows have told more of it than a model does.
    """

    limit: float
    rate: float | None = None

    def collect(self, evidence: Evidence) -> Plan:
        """If each stratum's labels are wrong as often as the model suspects; at least LEAST, None beyond MOST."""
        judged = evidence.ask(AskStrata())
        sizes = np.bincount(judged.stratum, minlength=3)
        suspected = np.clip(judged.suspects.expected[judged.rows], 0.0, 1.0)
        rates = np.bincount(judged.stratum, suspected, minlength=3) / np.maximum(sizes, 1)
        share = float(suspected.mean()) if len(suspected) else 0.0
        if self.rate is not None:
            rates = np.clip(rates * (self.rate / share), 0.0, 1.0) if share else np.full(3, self.rate)
            share = self.rate
        needed = rows_to_verify(rates.tolist(), self.limit, sizes.tolist(), most=MOST)
        return Plan(None if needed is None else min(max(needed, LEAST), len(judged.rows)), share)


@dataclass(frozen=True, slots=True)
class AskReview:
    """The question: which rows should a person verify?

    The same data give the same sample unless a `seed` says otherwise. `on_flagged` is the share of the sample
    that is drawn from the flagged rows, for their precision; without, every stratum has its share. `in_order` draws
    a simple random sample instead, to be verified as far as one likes.
    """

    size: int = SAMPLE_SIZE
    seed: int | None = None
    on_flagged: float | None = None
    in_order: bool = False
    check: str = "label-errors"

    def collect(self, evidence: Evidence) -> ReviewQueue:
        """Strata by suspicion over the rows that were judged, and a sample of each.

        Rows whose label a person has confirmed are not flagged again. Where the probes tell nothing, no row is
        flagged, and the sample is all there is. NotPossible where there are hardly any labels.
        """
        judged = evidence.ask(AskStrata())
        content = _content(evidence)
        seed = int.from_bytes(content[:8], "big") if self.seed is None else self.seed
        drawn = self._draw(judged, seed)
        how = (seed, drawn.sizes, len(drawn), *((self.on_flagged, self.in_order) if self._unusual else ()))
        name = hashlib.blake2b(content + repr(how).encode(), digest_size=4).hexdigest()
        return self._queue(evidence, judged, drawn, f"s{name}{labels_digest(evidence.dataset)[:OF_LABELS]}")

    @property
    def _unusual(self) -> bool:
        return self.in_order or self.on_flagged is not None

    def _draw(self, judged: Judged, seed: int) -> Draw:
        if not self.in_order:
            return draw(judged.stratum, self.size, seed, self.on_flagged)
        count = len(judged.rows)
        rows = draw_in_order(count, self.size, seed)
        return Draw(rows, np.zeros_like(rows), np.full(len(rows), len(rows) / max(count, 1)), (count,))

    def _queue(self, evidence: Evidence, judged: Judged, drawn: Draw, sample: str) -> ReviewQueue:
        flagged, in_order = judged.suspects.flagged, judged.rows[drawn.rows]
        rows = np.concatenate([flagged, in_order[~np.isin(in_order, flagged)]])
        counts = np.bincount(drawn.stratum, minlength=len(drawn.sizes))
        stratum_of = dict(zip(in_order.tolist(), drawn.stratum.tolist(), strict=True))
        turn_of = {row: turn for turn, row in enumerate(in_order.tolist())}
        stratum = np.array([stratum_of.get(row, 0) for row in rows.tolist()], dtype=np.int64)
        chances = counts / np.maximum(np.array(drawn.sizes), 1)
        told = judged.suspects.told(rows)
        return ReviewQueue(
            check=self.check,
            rows=rows,
            given=told.given,
            suggested=told.suggested,
            probability=told.probability,
            reason=(*told.reason[: len(flagged)], *([DRAWN] * (len(rows) - len(flagged)))),
            flagged=len(flagged),
            stratum=stratum,
            inclusion=chances[stratum],
            turn=np.array([turn_of.get(row, -1) for row in rows.tolist()], dtype=np.int64),
            sample=sample,
            sizes=drawn.sizes,
            drawn=tuple(int(count) for count in counts),
            in_order=self.in_order,
            judged=judged,
        )


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
