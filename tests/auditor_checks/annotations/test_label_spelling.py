from __future__ import annotations

import numpy as np
import pytest

from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.annotations.label_spelling import LabelSpelling


def misspelt(*names: str, **options: float) -> dict[str, str]:
    """Each name but the first is a thousandth as frequent as the first."""
    return LabelSpelling.model_validate(options).misspelt(
        {name: 1 if place else 1000 for place, name in enumerate(names)}
    )


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


def test_a_name_that_is_not_rare_is_no_typo() -> None:
    assert LabelSpelling().misspelt({"casual": 1000, "causal": 51}) == {}
    assert LabelSpelling().misspelt({"casual": 1000, "causal": 50}) == {"causal": "casual"}
    assert LabelSpelling(max_typo_share=0.001).misspelt({"casual": 1000, "causal": 50}) == {}


def test_short_words_have_no_typos_unless_told() -> None:
    assert misspelt("spam", "sapm") == {}
    assert misspelt("spam", "sapm", min_typo_length=4) == {"sapm": "spam"}


def test_a_spelling_of_a_typo_leads_to_the_right_name() -> None:
    assert LabelSpelling().misspelt({"refund": 1000, "refudn": 5, "Refudn": 2}) == {
        "refudn": "refund",
        "Refudn": "refund",
    }


def test_the_most_frequent_spelling_is_the_usual_one() -> None:
    assert LabelSpelling().misspelt({"SPAM": 3, "Spam": 2, "spam": 1}) == {"Spam": "SPAM", "spam": "SPAM"}


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


def test_ten_thousand_names_take_seconds() -> None:
    rng = np.random.default_rng(2)
    names = {"".join(rng.choice(list("abcdefghij"), 12)): 2000 for _ in range(10_000)}
    assert LabelSpelling().misspelt(names) == {}


def test_a_scale_has_no_spelling() -> None:
    assert decided(LabelSpelling(), {"y": [0.5, 1.5, 2.5]}, label="y").status is Status.SKIPPED
