from __future__ import annotations

import numpy as np

from auditor.testing import Status, decided, measures_of
from auditor_checks.diversity.redundancy import RedundantRows

WORDS = ("harbour", "giraffe", "quilting", "zeppelin", "yoghurt", "monsoon", "drizzle", "tobacco", "kiosk", "jungle")


def test_exact_repeats_go() -> None:
    measures = measures_of(RedundantRows(), {"x": ["a", "a", "b", "c"]})
    assert [m.estimate.value for m in measures] == [3, 0.75]
    assert measures[0].note == "4 rows; taken out: 1 equal"


def test_near_texts_go_too_each_row_once() -> None:
    table = {"x": ["where is my new card please", "where is my new card please", "where is my old card please", "why"]}
    first = measures_of(RedundantRows(), table, text="x")[0]
    assert first.estimate.value == 2
    assert first.note == "4 rows; taken out: 1 equal, 1 nearly equal as texts"


def test_a_near_text_with_another_number_is_another_row() -> None:
    table = {"x": ["where is my new card please", "where is my old card please"], "n": [1.5, 7.25]}
    assert measures_of(RedundantRows(), table, text="x")[0].estimate.value == 2


def test_rows_but_for_noise_go() -> None:
    rows = np.random.default_rng(0).standard_normal((100, 2))
    rows = np.concatenate([rows, rows[:10] + 0.0001])
    table = {"a": rows[:, 0].tolist(), "b": rows[:, 1].tolist()}
    assert measures_of(RedundantRows(), table)[0].estimate.value == 100


def test_half_a_table_of_copies_is_too_many() -> None:
    assert decided(RedundantRows(), {"x": ["a", "a", "a", "b"]}).status is Status.PASS
    assert decided(RedundantRows(), {"x": ["a", "a", "a", "a", "b"]}).status is Status.FAIL


def test_nothing_to_compare_is_no_pass() -> None:
    assert decided(RedundantRows(), {"y": ["a", "b"]}, label="y").status is Status.SKIPPED


def test_texts_beside_their_vectors_are_still_nothing_but_content() -> None:
    vectors = np.random.default_rng(0).normal(size=(40, 24))
    vectors[20:] = vectors[:20] + 0.01
    texts = [" ".join(np.random.default_rng(at).choice(WORDS, 6)) for at in range(40)]
    (rows, _) = measures_of(RedundantRows(), {"t": texts, "v": vectors.tolist()}, text="t")
    assert rows.estimate.value == 20
    assert "nearly equal as vectors" in rows.note
