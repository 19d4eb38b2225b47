from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from auditor_checks.bias.lexicon import LANGUAGES, lexicon

TERMS = dict(lexicon({}, "checks.identity-terms")[0].terms)


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_file_says_its_language_source_and_licence(code: str) -> None:
    file = tomllib.loads((files("auditor_checks.bias") / "terms" / f"{code}.toml").read_text(encoding="utf-8"))
    assert file["language"]
    assert (file["source"], file["licence"]) == ("compiled for this project", "Apache-2.0")


@pytest.mark.parametrize(
    ("term", "identities"),
    [
        ("women", {"women"}),
        ("black woman", {"Black people", "women"}),
        ("i am black", {"Black people"}),
        ("türken", {"Turkish people"}),
        ("tuerken", {"Turkish people"}),
        ("personne âgée", {"old people"}),
        ("personne agee", {"old people"}),
        ("mujeres musulmanas", {"Muslim people", "women"}),
        ("weisse frauen", {"white people", "women"}),
    ],
)
def test_terms_name_identities(term: str, identities: set[str]) -> None:
    assert set(TERMS[term]) == identities


@pytest.mark.parametrize("word", ["black", "white", "old", "manner", "man", "straight", "polish", "son", "mayor"])
def test_words_that_mean_something_else_are_no_terms(word: str) -> None:
    assert word not in TERMS


def test_terms_are_words_in_lower_case() -> None:
    assert all(term == " ".join(term.lower().split()) and term.replace(" ", "").isalnum() for term in TERMS)


def test_every_term_holds_a_key() -> None:
    terms, _ = lexicon({"Elbonians": ["Elbonian-born"]}, "")
    assert "elbonian born" in dict(terms.terms)
    keys = set(terms.keys)
    assert [term for term, _ in terms.terms if not keys & set(term.split(" "))] == []
