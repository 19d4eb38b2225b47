"""Rows whose text names a class."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import ROW
from auditor.dataset.values import MISSING, text_of
from auditor.errors import NotPossible
from auditor.evidence.near_texts import plain_texts, text_columns

if TYPE_CHECKING:
    import polars as pl

    from auditor.evidence import Evidence

#: A name of fewer letters (`no`, `pos`, `1`) stands in a text for other reasons.
MIN_LETTERS = 4
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_LETTERS = re.compile(r"[\W\d_]")

Ordinals = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class NamedClasses:
    """Labeled rows whose text names one class or more: one entry for each row and class that it names.

    `named` and `given` are places in `classes`; `asked` are the classes that were looked for. `labeled` is the
    number of rows with a label.
    """

    classes: tuple[str, ...]
    asked: tuple[str, ...]
    rows: Ordinals
    named: Ordinals
    given: Ordinals
    labeled: int


@dataclass(frozen=True, slots=True)
class AskNamedClasses:
    """The question: which rows name a class in their text? For a task with one label a row."""

    def collect(self, evidence: Evidence) -> NamedClasses:
        """One pass over label and text: all names are looked for at once, as whole words, however they are written.

        NotPossible where there is no text, or no class has a name that a text would hold.
        """
        columns = text_columns(evidence)
        (label,) = evidence.dataset.roles.label
        classes = tuple(evidence.label_counts().classes())
        phrases = _phrases(classes)
        if not phrases:
            raise NotPossible(f"no class has a name of {MIN_LETTERS} letters or more that a text could hold")
        places = {name: place for place, name in enumerate(classes)}
        found: list[NDArray[np.int64]] = [np.empty((0, 3), dtype=np.int64)]
        labeled = 0
        for batch in batches(evidence.dataset.frame, (ROW, label, *columns)):
            given = np.array([places.get(text_of(cell), -1) for cell in batch.column(label).to_pylist()])
            labeled += int(np.count_nonzero(given >= 0))
            here, named = _named(plain_texts(batch.select(list(columns))), phrases)
            rows = batch.column(ROW).to_numpy()[here]
            entries = np.stack([rows, named, given[here]], axis=1)
            found.append(entries[given[here] >= 0])
        rows, named, given = np.concatenate(found).T
        asked = tuple(classes[place] for place in sorted(phrases.values()))
        return NamedClasses(classes, asked, rows, named, given, labeled)


def _phrases(classes: Iterable[str]) -> dict[str, int]:
    """The words of each name that a text could hold, with the class's place; of equal ones the larger class."""
    import polars as pl

    names = [_CAMEL.sub(" ", name) for name in classes]
    plain = plain_texts(pl.DataFrame({"name": pl.Series(names, dtype=pl.String)}).to_arrow()).to_list()
    found: dict[str, int] = {}
    for place, (name, words) in enumerate(zip(classes, plain, strict=True)):
        if name != MISSING and len(_NO_LETTERS.sub("", words)) >= MIN_LETTERS:
            found.setdefault(f" {words} ", place)
    return found


def _named(texts: pl.Series, phrases: dict[str, int]) -> tuple[Ordinals, Ordinals]:
    """The place of each text that holds a phrase, and the class that stands for the phrase; each pair once."""
    import polars as pl

    padded = pl.DataFrame({"text": texts}).select(pl.format(" {} ", "text").alias("text")).with_row_index("row")
    held = padded.select("row", pl.col("text").str.extract_many(list(phrases), overlapping=True).alias("phrase"))
    held = held.filter(pl.col("phrase").list.len() > 0).explode("phrase").unique(maintain_order=True)
    named = held["phrase"].replace_strict(phrases, return_dtype=pl.Int64)
    return held["row"].cast(pl.Int64).to_numpy(), named.to_numpy()
