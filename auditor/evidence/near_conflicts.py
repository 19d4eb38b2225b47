"""Rows whose texts are nearly the same and whose labels are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.values import MISSING
from auditor.evidence.group_rows import AskGroupRows, GroupRows
from auditor.evidence.near_texts import AskNearTexts, NearTexts
from auditor.evidence.nearness import MIN_SIMILARITY

if TYPE_CHECKING:
    from auditor.evidence import Evidence

Ordinals = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class NearConflicts:
    """Pairs of rows (× 2, the lower ordinal first) with near texts and different labels, the nearest first.

    `labels` are the two rows' labels. Rows that are equal in everything but the label are left out: `Duplicates`
    has them. Of rows with the same text, each is compared with the first only.
    """

    columns: tuple[str, ...]
    pairs: Ordinals
    similarity: NDArray[np.float64]
    labels: tuple[tuple[str, str], ...]
    compared: int  # rows with a text and a label

    @property
    def rows(self) -> Ordinals:
        """The rows that are in a pair, in order."""
        return np.unique(self.pairs)


@dataclass(frozen=True, slots=True)
class AskNearConflicts:
    """The question: which near texts have different labels? For a task with one label a row."""

    min_similarity: float = MIN_SIMILARITY

    def collect(self, evidence: Evidence) -> NearConflicts:
        """From the near texts and one pass over the label. NotPossible where there is no text, or too many labels."""
        near = evidence.ask(AskNearTexts(self.min_similarity))
        labels = evidence.ask(AskGroupRows(evidence.dataset.roles.label))
        labeled = _labeled(labels)
        pairs, similarity = _pairs(near)
        first, second = pairs.T
        differ = labeled[first] & labeled[second] & (labels.codes[first] != labels.codes[second])
        differ &= ~_equal_examples(evidence, first, second)
        order = np.lexsort((second[differ], first[differ], -similarity[differ]))
        kept = pairs[differ][order]
        named = tuple((labels.names[a][0], labels.names[b][0]) for a, b in labels.codes[kept].tolist())
        compared = int(np.count_nonzero(labeled & (near.text >= 0)))
        return NearConflicts(near.columns, kept, similarity[differ][order], named, compared)


def _labeled(labels: GroupRows) -> NDArray[np.bool_]:
    named = np.array([name != (MISSING,) for name in labels.names], dtype=bool)
    return named[labels.codes]


def _pairs(near: NearTexts) -> tuple[Ordinals, NDArray[np.float64]]:
    pairs = near.row_pairs()
    return np.sort(pairs, axis=1), np.concatenate([near.similarity, np.ones(len(pairs) - len(near.similarity))])


def _equal_examples(evidence: Evidence, first: Ordinals, second: Ordinals) -> NDArray[np.bool_]:
    """Pairs that are told as equal examples already."""
    told = evidence.duplicates.conflicting
    group = np.full(evidence.profile.rows, -1)
    group[told.rows] = told.group
    equal: NDArray[np.bool_] = (group[first] >= 0) & (group[first] == group[second])
    return equal
