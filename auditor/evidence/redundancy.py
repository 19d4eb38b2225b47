"""How many rows stay when copies are out, exact ones and near ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.table import Kind
from auditor.errors import NotPossible
from auditor.evidence.embedding_copies import AskEmbeddingCopies, EmbeddingCopies, embeddings
from auditor.evidence.near_pairs import NearPairs
from auditor.evidence.near_texts import AskNearTexts
from auditor.evidence.numeric_copies import AskNumericCopies, NumericCopies

if TYPE_CHECKING:
    from auditor.evidence import Evidence, Question

Ordinals = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Redundancy:
    """Rows by why they go, each counted once, in this order; `unknown` says what could not be looked for, and why."""

    rows: int
    exact: int
    texts: int
    numbers: int
    vectors: int
    unknown: tuple[str, ...]

    @property
    def stay(self) -> int:
        """Rows that stay when copies are out."""
        return self.rows - self.exact - self.texts - self.numbers - self.vectors


@dataclass(frozen=True, slots=True)
class AskRedundancy:
    """The question: how many rows are no copy of an earlier one?"""

    def collect(self, evidence: Evidence) -> Redundancy:
        """From the duplicates and near-duplicates. A row that has more than a near text or vector is no copy by it."""
        gone = np.zeros(evidence.profile.rows, dtype=bool)
        unknown: list[str] = []
        counts = [_take(gone, evidence.duplicates.identical.repeats)]
        kinds = _kinds(evidence)
        sources = (("texts", Kind.TEXT, _texts), ("numbers", None, _numbers), ("vectors", Kind.EMBEDDING, _vectors))
        for name, kind, repeats in sources:
            try:
                looked_for = kind is None or (kind in kinds and kinds <= _CONTENT)
                counts.append(_take(gone, repeats(evidence)) if looked_for else 0)
            except NotPossible as reason:
                counts.append(0)
                if kind is not None:
                    unknown.append(f"{name}: {reason}")
        exact, texts, numbers, vectors = counts
        return Redundancy(len(gone), exact, texts, numbers, vectors, tuple(unknown))


#: A text and its vector are one thing: a row that has nothing else is a copy by either.
_CONTENT = frozenset({Kind.TEXT, Kind.EMBEDDING})


def _kinds(evidence: Evidence) -> set[Kind]:
    dataset = evidence.dataset
    texts = set(dataset.roles.text)
    names = evidence.duplicates.compared
    return {Kind.TEXT if name in texts else dataset.column(name).kind for name in names}


def _take(gone: NDArray[np.bool_], rows: Ordinals) -> int:
    """Mark the rows as gone; how many of them were not yet."""
    new = int(np.count_nonzero(~gone[rows]))
    gone[rows] = True
    return new


def _texts(evidence: Evidence) -> Ordinals:
    known = evidence.known(AskNearTexts)
    found = known[0] if known else evidence.ask(AskNearTexts())
    rows = np.flatnonzero(found.text >= 0)
    leader = found.first_row[found.leaders[0][found.text[rows]]]
    return np.asarray(rows[leader != rows])


def _numbers(evidence: Evidence) -> Ordinals:
    return repeats_of(evidence.ask(AskNumericCopies()))


def _vectors(evidence: Evidence) -> Ordinals:
    """Of several embeddings, rows that are near in the first."""
    names = embeddings(evidence)
    return repeats_of(evidence.ask(AskEmbeddingCopies(names[0]))) if names else np.empty(0, dtype=np.int64)


def near_copies_of(evidence: Evidence) -> Ordinals:
    """Pairs of rows (× 2) that are one but for a little noise in numbers or, where that is all there is, in vectors."""
    questions: list[Question[NumericCopies | EmbeddingCopies]] = [AskNumericCopies()]
    if _kinds(evidence) <= _CONTENT:
        questions += map(AskEmbeddingCopies, embeddings(evidence))
    found = [np.empty((0, 2), dtype=np.int64)]
    for question in questions:
        try:
            found.append(evidence.ask(question).found.pairs)
        except NotPossible:  # too many rows, or nothing to be a little off
            continue
    return np.unique(np.concatenate(found), axis=0)


def repeats_of(copies: NumericCopies | EmbeddingCopies) -> Ordinals:
    """The rows (ordinals, in order) that are copies of an earlier one that stays."""
    found = copies.found
    rows, places = np.unique(found.pairs, return_inverse=True)
    leader = NearPairs(places.reshape(-1, 2), found.distance).leaders(len(rows))
    return np.asarray(rows[leader != np.arange(len(rows))])
