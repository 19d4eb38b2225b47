from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.annotations.label_spelling import LabelSpelling


def misspelt(*names: str, **options: Any) -> dict[str, str]:
    """Each name but the first is a thousandth as frequent as the first."""
    return meant({name: 1 if place else 1000 for place, name in enumerate(names)}, **options)


def meant(classes: dict[str, int], **options: Any) -> dict[str, str]:
    return dict(LabelSpelling.model_validate(options).spellings(classes).meant)


def doubtful(classes: dict[str, int], **options: Any) -> dict[str, str]:
    return dict(LabelSpelling.model_validate(options).spellings(classes).doubtful)


@pytest.mark.parametrize(
    "other",
    [
        "refund",
        "REFUND",
        " Refund",
        "Refund ",
        "Re-fund",
        "re fund",
        "Réfund",
        "Ｒefund",
        "Refund\u200b",
        "Refund\u00a0",
        '"Refund"',
    ],
)
def test_another_way_to_write_the_same_name_is_merged(other: str) -> None:
    assert misspelt("Refund", other) == {other: "Refund"}


@pytest.mark.parametrize(
    ("usual", "other"),
    [
        ("card_arrival", "Card Arrival"),
        ("card_arrival", "cardArrival"),
        ("class_1", "class 1"),
        ("café", "CAFE"),
        ("straße", "STRASSE"),
        ("U.S.", "us"),
        ("Ελλάδα", "ελλαδα"),
    ],
)
def test_separators_case_and_accents_are_set_aside_in_any_alphabet(usual: str, other: str) -> None:
    assert misspelt(usual, other) == {other: usual}


@pytest.mark.parametrize(
    ("usual", "typo"),
    [
        ("refund", "refudn"),
        ("refund", "reund"),
        ("refund", "reffund"),
        ("refund", "rexund"),
        ("card_arrival", "card_arival"),
        ("positive", "positve"),
        ("привет", "приет"),
    ],
)
def test_a_slip_of_the_finger_in_a_rare_name_is_a_typo(usual: str, typo: str) -> None:
    assert misspelt(usual, typo) == {typo: usual}


def test_two_slips_may_be_another_word() -> None:
    assert misspelt("card_arrival", "crad_arrvial") == {}
    assert misspelt("arrival", "arrvail") == {}


@pytest.mark.parametrize(
    "names",
    [
        ("class_1", "class_2"),
        ("class_1", "class_11"),
        ("cat", "cats"),
        ("category", "categorys"),
        ("type_a", "type_b"),
        ("a_type", "b_type"),
        ("pos", "neg"),
        ("positive", "negative"),
        ("increase", "decrease"),
        ("male", "female"),
        ("C", "C++", "C#"),
        ("1", "10", "100"),
        ("1", "-1"),
        ("level 1", "level -1"),
        ("1.5", "15"),
        ("1.0", "10"),
        ("A", "A-", "A+"),
        ("O", "O+", "O-"),
        ("+", "-"),
        ("card_arrival", "card_arrival2"),
        ("card arrival", "card arrivals"),
        ("order_card", "orders_card"),
        ("symptomatic", "asymptomatic"),
        ("turn_on_light", "turn_in_light"),
        ("true", "false"),
        ("かき", "かぎ"),
        ("мой", "мои"),
        ("糖尿病一型です", "糖尿病二型です"),
        ("", " "),
    ],
)
def test_names_that_may_be_meant_are_never_merged(names: tuple[str, ...]) -> None:
    assert misspelt(*names) == {}
    assert misspelt(*reversed(names)) == {}


@pytest.mark.parametrize(
    ("usual", "other", "rare"),
    [(1000, 10, True), (1000, 11, False), (100, 5, True), (100, 6, False), (20, 1, True), (19, 1, False)],
)
def test_a_name_that_has_its_rows_is_no_typo(usual: int, other: int, rare: bool) -> None:
    assert meant({"grape": usual, "grace": other}) == ({"grace": "grape"} if rare else {})
    assert meant({"grape": usual, "grace": other}, max_typo_share=0.001) == {}


def test_as_many_rows_as_the_other_are_never_rare() -> None:
    assert meant({"grace": 3, "grape": 3}, max_typo_share=1) == {}


def test_short_words_have_no_typos_but_swaps_unless_told() -> None:
    assert misspelt("spam", "sram") == {}
    assert misspelt("spam", "sram", min_typo_length=4) == {"sram": "spam"}
    assert misspelt("spam", "spma") == {"spma": "spam"}
    assert misspelt("spam", "spma", min_typo_length=6) == {}
    assert misspelt("war", "wra") == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [("spam", "Spam"), ("spam", "spam "), ("card_in", "Card-In"), ("cardArrival", "card ARRIVAL"), ("A", "a")],
)
def test_case_and_blanks_make_no_class_however_frequent(one: str, other: str) -> None:
    assert meant({one: 500, other: 500}) == {other: one}


@pytest.mark.parametrize(
    ("latin", "other"),
    [
        ("spam", "sp\u0430m"),  # a Cyrillic a
        ("Spam", "\u0405PAM"),
        ("A", "\u0410"),
        ("B", "\u0392"),  # a Greek Beta
        ("open_card", "\u043epen card"),
        ("café", "c\u0430fé"),
        ("\u0412ода", "Bода"),  # a Latin B before Cyrillic letters
    ],
)
def test_letters_that_look_the_same_make_no_class(latin: str, other: str) -> None:
    assert meant({latin: 500, other: 500}) == {other: latin}
    assert meant({other: 500, latin: 500}) == {latin: other}


