"""What the texts are made of: how long they are, how rich, in which scripts, and what they have in common."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.errors import NotPossible
from auditor.evidence.near_texts import plain_texts, text_columns
from auditor.evidence.probes.sample import picked
from auditor.evidence.templates import Shared, shared_end
from auditor.stats.vocabulary import distinct_n, heaps_exponent

if TYPE_CHECKING:
    import polars as pl

    from auditor.evidence import Evidence

#: Rows whose texts are read, at most, and words that are counted: figures of equally many can be compared.
MAX_TEXTS, MAX_WORDS = 50_000, 20_000
_MAX_LETTERS = 5_000  # of a text
QUANTILES = (0.05, 0.5, 0.95)
_SEED = 1978


@dataclass(frozen=True, slots=True)
class TextContent:
    """The texts of a sample of the rows. `words` were counted for distinct-1, distinct-2 and Heaps' exponent, and
    `lengths` are quantiles (QUANTILES) of words a text; `scripts` are shares of letters, the largest first.

    `opening` and `closing` are words that many of the `different` texts begin and end with; their examples are row
    ordinals.
    """

    columns: tuple[str, ...]
    texts: int
    different: int
    words: int
    distinct: tuple[float, float]
    heaps: float
    lengths: tuple[float, ...]
    scripts: tuple[tuple[str, float], ...]
    opening: Shared | None
    closing: Shared | None


@dataclass(frozen=True, slots=True)
class AskTextContent:
    """The question: what are the texts made of?"""

    def collect(self, evidence: Evidence) -> TextContent:
        """At most 50,000 rows, of each text 5,000 letters, and 20,000 words in all. NotPossible without words."""
        columns = text_columns(evidence)
        rows, texts = _sampled(evidence, columns)
        words = texts.str.replace_all(r"\p{N}+", "0").str.split(" ")
        first = np.sort(np.unique(texts.hash(seed=0).to_numpy(), return_index=True)[1])
        chosen = np.random.default_rng(_SEED).permutation(len(texts))
        counted = _some_words(words, chosen)
        lengths = np.quantile(words.list.len().to_numpy(), QUANTILES)
        different = words.gather(first)
        ends = [_of_rows(shared_end(different, closing=closing), rows[first]) for closing in (False, True)]
        return TextContent(
            columns,
            len(texts),
            len(first),
            len(counted),
            (distinct_n(counted, 1), distinct_n(counted, 2)),
            heaps_exponent(counted),
            tuple(lengths.tolist()),
            scripts("".join(texts.gather(chosen[:10_000]).to_list())),
            ends[0],
            ends[1],
        )


def _sampled(evidence: Evidence, columns: tuple[str, ...]) -> tuple[NDArray[np.int64], pl.Series]:
    """Rows that have words, and their texts: small letters, no punctuation."""
    total = evidence.profile.rows
    rows = np.arange(total)
    if total > MAX_TEXTS:
        rows = np.sort(np.random.default_rng(_SEED).choice(total, MAX_TEXTS, replace=False))
    if not total:
        raise NotPossible("there are no rows")
    texts = plain_texts(picked(evidence.dataset, columns, rows)).str.head(_MAX_LETTERS)
    there = (texts != "").to_numpy()
    if not there.any():
        raise NotPossible(f"no row has a word in {', '.join(columns)}")
    return rows[there], texts.filter(texts != "")


def _some_words(words: pl.Series, order: NDArray[np.int64]) -> list[str]:
    found: list[str] = []
    for at in order.tolist():
        found += words[at].to_list()
        if len(found) >= MAX_WORDS:
            break
    return found[:MAX_WORDS]


def _of_rows(shared: Shared | None, rows: NDArray[np.int64]) -> Shared | None:
    return shared and Shared(shared.words, shared.texts, tuple(rows[list(shared.examples)].tolist()))


def scripts(text: str) -> tuple[tuple[str, float], ...]:
    """The scripts of a text's letters and the share of each, the largest first, as Unicode names them (`LATIN`)."""
    points = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    counts: dict[str, int] = {}
    for point, number in zip(*_unique(points), strict=True):
        letter = chr(point)
        if letter.isalpha():
            name = unicodedata.name(letter, "UNKNOWN").split(" ")[0].split("-")[0].capitalize()
            counts[name] = counts.get(name, 0) + number
    total = sum(counts.values())
    return tuple((name, n / total) for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _unique(points: NDArray[np.uint32]) -> tuple[Sequence[int], Sequence[int]]:
    values, numbers = np.unique(points, return_counts=True)
    return values.tolist(), numbers.tolist()
