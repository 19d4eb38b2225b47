"""What of a batch nearly repeats the base it is to join: by texts, by numbers, by vectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.check import Evidence
from auditor.dataset.table import Kind
from auditor.errors import NotPossible

if TYPE_CHECKING:
    from auditor.evidence.batch_copies import BatchCopies
    from auditor.evidence.batch_matches import Matches

_NAMED = 3


@dataclass(frozen=True, slots=True)
class NearTheBase:
    """Rows of the batch near one of the base, of `compared`; `own` of the base's `base_compared` are near another.

    `held` says that a row has nothing else by which it could differ, so that near rows are repeats; `told` is what
    is said of the rows, nothing where they are among others that were listed.
    """

    what: str
    subject: str
    told: str
    rows: tuple[int, ...]
    compared: int
    own: int
    base_compared: int
    held: bool
    looked_at: str = ""
    details: Mapping[str, Sequence[str | float | int | None]] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """How many of either side."""
        ours = f"{len(self.rows):,} of {self.compared:,} rows"
        return f"{ours}; {self.own:,} of {self.base_compared:,} of the base's own{self.looked_at}"


def near_the_base(evidence: Evidence, matches: Matches, min_similarity: float) -> tuple[NearTheBase, ...]:
    """Each kind of nearness that can be asked of these two; rows that the base has as they are, are left out."""
    from auditor.evidence.batch_copies import near_copies

    texts = _texts(evidence, matches, min_similarity)
    return (*texts, *(_copies(evidence, found) for found in near_copies(evidence)))


def _texts(evidence: Evidence, matches: Matches, min_similarity: float) -> Iterator[NearTheBase]:
    """Texts that are near, which people write by themselves too, and those of them that are nearly equal."""
    import numpy as np

    from auditor.evidence.batch_copies import content_only
    from auditor.evidence.batch_texts import AskNearBase
    from auditor.evidence.nearness import NEARLY_SAME

    try:
        near = evidence.ask(AskNearBase(min_similarity))
    except NotPossible:  # no text, or too much of it
        return
    if not near.compared:
        return
    alone = content_only(evidence)
    kinds = (
        ("texts-near-the-base-beyond-its-own", "the text is near one of the base", min_similarity, False),
        ("nearly-equal-texts-beyond-the-base's-own", "", NEARLY_SAME, alone),
    )
    order = np.lexsort((near.near, -near.similarity))
    copied, own_copied = (set(matches.copies.tolist()), matches.base_copies) if alone else (set(), 0)
    for what, told, least, held in kinds:
        places = [at for at in order.tolist() if near.similarity[at] >= least and int(near.near[at]) not in copied]
        as_near = int((near.base_similarity >= least).sum())
        yield NearTheBase(
            what,
            ", ".join(near.columns),
            told,
            tuple(near.near[places].tolist()),
            near.compared,
            max(as_near - own_copied, 0),
            near.base_compared,
            held,
            details={"similarity": [round(float(one), 3) for one in near.similarity[places]]},
        )


def _copies(evidence: Evidence, found: BatchCopies) -> NearTheBase:
    sides = (evidence.profile.rows, evidence.reference.profile.rows)
    sampled = (found.compared, found.base_compared) != sides
    vectors = evidence.dataset.column(found.columns[0]).kind is Kind.EMBEDDING
    more = f" and {len(found.columns) - _NAMED} more" if len(found.columns) > _NAMED else ""
    return NearTheBase(
        "vectors-near-the-base-beyond-its-own" if vectors else "rows-of-the-base-but-for-noise-beyond-its-own",
        ", ".join(found.columns[:_NAMED]) + more,
        "the vector is nearly one of the base's" if vectors else "a row of the base but for a little noise",
        tuple(found.rows.tolist()),
        found.compared,
        found.own,
        found.base_compared,
        found.alone,
        f"; {found.compared:,} and {found.base_compared:,} rows sampled" if sampled else "",
        {"row of the base": found.base.tolist()},
    )
