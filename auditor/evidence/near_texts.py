"""Texts that nearly repeat another one: the same but for a few characters or words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import Kind, Role
from auditor.errors import NotPossible
from auditor.evidence.minhash import PIECE, ROWS, Forest, signatures
from auditor.evidence.nearness import MIN_SIMILARITY
from auditor.evidence.text_similarity import Similarity

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl

    from auditor.evidence import Evidence

#: Different texts that are compared at most: 100,000 take about a quarter of a minute.
MAX_TEXTS = 100_000
#: Of a longer text, so many characters from its start and from its end are compared.
_ENDS = 500
#: A pair's signatures agree by chance less than its texts do: three standard deviations at the least similarity.
_SLACK = 0.72
#: Partners of a text, and candidates it was compared with, after which it is looked at for others' sake only: of a
#: million rows from one template each needs a few others, not all.
_ENOUGH, _TOO_MANY = 12, 128
_ORDERS_AT_ONCE = 4
_WORDS = (Kind.TEXT, Kind.CATEGORICAL)

Ordinals = NDArray[np.int64]


@dataclass(frozen=True)
class NearTexts:
    """Which rows' texts are near which. `text` numbers each row's text by its first row (-1: it has no words);
    rows whose texts differ only in case, blanks and punctuation share a number. `pairs` (× 2, the lower number
    first, in order) are texts near each other, and `similarity` says how near, from `min_similarity` to 1.
    """

    columns: tuple[str, ...]
    min_similarity: float
    text: Ordinals
    pairs: Ordinals
    similarity: NDArray[np.float64]

    @property
    def compared(self) -> int:
        """Rows whose text has words."""
        return int(np.count_nonzero(self.text >= 0))

    @property
    def texts(self) -> int:
        """Different texts."""
        return int(self.text.max(initial=-1)) + 1

    @cached_property
    def first_row(self) -> Ordinals:
        """The row that each text stands in first."""
        rows = np.flatnonzero(self.text >= 0)
        return rows[np.unique(self.text[rows], return_index=True)[1]]

    def row_pairs(self) -> Ordinals:
        """The first rows of texts near each other, and each row with the first of the same text (pairs × 2)."""
        rows = np.flatnonzero(self.text >= 0)
        first = self.first_row[self.text[rows]]
        again = first != rows
        return np.concatenate([self.first_row[self.pairs], np.stack([first[again], rows[again]], axis=1)])

    @cached_property
    def leaders(self) -> tuple[Ordinals, NDArray[np.float64]]:
        """The text each text repeats, and how near it is: itself (1) for those that stay when repeats are out.

        In the order of the rows, a text stays unless it is near one that stayed; else it belongs to the nearest of
        these. So every member of a group is near its leader, and no chain joins texts that are far apart.
        """
        leader, nearest = list(range(self.texts)), [0.0] * self.texts
        order = np.lexsort((self.pairs[:, 0], self.pairs[:, 1]))
        for (one, other), alike in zip(self.pairs[order].tolist(), self.similarity[order].tolist(), strict=True):
            if leader[one] == one and alike > nearest[other]:
                leader[other], nearest[other] = one, alike
        found = np.array(leader, dtype=np.int64)
        return found, np.where(found == np.arange(self.texts), 1.0, nearest)


@dataclass(frozen=True, slots=True)
class AskNearTexts:
    """The question: which rows' texts are near which others'?"""

    min_similarity: float = MIN_SIMILARITY

    def collect(self, evidence: Evidence) -> NearTexts:
        """One pass over the text columns, read as one text; then candidates by MinHash, each pair looked at.

        Of a text of more than a thousand characters the first and the last 500 are compared, and its length.
        NotPossible where there is no text, or more than MAX_TEXTS different ones.
        """
        columns = text_columns(evidence)
        text, frame = distinct_texts((evidence.dataset.frame,), columns)
        if len(frame) > MAX_TEXTS:
            raise NotPossible(
                f"{len(frame):,} different texts: to compare more than {MAX_TEXTS:,} is not yet supported"
            )
        texts: list[str] = frame["text"].to_list()
        pairs, alike = near_pairs(texts, frame["letters"].to_numpy(), self.min_similarity)
        return NearTexts(columns, self.min_similarity, text, pairs, alike)


def text_columns(evidence: Evidence) -> tuple[str, ...]:
    """The columns that hold text. NotPossible where there are none."""
    dataset = evidence.dataset
    columns = tuple(name for name in dataset.roles.columns(Role.TEXT) if dataset.column(name).kind in _WORDS)
    if not columns:
        raise NotPossible("no column holds text")
    return columns


def near_pairs(
    texts: Sequence[str], letters: NDArray[Any], min_similarity: float
) -> tuple[Ordinals, NDArray[np.float64]]:
    """Pairs of texts that are near each other (pairs × 2, in order), and how near. `letters` are their full lengths."""
    similar = Similarity(texts)
    forest = Forest(signatures(texts), _SLACK * shared_pieces(min_similarity))
    seen, found, alike = np.empty(0, dtype=np.int64), [np.empty((0, 2), dtype=np.int64)], [np.empty(0)]
    partners, tried = np.zeros((2, len(texts)), dtype=np.int64)
    for start in range(0, ROWS, _ORDERS_AT_ONCE):
        settled = (partners >= _ENOUGH) | (tried >= _TOO_MANY)
        pairs = forest.candidates(range(start, start + _ORDERS_AT_ONCE), settled)
        packed = pairs[:, 0] * len(texts) + pairs[:, 1]
        new = ~_among(packed, seen)
        pairs, seen = pairs[new], np.sort(np.concatenate([seen, packed[new]]), kind="stable")
        tried += np.bincount(pairs.ravel(), minlength=len(texts))
        pairs = pairs[~_differ_in_length(letters[pairs], min_similarity)]
        nearness = similar.of(pairs, min_similarity)
        found.append(pairs[nearness > 0])
        alike.append(nearness[nearness > 0])
        partners += np.bincount(found[-1].ravel(), minlength=len(texts))
    every, nearness = np.concatenate(found), np.concatenate(alike)
    order = np.lexsort((every[:, 1], every[:, 0]))
    return every[order], nearness[order]


def _among(numbers: Ordinals, known: Ordinals) -> NDArray[np.bool_]:
    """Which numbers are among the known ones, which are sorted."""
    if not len(known):
        return np.zeros(len(numbers), dtype=bool)
    found: NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, numbers), len(known) - 1)] == numbers
    return found


def _differ_in_length(lengths: NDArray[Any], min_similarity: float) -> NDArray[np.bool_]:
    """Pairs with a text of which only the ends are compared, and which is much longer or shorter than the other."""
    longer: NDArray[Any] = lengths.max(axis=1)
    differ: NDArray[np.bool_] = (longer > 2 * _ENDS) & (lengths.min(axis=1) < min_similarity * longer)
    return differ


def shared_pieces(similarity: float) -> float:
    """The share of their pieces (Jaccard) that two texts have in common, at so many edits scattered over one."""
    kept = similarity**PIECE
    return kept / (2 - kept)


def distinct_texts(frames: Sequence[nw.LazyFrame[Any]], columns: tuple[str, ...]) -> tuple[Ordinals, pl.DataFrame]:
    """The number of each row's text, one frame's rows after the other's, and the texts of all.

    Of each text, in a row: what is compared of it, and how long it is. NotPossible where there are no rows.
    """
    import polars as pl

    hashes: list[NDArray[np.uint64]] = []
    known: list[pl.DataFrame] = []
    for batch in (batch for frame in frames for batch in batches(frame, columns)):
        plain = plain_texts(batch)
        frame = pl.DataFrame({"hash": plain.hash(seed=0), "text": _ends(plain), "letters": plain.str.len_chars()})
        hashes.append(np.where((plain == "").to_numpy(), 0, frame["hash"].to_numpy()))
        known.append(frame.filter(plain != "").unique("hash", maintain_order=True))
    if not hashes:
        raise NotPossible("there are no rows")
    texts = pl.concat(known).unique("hash", maintain_order=True)
    return _numbered(np.concatenate(hashes), texts["hash"].to_numpy()), texts


def _numbered(rows: NDArray[np.uint64], texts: NDArray[np.uint64]) -> Ordinals:
    """The place of each row's hash among the texts'; -1 for rows without words, whose hash is 0."""
    if not len(texts):
        return np.full(len(rows), -1)
    order = np.argsort(texts)
    place = order[np.minimum(np.searchsorted(texts[order], rows), len(texts) - 1)]
    return np.where(texts[place] == rows, place, -1)


def plain_texts(batch: Any) -> pl.Series:
    """A batch's cells as one text a row: small letters and digits in words parted by one blank, no punctuation."""
    import polars as pl

    frame = pl.DataFrame({str(at): pl.Series(column) for at, column in enumerate(batch.columns)})
    joined = frame.select(pl.concat_str(pl.all().cast(pl.String), separator=" ", ignore_nulls=True)).to_series()
    small = joined.str.normalize("NFKC").str.to_lowercase().str.replace_all(r"['’`´]", "")
    return small.str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars()


def _ends(texts: pl.Series) -> pl.Series:
    """The texts, of long ones their first and last words."""
    import polars as pl

    frame = pl.DataFrame({"text": texts})
    text = pl.col("text")
    ends = pl.concat_str(text.str.head(_ENDS).str.strip_chars(), text.str.tail(_ENDS).str.strip_chars(), separator=" ")
    long = text.str.len_chars() > 2 * _ENDS
    return frame.select(pl.when(long).then(ends).otherwise(text)).to_series()
