"""Which texts mention which identities, and what the texts are without these words: one pass over the texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import ROW, Role
from auditor.dataset.values import MISSING
from auditor.errors import NotPossible
from auditor.evidence.identity import label_texts

if TYPE_CHECKING:
    import polars as pl

    from auditor.evidence import Evidence

Ints = NDArray[np.int64]
#: Texts that mention nobody are compared with those that do; more than so many would not make it more precise.
MAX_OTHERS = 100_000
#: Words are told apart by so many bits of their hash.
BITS = 18
_SLOT = "\x01"  # where a term stood; no word holds it
_NO_WORD = r"[^\p{L}\p{M}\p{N}]+"
_ACCENT = r"[\x{300}-\x{36f}]"  # apart from its letter
_SEED = 0x1D


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Terms in lower case, words parted by one blank, each with the identities that it names.

    Each term holds one of the `keys` at least, so that a text without any of these need not be looked through.
    `articles` before a term go with it: "a woman" and "an immigrant" stand in the same place.
    """

    terms: tuple[tuple[str, tuple[str, ...]], ...]
    keys: tuple[str, ...]
    articles: tuple[str, ...] = ()

    @property
    def identities(self) -> tuple[str, ...]:
        """Their names, in the order in which they come."""
        return tuple(dict.fromkeys(name for _, names in self.terms for name in names))


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Labeled texts, one entry a text: its row, the place of its class, and its words but the terms.

    `words` holds the hashes of all their words one after the other, `length` how many each has. `template` is a
    hash of the whole text with a slot where the terms stood.
    """

    row: Ints
    label: Ints
    template: NDArray[np.uint64]
    length: Ints
    words: NDArray[np.int32]

    @property
    def of_word(self) -> Ints:
        """The place of the text that each word stands in."""
        return np.repeat(np.arange(len(self.row)), self.length)


@dataclass(frozen=True, slots=True, eq=False)
class Mentions:
    """The texts that mention an identity (`names[i]` where `mentions[t, i]`), and some or all of the others."""

    names: tuple[str, ...]
    classes: tuple[str, ...]  # the largest first
    total: int  # labeled texts
    those: Texts
    mentions: NDArray[np.bool_]
    others: Texts


@dataclass(frozen=True, slots=True)
class AskMentions:
    """The question: which texts mention which identities?"""

    lexicon: Lexicon

    def collect(self, evidence: Evidence) -> Mentions:
        """By Aho and Corasick's automaton (1975) over Arrow batches. NotPossible without one label a row."""
        dataset = evidence.dataset
        if len(dataset.roles.label) != 1:
            raise NotPossible("the label rate by terms needs one label column")
        classes = tuple(evidence.label_counts().classes())
        step = -(-evidence.profile.rows // MAX_OTHERS)  # every so manyeth of the texts without a term
        finder, code = _Finder(self.lexicon), {name: place for place, name in enumerate(classes)} | {MISSING: -1}
        columns = (ROW, dataset.roles.label[0], *dataset.roles.columns(Role.TEXT))
        total, those, others, mentions = 0, [], [], []
        for batch in batches(dataset.frame, list(dict.fromkeys(columns))):
            labels = np.array([code[text] for text in label_texts(batch.column(columns[1]))], dtype=np.int64)
            total += int((labels >= 0).sum())
            told, mentioned, rest = finder.look(_labeled(batch, columns[2:], labels), step)
            those.append(told)
            mentions.append(mentioned)
            others.append(rest)
        if not total:
            raise NotPossible("no text has a label")
        return Mentions(finder.names, classes, total, _joined(those), np.concatenate(mentions), _joined(others))


def _labeled(batch: Any, texts: Sequence[str], labels: Ints) -> pl.DataFrame:
    """The labeled rows with their texts as one, in lower case: columns `row`, `label`, `text`."""
    import polars as pl

    cells = [pl.Series(f"t{place}", batch.column(name), dtype=pl.String) for place, name in enumerate(texts)]
    frame = pl.DataFrame([pl.Series("row", batch.column(ROW)), pl.Series("label", labels), *cells])
    text = pl.concat_str([cell.name for cell in cells], separator=" \x02 ", ignore_nulls=True)
    frame = frame.filter(pl.col("label") >= 0).select("row", "label", text=_folded(text))
    return frame.filter(pl.col("text") != "")


def _folded(text: pl.Expr) -> pl.Expr:
    """In lower case; ß as ss, as casefolding has it."""
    return text.str.to_lowercase().str.replace_all("ß", "ss", literal=True)


class _Finder:
    """Looks for the terms of a lexicon in batches of texts."""

    def __init__(self, lexicon: Lexicon) -> None:
        # The longest first: "trans woman" is not a woman who happens to stand after a word for trans people.
        terms = sorted(lexicon.terms, key=lambda term: (-len(term[0]), term[0]))
        self.names = lexicon.identities
        self._patterns = [_padded(term) for term, _ in terms]
        place = {name: at for at, name in enumerate(self.names)}
        self._named = [[place[name] for name in names] for _, names in terms]
        # A search for parts of words comes first, and leaves few texts to be cut into words.
        self._hints = _hints(lexicon.keys)
        articles = "|".join(re.escape(article) for article in lexicon.articles)
        self._slot = f" +(?:(?:{articles}) )? *{_SLOT} *" if articles else f" +{_SLOT} *"

    def look(self, frame: pl.DataFrame, step: int) -> tuple[Texts, NDArray[np.bool_], Texts]:
        """The texts that mention someone, whom each mentions (texts × names), and every `step`th of the others."""
        import polars as pl

        if frame["text"].str.contains(_ACCENT).any():
            frame = frame.with_columns(pl.col("text").str.normalize("NFC"))
        hinted = frame["text"].str.contains_any(self._hints)
        kept = frame.with_columns(hint=hinted).filter(pl.col("hint") | (pl.col("row") % step == 0))
        kept = kept.with_columns(text=_words_apart(pl.col("text")))
        some = kept.filter("hint").with_columns(found=pl.col("text").str.extract_many(self._patterns, leftmost=True))
        named = some.filter(pl.col("found").list.len() > 0)
        slots = pl.col("text").str.replace_many(self._patterns, [f" {_SLOT} "], leftmost=True)
        those = named.with_columns(text=slots.str.replace_all(self._slot, f"  {_SLOT}  "))
        rest = pl.concat([kept.filter(~pl.col("hint")), some.filter(pl.col("found").list.len() == 0).drop("found")])
        rest = rest.filter(pl.col("row") % step == 0).sort("row")
        return _texts(those), self._mentions(named["found"]), _texts(rest)

    def _mentions(self, found: pl.Series) -> NDArray[np.bool_]:
        import polars as pl

        place = {pattern: at for at, pattern in enumerate(self._patterns)}
        told = np.zeros((len(found), len(self.names)), dtype=np.bool_)
        pairs = pl.DataFrame({"text": range(len(found)), "found": found}).explode("found").unique(maintain_order=True)
        for text, pattern in pairs.iter_rows():
            told[text, self._named[place[pattern]]] = True
        return told


def _hints(keys: Sequence[str]) -> list[str]:
    """The keys but those that hold another one, which are found with it."""
    hints: list[str] = []
    for key in sorted(keys, key=lambda key: (len(key), key)):
        if not any(hint in key for hint in hints):
            hints.append(key)
    return hints


def _padded(term: str) -> str:
    """As it stands among words that are parted by two blanks: neighbours share none."""
    return f" {'  '.join(term.split(' '))} "


def _words_apart(text: pl.Expr) -> pl.Expr:
    """The words alone, each between two blanks."""
    import polars as pl

    apart = text.str.replace_all(_NO_WORD, "  ").str.strip_chars(" ")
    return pl.concat_str([pl.lit("  "), apart, pl.lit("  ")])


def _texts(frame: pl.DataFrame) -> Texts:
    import polars as pl

    words = frame["text"].str.replace_all(_SLOT, "", literal=True).str.split("  ")
    words = words.list.eval(pl.element().filter(pl.element().str.strip_chars(" ") != ""))
    hashes = words.explode(empty_as_null=False).hash(_SEED) if len(words) else pl.Series([], dtype=pl.UInt64)
    return Texts(
        frame["row"].to_numpy().astype(np.int64),
        frame["label"].to_numpy().astype(np.int64),
        frame["text"].hash(_SEED).to_numpy(),
        words.list.len().to_numpy().astype(np.int64),
        (hashes.to_numpy() >> np.uint64(64 - BITS)).astype(np.int32),
    )


def _joined(parts: Sequence[Texts]) -> Texts:
    fields = ("row", "label", "template", "length", "words")
    return Texts(*(np.concatenate([getattr(part, field) for part in parts]) for field in fields))
