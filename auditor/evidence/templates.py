"""Words that many texts open or close with: templates and boilerplate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

#: Words that texts must have in common at an end; fewer is how people begin.
MIN_WORDS = 8
#: Of the rest, a text has so many words more.
_OWN_WORDS = 1
#: A longer opening is taken as long as this share of the texts goes on with it.
_STAYS = 0.9
_MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Shared:
    """Words that so many of the different texts begin or end with, and texts (their places) that do."""

    words: str
    texts: int
    examples: tuple[int, ...]


def shared_end(words: pl.Series, *, closing: bool = False) -> Shared | None:
    """The words that most texts open with, or close with; None where no two share eight.

    `words` is a list of words for each of the texts, which should be different from each other. Numbers count as one
    word. Of texts that share the first eight the longest opening that nine in ten of them have is told.
    """
    import polars as pl

    frame = pl.DataFrame({"words": words}).with_row_index("place")
    end = pl.col("words").list.reverse() if closing else pl.col("words")
    frame = frame.filter(pl.col("words").list.len() >= MIN_WORDS + _OWN_WORDS).with_columns(end.list.head(_MOST_WORDS))
    frame = frame.with_columns(key=pl.col("words").list.head(MIN_WORDS).list.join(" "))
    most = frame.group_by("key").len().sort("len", "key", descending=[True, False]).head(1)
    if not len(most) or most["len"][0] < 2:
        return None
    same = frame.filter(pl.col("key") == most["key"][0])
    shared = _longest(same["words"].to_list())
    told = " ".join(reversed(shared) if closing else shared)
    return Shared(told, len(same), tuple(same["place"].to_list()))


def _longest(texts: list[list[str]]) -> list[str]:
    """The longest opening of the first text that nine in ten of the texts have."""
    shared = texts[0]
    length = MIN_WORDS
    while length < len(shared) and sum(text[: length + 1] == shared[: length + 1] for text in texts) >= _STAYS * len(
        texts
    ):
        length += 1
    return shared[:length]
