"""Which texts may be alike: MinHash signatures of their pieces, and neighbours in many sorted orders of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

#: Characters in a piece: short, so that a short text with a slip in every second word still shares half of them.
PIECE = 3
#: Rows of a signature; the share of rows in which two texts agree estimates how many of their pieces they share.
ROWS = 64
_BUCKETS_BITS = 20
_ODD = np.uint64(0x9E3779B97F4A7C15)
_NOTHING = np.uint16(0xFFFF)  # the signature of a text no piece of which occurs anywhere else
#: The rows that one order goes by, counted from its own; the first differ in each, so that no two orders are alike.
_STEPS = (0, 7, 19, 31, 43)
_BITS_A_STEP = 12
_NEIGHBOURS = 4  # texts after it that a text is compared with in an order
_TEXTS_AT_ONCE = 8_192
_PAIRS_AT_ONCE = 1 << 18

Signatures = NDArray[np.uint16]  # ROWS × texts
Pairs = NDArray[np.int64]  # pairs × 2, the lower number first, in order


def signatures(texts: Sequence[str], seed: int = 0) -> Signatures:
    """The MinHash signature of each text, over its pieces of three characters, its start and end marked.

    A piece that occurs once in all texts joins nothing and is left out, so that slips hardly make texts unlike.
    No text may be empty. Method: Broder (1997), On the resemblance and containment of documents.
    """
    occurs = np.zeros(1 << _BUCKETS_BITS, dtype=np.int64)
    for pieces, _ in _batches(texts):
        occurs += np.bincount(pieces, minlength=len(occurs))
    known = np.flatnonzero(occurs > 1)
    place = np.full(len(occurs), len(known), dtype=np.int32)
    place[known] = np.arange(len(known), dtype=np.int32)
    draws = np.random.default_rng(seed).integers(0, _NOTHING, size=(ROWS, len(known) + 1), dtype=np.uint16)
    draws[:, -1] = _NOTHING
    parts = [_lowest(draws, place[pieces], starts) for pieces, starts in _batches(texts)]
    return np.concatenate(parts, axis=1) if parts else np.empty((ROWS, 0), dtype=np.uint16)


def _lowest(draws: Signatures, places: NDArray[np.int32], starts: NDArray[np.int64]) -> Signatures:
    return np.stack([np.minimum.reduceat(row[places], starts) for row in draws])


def _batches(texts: Sequence[str]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Hashes of the pieces of some texts at a time, as many as a text has characters, and where each text starts."""
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        some = texts[start : start + _TEXTS_AT_ONCE]
        yield _pieces(some)


def _pieces(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    joined = "\0" + "\0".join(texts) + "\0"
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    count = len(points) - PIECE + 1
    hashed = points[:count]
    for further in range(1, PIECE):
        hashed = hashed * _ODD + points[further : further + count]
    hashed = (hashed * _ODD) >> np.uint64(64 - _BUCKETS_BITS)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    across = np.cumsum(lengths + 1)[:-1] - 1  # the one piece that reaches into the next text
    within = np.delete(hashed, across).astype(np.int64)
    return within, np.cumsum(lengths) - lengths


class Forest:
    """Sorted orders of the texts, in which those that may be alike are neighbours.

    In each of ROWS orders the texts are sorted by five rows of their signatures, and each is compared with the
    four that follow, so that the work grows with the number of texts, however many are alike. A pair is a candidate
    if it agrees in at least the share `min_agreement` of all rows of its signatures.
    Method: LSH forest, Bawa, Condie and Ganesan (2005).
    """

    def __init__(self, signed: Signatures, min_agreement: float) -> None:
        self._texts = np.flatnonzero(signed[0] != _NOTHING)
        # A row of a signature is a low number: multiplied, its high bits tell numbers apart.
        hashed = (signed[:, self._texts].astype(np.uint32) * np.uint32(0x9E3779B1)) >> np.uint32(32 - _BITS_A_STEP)
        self._rows = hashed.astype(np.uint16)
        self._short = np.ascontiguousarray((hashed & 0xFF).astype(np.uint8).T)
        self._needed = max(2, round(min_agreement * ROWS))
        self._depth = 3 if self._needed >= ROWS // 5 else 2

    def candidates(self, orders: Iterable[int], settled: NDArray[np.bool_]) -> Pairs:
        """The candidates of some orders (of range(ROWS)), each once; no pair of two texts that are `settled`."""
        found = [pairs for order in orders for pairs in self._in_order(order, settled[self._texts])]
        count = max(len(self._texts), 1)
        packed = np.unique(np.concatenate(found))  # a pair as one number, which is quickly sorted
        return np.stack([self._texts[packed // count], self._texts[packed % count]], axis=1)

    def _in_order(self, row: int, settled: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
        count = len(self._texts)
        key = np.zeros(count, dtype=np.uint64)
        for step in _STEPS:
            key = (key << np.uint64(_BITS_A_STEP)) | self._rows[(row + step) % ROWS]
        order = np.argsort(key, kind="stable")
        branch = key[order] >> np.uint64(_BITS_A_STEP * (len(_STEPS) - self._depth))
        for ahead in range(1, _NEIGHBOURS + 1):
            here = np.flatnonzero(branch[ahead:] == branch[:-ahead])
            one, other = order[here], order[here + ahead]
            asked = ~(settled[one] & settled[other])
            one, other = one[asked], other[asked]
            agree = self._agreement(one, other) >= self._needed
            one, other = one[agree], other[agree]
            yield np.minimum(one, other) * count + np.maximum(one, other)

    def _agreement(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
        """In how many rows each pair agrees."""
        agreed = np.empty(len(one), dtype=np.int64)
        for start in range(0, len(one), _PAIRS_AT_ONCE):
            some = slice(start, start + _PAIRS_AT_ONCE)
            agreed[some] = np.count_nonzero(self._short[one[some]] == self._short[other[some]], axis=1)
        return agreed
