"""How rich a text's words are: how many are different, and how fast new ones come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def distinct_n(words: Sequence[str], n: int) -> float:
    """The share of different runs of `n` words among all such runs (Li et al. 2016, NAACL); nan where there is none.

    It falls with the number of words: compare equally many. Raises ValueError for an n below 1.
    """
    if n < 1:
        raise ValueError("runs have a word at least")
    runs = len(words) - n + 1
    return len(set(zip(*(words[at:] for at in range(n)), strict=False))) / runs if runs > 0 else float("nan")


def heaps_exponent(words: Sequence[str]) -> float:
    """How fast the vocabulary grows: b in V = k · N^b (Heaps 1978), fitted over the second half of the growth.

    Near 0 where nothing new comes, 1 where every word is new; nan for fewer than 20 words.
    """
    if len(words) < 20:
        return float("nan")
    first = np.zeros(len(words))
    seen: dict[str, None] = {}
    for at, word in enumerate(words):
        if word not in seen:
            seen[word] = None
            first[at] = 1
    lengths = np.unique(np.geomspace(len(words) ** 0.5, len(words), 20).astype(np.int64))
    growth: NDArray[np.float64] = np.cumsum(first)[lengths - 1]
    return float(np.polyfit(np.log(lengths), np.log(growth), 1)[0])
