"""How alike two texts are: the share of their characters, or of their words, that need no edit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_PAIRS_AT_ONCE = 1 << 16
#: One word of five leaves .8 alike, not a hair less; the library rounds its cut-off the other way.
_ROUNDING, _MARGIN = 1e-9, 0.01
#: Characters that stand for words: all from here on, but for those that UTF-16 keeps for itself.
_FIRST, _CHARACTERS = 0xE000, 0x110000 - 0xE000


class Similarity:
    """The similarity of pairs of texts, which are compared as they are given, words parted by one blank.

    It is the largest of these: 1 less the edits of characters (Levenshtein) by the length of the longer text; 1 less
    the edits of words, two swapped ones being one edit, by the words of the longer; where one text has all words of
    the other in their order, the share of the words of both that they have in common; and 1 for the same words in
    another order.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._encoded = _WordCodes(texts)
        self._letters = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        self._words = np.fromiter((text.count(" ") + 1 for text in texts), dtype=np.int64, count=len(texts))

    def of(self, pairs: NDArray[np.int64], at_least: float) -> NDArray[np.float64]:
        """The similarity of each pair (pairs × 2, by place); 0 where it is below `at_least`."""
        found = np.zeros(len(pairs))
        at_least -= _ROUNDING
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            some = pairs[start : start + _PAIRS_AT_ONCE]
            alike = found[start : start + len(some)]
            fits = _of_like_length(self._letters, some, at_least)
            alike[fits] = _by_characters(self._texts, some[fits], at_least)
            fits = (alike < 1) & _of_like_length(self._words, some, at_least / (2 - at_least))
            alike[fits] = np.maximum(alike[fits], _by_words(self._encoded, some[fits], at_least))
        return found

    def words_of(self, place: int) -> str:
        """The text of that place with one character for each of its words, equal for equal words."""
        return self._encoded[place]


def _of_like_length(lengths: NDArray[np.int64], pairs: NDArray[np.int64], at_least: float) -> NDArray[np.bool_]:
    """Pairs that are not too unlike in length alone."""
    both = lengths[pairs]
    like: NDArray[np.bool_] = both.min(axis=1) >= at_least * both.max(axis=1)
    return like


def _by_characters(texts: Sequence[str], pairs: NDArray[np.int64], at_least: float) -> NDArray[np.float64]:
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cpdist

    one, other = ([texts[place] for place in column] for column in pairs.T.tolist())
    cut = at_least - _MARGIN
    alike = cpdist(one, other, scorer=Levenshtein.normalized_similarity, score_cutoff=cut, dtype=np.float64)
    return np.where(alike < at_least, 0.0, alike)


def _by_words(encoded: _WordCodes, pairs: NDArray[np.int64], at_least: float) -> NDArray[np.float64]:
    from rapidfuzz.distance import OSA, Indel
    from rapidfuzz.process import cpdist

    one, other = ([encoded[place] for place in column] for column in pairs.T.tolist())
    cut = at_least - _MARGIN
    alike = cpdist(one, other, scorer=OSA.normalized_similarity, score_cutoff=cut, dtype=np.float64)
    lengths = np.array([list(map(len, one)), list(map(len, other))], dtype=np.int64)
    more = np.abs(lengths[0] - lengths[1])
    contained = cpdist(one, other, scorer=Indel.distance, dtype=np.int32) == more
    alike = np.where(contained, np.maximum(alike, 1 - more / lengths.sum(axis=0)), alike)
    for place in np.flatnonzero((alike < 1) & (more == 0)):
        if sorted(one[place]) == sorted(other[place]):
            alike[place] = 1.0
    return np.where(alike < at_least, 0.0, alike)


class _WordCodes:
    """Each text with a character for each of its words, made when it is first asked for."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._made: dict[int, str] = {}
        self._codes: dict[str, str] = {}

    def __getitem__(self, place: int) -> str:
        if place not in self._made:
            self._made[place] = "".join(map(self._code, self._texts[place].split(" ")))
        return self._made[place]

    def _code(self, word: str) -> str:
        # Beyond a million words two may share a character; one in a million pairs of words then looks equal.
        return self._codes.setdefault(word, chr(_FIRST + len(self._codes) % _CHARACTERS))
