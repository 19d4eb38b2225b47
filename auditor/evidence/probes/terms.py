"""Texts as weighted words and pieces of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: The start of a text says what it is about; the rest of a book would cost more than it tells.
MAX_CHARACTERS = 1_000
MAX_TERMS = 30_000
_WORDS = r"(?u)\b\w+\b|[^\w\s]"  # single letters, digits and signs count as well


@dataclass(frozen=True, slots=True)
class TermWeights:
    """The terms of a text column that are counted, and the weight of each."""

    column: str
    words: Any
    pieces: Any

    def weigh(self, texts: Sequence[str]) -> Any:
        """A CSR matrix, rows × terms: the tf-idf of words and of pieces of words, each of length 1."""
        import scipy.sparse as sp

        short = [text[:MAX_CHARACTERS] for text in texts]
        return sp.hstack([self.words.transform(short), self.pieces.transform(short)], format="csr")


def learn_terms(column: str, texts: Sequence[str]) -> TermWeights | None:
    """The words (one and two at a time) and the pieces of three and four characters in at least two texts.

    Pieces carry what words cannot: endings, typing errors, languages that put no blanks between words. None
    where no term stands in two texts.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    short = [text[:MAX_CHARACTERS] for text in texts]
    words = TfidfVectorizer(
        ngram_range=(1, 2), token_pattern=_WORDS, min_df=2, max_features=MAX_TERMS, sublinear_tf=True
    )
    pieces = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 4), min_df=2, max_features=MAX_TERMS, sublinear_tf=True
    )
    try:
        return TermWeights(column, words.fit(short), pieces.fit(short))
    except ValueError:  # no term was left
        return None
