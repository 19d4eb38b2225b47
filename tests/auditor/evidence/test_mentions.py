from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from auditor.errors import NotPossible
from auditor.evidence.mentions import AskMentions, Lexicon, Mentions
from auditor.testing import evidence_of

LEXICON = Lexicon(
    (("women", ("women",)), ("trans women", ("trans", "women")), ("juifs", ("jews",)), ("été", ("summer",))),
    ("women", "juifs", "été"),
    ("a", "les"),
)


def mentions(*texts: str | None) -> Mentions:
    table = {"t": pl.Series(texts, dtype=pl.String), "y": ["a"] * len(texts)}
    return evidence_of(table, label="y", text="t").ask(AskMentions(LEXICON))


def named(text: str) -> set[str]:
    found = mentions(text)
    return {name for name, column in zip(found.names, found.mentions.T, strict=True) if column.any()}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("All WOMEN!", {"women"}),
        ("women", {"women"}),
        ("#women", {"women"}),
        ("womens", set()),
        ("superwomen", set()),
        ("trans-women", {"trans", "women"}),
        ("women, women and juifs", {"women", "jews"}),
        ("l'E\u0301TE\u0301", {"summer"}),
        ("", set()),
    ],
)
def test_terms_are_whole_words_whatever_their_case(text: str, names: set[str]) -> None:
    assert named(text) == names


def test_the_same_text_around_other_terms_is_one_template() -> None:
    found = mentions("I hate women.", "i hate  LES Juifs", "I hate trans women", "I like women", "I hate")
    assert found.those.row.tolist() == [0, 1, 2, 3]
    template = found.those.template.tolist()
    assert template[0] == template[1] == template[2] != template[3]
    assert (found.others.row.tolist(), found.others.length.tolist()) == ([4], [2])
    assert found.those.length.tolist() == [2] * 4


def test_missing_texts_are_left_out() -> None:
    found = mentions(None, "women", "")
    assert (found.total, found.those.row.tolist(), found.others.row.tolist()) == (3, [1], [])


def test_several_text_columns_are_read_together() -> None:
    table = {"t": ["x", "women"], "u": ["women", "y"], "y": ["a", "b"]}
    found = evidence_of(table, label="y", text=("t", "u")).ask(AskMentions(LEXICON))
    assert found.those.row.tolist() == [0, 1]


def test_without_labels_there_is_no_rate() -> None:
    table = {"t": ["women"], "y": pl.Series([None], dtype=pl.String)}
    with pytest.raises(NotPossible, match="no text has a label"):
        evidence_of(table, label="y", text="t").ask(AskMentions(LEXICON))


def test_every_engine_finds_the_same(on: Callable[[pl.DataFrame], Any]) -> None:
    table = pl.DataFrame({"t": ["I like women", None, "no one", "les Juifs"], "y": ["a", "b", "a", None]})
    found = evidence_of(on(table), label="y", text="t").ask(AskMentions(LEXICON))
    assert (found.total, found.those.row.tolist(), found.others.row.tolist()) == (3, [0], [2])
