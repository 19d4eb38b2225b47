"""The shipped terms that name identities, by language; each file says its source and licence."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.evidence.mentions import Lexicon

LANGUAGES = ("en", "de", "fr", "es")
_BARE = str.maketrans("áéíóúñàâçèêëîïôùûüœ", "aeiounaaceeeiiouuue")


@dataclass(frozen=True, slots=True)
class _Words:
    """A language's file. An adjective stands beside one of `people`; an ambiguous one does so, or is no term."""

    language: str
    people_come_after: bool
    people: tuple[str, ...]
    said_of_people: tuple[str, ...]
    articles: tuple[str, ...]
    nouns: Mapping[str, Sequence[str]]
    adjectives: Mapping[str, Sequence[str]]
    ambiguous: Mapping[str, Sequence[str]]

    def terms(self) -> Iterator[tuple[str, str]]:
        """Each term with an identity that it names."""
        for identity, words in (*self.nouns.items(), *self.adjectives.items()):
            yield from ((word, identity) for word in words)
        standing = {word: identity for identity, words in self.nouns.items() for word in words}
        for identity, words in (*self.adjectives.items(), *self.ambiguous.items()):
            for word in words:
                for person in self.people:
                    phrase = f"{word} {person}" if self.people_come_after else f"{person} {word}"
                    yield phrase, identity
                    if person in standing:  # a black woman is a woman
                        yield phrase, standing[person]
        for identity, words in self.ambiguous.items():
            yield from ((f"{said} {word}", identity) for said in self.said_of_people for word in words)

    def key_words(self) -> Iterator[str]:
        """The longest word of all that make up terms, alone or with others."""
        for words in (*self.nouns.values(), *self.adjectives.values(), *self.ambiguous.values()):
            yield from map(_longest, words)


def lexicon(more: Mapping[str, Sequence[str]], setting: str) -> tuple[Lexicon, str]:
    """The terms of all languages and those of the user's, and the languages in words.

    Raises UsageError for a term of the user's without a letter or digit.
    """
    from auditor.evidence.mentions import Lexicon

    read = [_read(code) for code in LANGUAGES]
    named: dict[str, dict[str, None]] = {}
    for words in read:
        for term, identity in words.terms():
            for spelling in _spellings(term, words.language):
                named.setdefault(spelling, {})[identity] = None
    keys = {spelling for words in read for key in words.key_words() for spelling in _spellings(key, words.language)}
    for identity, terms in more.items():
        for term in terms:
            named.setdefault(_plain(term, setting), {})[identity] = None
            keys.add(_longest(_plain(term, setting)))
    told = [words.language for words in read]
    articles = tuple(dict.fromkeys(article for words in read for article in words.articles))
    every = tuple((term, tuple(identities)) for term, identities in named.items())
    return Lexicon(every, tuple(sorted(keys)), articles), f"{', '.join(told[:-1])} and {told[-1]}"


def _longest(term: str) -> str:
    return max(reversed(term.split(" ")), key=len)


def _read(code: str) -> _Words:
    file = tomllib.loads((files("auditor_checks.bias") / "terms" / f"{code}.toml").read_text(encoding="utf-8"))
    return _Words(
        language=file["language"],
        people_come_after=file["people_come"] == "after",
        people=tuple(file["people"]),
        said_of_people=tuple(file["said_of_people"]),
        articles=tuple(file["articles"]),
        nouns=file["nouns"],
        adjectives=file["adjectives"],
        ambiguous=file["ambiguous"],
    )


def _spellings(term: str, language: str) -> Iterator[str]:
    """As it is written, and as it is typed without the keys for it. `manner` is no German man: ae stands for ä."""
    term = term.replace("ß", "ss")
    yield term
    if language == "German":
        yield term.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    elif language != "English":
        yield term.replace("œ", "oe").translate(_BARE)


def _plain(term: str, setting: str) -> str:
    """Words in lower case, parted by one blank: what the texts are cut into."""
    words = "".join(c if c.isalnum() else " " for c in term.lower().replace("ß", "ss")).split()
    if not words:
        raise UsageError(f"terms: {term!r} holds no letter or digit. Write a word, or several.", setting)
    return " ".join(words)
