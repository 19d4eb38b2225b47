from __future__ import annotations

import numpy as np
import pytest

from auditor.evidence.mentions import BITS, Mentions, Texts
from auditor.evidence.topic_scores import Words


def texts(words: np.ndarray, label: np.ndarray) -> Texts:
    """Texts of so many words each, a row a text."""
    n, length = words.shape
    template = np.asarray(np.random.default_rng(0).integers(0, 2**62, n), dtype=np.uint64)
    return Texts(np.arange(n), label, template, np.full(n, length), words.astype(np.int32).ravel())


def mentions(those: Texts, others: Texts) -> Mentions:
    told = np.ones((len(those.row), 1), dtype=np.bool_)
    return Mentions(("somebody",), ("bad", "ok"), len(those.row) + len(others.row), those, told, others)


def drawn(n: int, seed: int, of_label: float) -> Texts:
    """Ten of forty words a text, of which the first ten come with class 0 so much more often."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 2, n)
    lean = (rng.random((n, 10)) < of_label) & (label == 0)[:, None]
    return texts(np.where(lean, rng.integers(0, 10, (n, 10)), rng.integers(10, 40, (n, 10))), label)


def auc(scores: np.ndarray, label: np.ndarray) -> float:
    bad, ok = scores[label == 0], scores[label == 1]
    return float(np.mean(bad[:, None] > ok[None, :]) + np.mean(bad[:, None] == ok[None, :]) / 2)


def test_words_that_come_with_a_class_speak_for_it_in_texts_not_learnt_from() -> None:
    those, others = drawn(300, 1, 0.3), drawn(600, 2, 0.3)
    scores = Words.of(mentions(those, others)).scores(0)
    assert auc(scores.those, those.label) > 0.9
    assert scores.skill.value == pytest.approx(auc(scores.others, others.label))
    assert scores.skill.value > 0.9


def test_no_text_vouches_for_its_own_label() -> None:
    others = drawn(600, 3, 0.0)  # nothing to be learnt: what is told of a text comes from its own label
    skill = Words.of(mentions(drawn(50, 4, 0.0), others)).scores(0).skill
    assert skill.bounds(0.999)[0] < 0.5 < skill.bounds(0.999)[1]


def test_equal_runs_give_equal_scores() -> None:
    told = mentions(drawn(100, 5, 0.2), drawn(300, 6, 0.2))
    first, second = (Words.of(told).scores(0) for _ in range(2))
    assert first.others.tobytes() == second.others.tobytes()
    assert first.those.tobytes() == second.those.tobytes()


def test_a_class_of_all_or_none_tells_nothing() -> None:
    others = drawn(60, 7, 0.2)
    every = texts(others.words.reshape(60, 10), np.zeros(60, dtype=np.int64))
    scores = Words.of(mentions(drawn(20, 8, 0.2), every)).scores(0)
    assert not scores.those.any()
    assert not scores.others.any()


def test_without_texts_that_mention_nobody_nothing_is_learnt() -> None:
    none = texts(np.empty((0, 10)), np.empty(0, dtype=np.int64))
    scores = Words.of(mentions(drawn(20, 9, 0.2), none)).scores(0)
    assert scores.those.tolist() == [0.0] * 20
    assert len(scores.others) == 0


def test_a_word_that_nobody_else_used_and_a_text_without_words_weigh_nothing() -> None:
    others = drawn(90, 10, 0.5)
    strange = texts(np.full((1, 10), (1 << BITS) - 1), np.array([0]))
    none = np.zeros(1, dtype=np.int64)
    empty = Texts(none, none, np.zeros(1, dtype=np.uint64), none, np.empty(0, dtype=np.int32))
    for those in (strange, empty):
        assert np.isfinite(Words.of(mentions(those, others)).scores(0).those).all()