@pytest.mark.parametrize(
    ("one", "other"),
    [("\u0422\u041e\u041c", "\u0442\u043e\u043c"), ("\u041e\u043d\u0430", "\u043e\u043d\u0430")],
)
def test_case_is_set_aside_in_alphabets_with_look_alikes(one: str, other: str) -> None:
    assert meant({one: 500, other: 500}) == {other: one}


@pytest.mark.parametrize(("one", "other"), [("año", "ano"), ("resign", "re-sign"), ("class_1", "class1")])
def test_accents_and_separators_between_frequent_names_are_doubtful(one: str, other: str) -> None:
    assert meant({one: 500, other: 400}) == {}
    assert doubtful({one: 500, other: 400}) == {other: one}
    assert meant({one: 500, other: 4}) == {other: one}
    assert doubtful({one: 500, other: 4}) == {}


def test_doubtful_names_are_pointed_out_and_held_against_nothing() -> None:
    table = {"y": ["resign"] * 8 + ["re-sign"] * 7}
    result = decided(LabelSpelling(), table, label="y")
    assert result.status is Status.PASS
    (finding,) = result.outcome.findings
    assert (finding.subject, finding.count, list(finding.rows)) == ("'re-sign'", 7, list(range(8, 15)))
    assert "'resign'" in finding.message
    assert "`distinct`" in finding.message


@pytest.mark.parametrize(
    "classes",
    [
        {"casual": 1000, "causal": 3},
        {"causal": 3, "casual": 1000},
        {"A": 10, "a": 9},
        {"año": 500, "ano": 400},
        {"B": 10, "\u0392": 3},
    ],
)
def test_names_declared_distinct_are_kept_apart(classes: dict[str, int]) -> None:
    classes = dict(sorted(classes.items(), key=lambda item: -item[1]))
    assert meant(classes) | doubtful(classes)
    apart = [[*classes, "more"]]
    assert meant(classes, distinct=apart) | doubtful(classes, distinct=apart) == {}


def test_a_third_spelling_of_names_kept_apart_is_still_one_of_them() -> None:
    assert meant({"A": 10, "a": 9, " A": 1}, distinct=[["A", "a"]]) == {" A": "A"}


@pytest.mark.parametrize("distinct", [[["a"]], ["ab"], "ab", [[]]])
def test_what_is_distinct_takes_two_names(distinct: Any) -> None:
    with pytest.raises(ValidationError):
        LabelSpelling.model_validate({"distinct": distinct})


def test_a_spelling_of_a_typo_leads_to_the_right_name() -> None:
    assert meant({"refund": 1000, "refudn": 5, "Refudn": 2}) == {
        "refudn": "refund",
        "Refudn": "refund",
    }


def test_the_most_frequent_spelling_is_the_usual_one() -> None:
    assert meant({"SPAM": 3, "Spam": 2, "spam": 1}) == {"Spam": "SPAM", "spam": "SPAM"}


def test_rows_under_another_spelling_are_counted_and_found() -> None:
    table = {"y": ["spam", "Spam", "ham", "spam", " SPAM "]}
    (measure,) = measures_of(LabelSpelling(), table, label="y")
    assert (measure.estimate.value, measure.support) == (2, 5)
    found = {f.subject: list(f.rows) for f in findings_of(LabelSpelling(), table, label="y")}
    assert found == {"'Spam'": [1], "' SPAM '": [4]}
    assert decided(LabelSpelling(), table, label="y").status is Status.FAIL


def test_labels_in_lists_are_read_too() -> None:
    findings = findings_of(LabelSpelling(), {"y": [["spam", "ham"], ["Spam"], ["spam"], None]}, label="y")
    assert [(f.subject, list(f.rows)) for f in findings] == [("'Spam'", [1])]


def test_with_a_column_per_label_the_columns_names_are_the_spellings() -> None:
    table = {"Spam": [1, 1, 0], "spam": [0, 0, 1]}
    findings = findings_of(LabelSpelling(), table, label=("Spam", "spam"))
    assert [(f.subject, f.count, list(f.rows)) for f in findings] == [("'spam'", 1, [])]


def test_one_spelling_a_class_passes() -> None:
    assert decided(LabelSpelling(), {"y": ["spam", "ham", "spam"]}, label="y").status is Status.PASS
    assert decided(LabelSpelling(), {"y": ["spam"]}, label="y").status is Status.PASS


@pytest.mark.slow
def test_ten_thousand_names_take_seconds() -> None:
    rng = np.random.default_rng(2)
    names = {"".join(rng.choice(list("abcdefghij"), 12)): 2000 for _ in range(10_000)}
    assert meant(names) == {}


@pytest.mark.parametrize("label", ["y", ("p", "q")])
def test_no_labels_at_all_are_no_pass(label: str | tuple[str, ...]) -> None:
    nothing = {name: pl.Series([None, None], dtype=pl.String if name == "y" else pl.Boolean) for name in label}
    result = decided(LabelSpelling(), nothing | {"x": [1, 2]}, label=label)
    assert (result.status, result.reason) == (Status.SKIPPED, "no row has a label")


def test_lists_without_labels_are_no_pass() -> None:
    table = {"y": pl.Series([[], []], dtype=pl.List(pl.String))}
    assert decided(LabelSpelling(), table, label="y").status is Status.SKIPPED


def test_a_scale_has_no_spelling() -> None:
    assert decided(LabelSpelling(), {"y": [0.5, 1.5, 2.5]}, label="y").status is Status.SKIPPED
