from __future__ import annotations

import csv
import os
import random
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from auditor.errors import NotPossible
from auditor.evidence.near_texts import AskNearTexts, NearTexts, plain_texts
from auditor.testing import evidence_of

WORDS = ["where", "what", "card", "account", "transfer", "lost", "new", "money", "bank", "pay", "fee", "cash", "why"]


def near(texts: list[str | None], min_similarity: float = 0.8) -> NearTexts:
    table = {"x": pl.Series(texts, dtype=pl.String)}
    return evidence_of(table, text="x").ask(AskNearTexts(min_similarity))


def row_pairs(texts: list[str | None]) -> list[list[int]]:
    pairs: list[list[int]] = near(texts).row_pairs().tolist()
    return pairs


def sentences(count: int, seed: int = 0) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choices(WORDS, k=12)) + f" {rng.randrange(10**6)}" for _ in range(count)]


def test_case_blanks_and_punctuation_make_no_difference() -> None:
    found = near(["How do I pay?", " how do  I pay", "HOW, DO I PAY!", "What's up", "Whats up"])
    assert found.text.tolist() == [0, 0, 0, 1, 1]
    assert found.row_pairs().tolist() == [[0, 1], [0, 2], [3, 4]]


@pytest.mark.parametrize(
    "other",
    [
        "where is my new card plaese tell me",  # letters
        "where is my old card please tell me",  # a word replaced
        "where is my card please tell me",  # left out
        "where is my new card now please tell me",  # put in
        "is where my new card please tell me",  # swapped
        "please tell me where is my new card",  # in another order
    ],
)
def test_a_text_edited_a_little_is_near(other: str) -> None:
    assert row_pairs(["where is my new card please tell me", other]) == [[0, 1]]


def test_one_word_of_five_is_near_and_one_of_four_is_not() -> None:
    assert row_pairs(["tell me this songs name", "tell me this tire name"]) == [[0, 1]]
    assert row_pairs(["tell me songs name", "tell me tire name"]) == []


def test_a_word_more_in_a_short_text_is_near() -> None:
    assert row_pairs(["use male voice", "use your male voice"]) == [[0, 1]]


def test_texts_about_other_things_are_not_near() -> None:
    assert row_pairs(["where is my card", "what does a transfer cost"]) == []


def test_rows_without_words_are_not_compared() -> None:
    found = near([None, "", "?!", "where is my card"])
    assert found.text.tolist() == [-1, -1, -1, 0]
    assert found.compared == 1
    assert len(near([None, None]).pairs) == 0


def test_without_a_text_column_there_is_no_answer() -> None:
    with pytest.raises(NotPossible, match="no column holds text"):
        evidence_of({"x": [1, 2]}).ask(AskNearTexts())


def test_several_text_columns_are_read_as_one_text() -> None:
    table = {"q": ["where is my card", "where is my card"], "a": ["it is on its way to you", "nobody can know that"]}
    assert len(evidence_of(table, text=("q",)).ask(AskNearTexts()).row_pairs()) == 1
    assert len(evidence_of(table, text=("q", "a")).ask(AskNearTexts()).row_pairs()) == 0


def test_members_of_a_group_are_near_its_leader_and_no_chain_joins_the_rest() -> None:
    texts: list[str | None] = ["a b c d e f g h i j", "a b c d e f g h x y", "a b c d e f u v x y"]
    found = near(texts)
    assert found.pairs.tolist() == [[0, 1], [1, 2]]
    leader, nearness = found.leaders
    assert leader.tolist() == [0, 0, 2]
    assert nearness.tolist() == pytest.approx([1, 17 / 19, 1])


def test_a_text_belongs_to_the_nearest_that_stays() -> None:
    texts: list[str | None] = [
        "a b c d e f g h i j",
        "z y x w e f g h i j",
        "z b x d e f g h i j",
        "z y x d e f g h i j",
    ]
    found = near(texts)
    leader, _ = found.leaders
    assert leader[3] == 1


def test_long_texts_are_compared_by_their_ends_and_their_length() -> None:
    start, end = "lorem ipsum dolor sit " * 30, "consectetur adipiscing elit sed " * 30
    assert row_pairs([start + end, start + "a word or two more " + end]) == [[0, 1]]
    assert row_pairs([start + end, start + "something else entirely " * 60 + end]) == []


def test_any_script_is_read() -> None:
    assert row_pairs(["где моя новая карта скажите", "где моя новая карта скажете"]) == [[0, 1]]
    assert row_pairs(["我的新銀行卡到底在哪裡呢", "我的新銀行卡到底在哪裡啊"]) == [[0, 1]]


def test_the_same_table_gives_the_same_answer() -> None:
    texts: list[str | None] = [*sentences(300), *sentences(300)]
    one, other = near(texts), near(texts)
    assert np.array_equal(one.pairs, other.pairs)
    assert np.array_equal(one.similarity, other.similarity)


def test_slips_in_many_texts_are_found() -> None:
    rng = random.Random(1)
    texts = sentences(400)
    slipped = []
    for text in texts:
        letters = list(text)
        for _ in range(len(letters) // 12):
            letters[rng.randrange(len(letters))] = rng.choice("abcdefghij")
        slipped.append("".join(letters))
    found = {(one, other) for one, other in near([*texts, *slipped]).row_pairs().tolist()}
    assert sum((row, row + 400) in found for row in range(400)) >= 392


def test_a_template_costs_no_square_of_its_rows() -> None:
    texts: list[str | None] = [f"your order number {at * 7919 % 100_003} has been shipped" for at in range(5_000)]
    found = near(texts)
    assert len(found.pairs) < 40 * 5_000
    leader, _ = found.leaders
    assert np.count_nonzero(leader == np.arange(found.texts)) < 1_000


def test_plain_texts_keep_letters_marks_and_digits() -> None:
    batch = pl.DataFrame({"a": ["Ça va? №5", None], "b": ["x-y", "z"]}).to_arrow()
    assert plain_texts(batch).to_list() == ["ça va no5 x y", "z"]


@pytest.mark.slow
@pytest.mark.realdata
def test_the_leaking_test_texts_of_banking77_are_found() -> None:
    folder = os.environ.get("DATAAUDIT_REALDATA")
    if not folder:
        pytest.skip("DATAAUDIT_REALDATA is not set")
    parts: list[list[str]] = []
    for name in ("train.csv", "test.csv"):
        with (Path(folder) / "banking77" / name).open(encoding="utf-8", newline="") as file:
            parts.append([row["text"] for row in csv.DictReader(file)])
    train = len(parts[0])
    found = near([*parts[0], *parts[1]])
    in_train = set(found.text[:train].tolist())
    assert sum(text in in_train for text in found.text[train:].tolist()) >= 6
    assert train - len(in_train) >= 4
