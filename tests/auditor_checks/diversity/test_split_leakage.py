from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from auditor.testing import Status, decided, findings_of
from auditor_checks.diversity.split_leakage import SplitLeakage


def parts(shared: int, test: int = 100, **more: Any) -> dict[str, Any]:
    """300 rows to train on and some to test with, of which so many are the first training rows again."""
    x = [f"row {i}" for i in range(300)] + [f"row {i if i < shared else 1000 + i}" for i in range(test)]
    return {"x": x, "y": ["a", "b"] * ((300 + test) // 2), "split": ["train"] * 300 + ["test"] * test} | more


ROLES: dict[str, Any] = {"label": "y", "split": "split"}


def test_splits_with_nothing_in_common_pass() -> None:
    assert decided(SplitLeakage(), parts(0), **ROLES).status is Status.PASS


def test_rows_that_stand_in_both_fail_and_are_listed_by_the_test_row() -> None:
    assert decided(SplitLeakage(), parts(5), **ROLES).status is Status.FAIL
    (finding,) = findings_of(SplitLeakage(), parts(5), **ROLES)
    assert list(finding.rows) == [300, 301, 302, 303, 304]
    assert finding.message == "5 rows of test: equal rows in train too"


def test_another_label_hides_no_leak() -> None:
    table = parts(5)
    table["y"] = ["a"] * 300 + ["b"] * 100
    assert decided(SplitLeakage(), table, **ROLES).status is Status.FAIL


def test_the_training_split_is_known_by_its_name_though_it_is_the_smaller() -> None:
    table = parts(300, test=400)
    table["split"] = ["test"] * 300 + ["Train"] * 400
    for measure in (d.measure for d in decided(SplitLeakage(), table, **ROLES).decided):
        assert (measure.subject, measure.estimate.value) == ("test", 1.0)


def few_values(rows: int = 1000, seed: int = 1) -> dict[str, Any]:
    """Independent rows of 40 combinations, a fifth of them drawn to test with: nearly all coincide."""
    draw = random.Random(seed)
    return {
        "age": [draw.randrange(20) for _ in range(rows)],
        "sex": [draw.choice("fm") for _ in range(rows)],
        "y": ["a", "b"] * (rows // 2),
        "split": ["test" if draw.random() < 0.2 else "train" for _ in range(rows)],
    }


@pytest.mark.parametrize("seed", range(5))
def test_rows_of_few_values_coincide_and_are_no_copies(seed: int) -> None:
    result = decided(SplitLeakage(), few_values(seed=seed), **ROLES)
    shares = {d.measure.name: d.measure.estimate.value for d in result.decided}
    assert shares["equal rows in train too"] > 0.9
    assert result.status is not Status.FAIL


def test_copies_fail_beyond_what_coincides() -> None:
    """One row in twenty has one of two values, the rest their own; then 20 of the 200 test rows are copied."""
    draw = random.Random(3)
    number = [float(i % 2) if draw.random() < 0.05 else draw.random() for i in range(1200)]
    table = {"x": number, "y": ["a", "b"] * 600, "split": ["train"] * 1000 + ["test"] * 200}
    assert decided(SplitLeakage(), table, **ROLES).status is not Status.FAIL
    alone = [value for value in number[:1000] if 0 < value < 1]
    to = [at for at in range(1000, 1200) if 0 < number[at] < 1]
    for at, value in zip(to[:20], alone, strict=False):
        number[at] = value
    result = decided(SplitLeakage(), table, **ROLES)
    (measure,) = (d.measure for d in result.decided if d.status is Status.FAIL and not d.measure.warns)
    assert measure.name == "equal rows in train beyond its own repeats"
    assert measure.estimate.value == pytest.approx(0.1, abs=0.04)


def test_a_few_equal_rows_pass_and_are_listed() -> None:
    table = parts(2, test=200) | {"y": ["a", "b"] * 250}
    assert decided(SplitLeakage(), table, **ROLES).status is Status.PASS
    assert [list(finding.rows) for finding in findings_of(SplitLeakage(), table, **ROLES)] == [[300, 301]]


def test_the_note_tells_both_counts() -> None:
    table = parts(5)
    table["x"][200:202] = ["again"] * 2
    (measure,) = (d.measure for d in decided(SplitLeakage(), table, **ROLES).decided if d.measure.note)
    assert measure.note == "5 of 100 rows; 2 of 300 of train's own"
    assert measure.estimate.value == pytest.approx(0.05 - 2 / 300)


def test_repeats_within_a_split_are_no_leak() -> None:
    table = parts(0)
    table["x"][300:320] = ["again"] * 20
    assert decided(SplitLeakage(), table, **ROLES).status is Status.PASS


def test_a_group_on_both_sides_fails_and_a_missing_one_is_none() -> None:
    apart = [f"p{i % 50}" if i < 300 else None if i % 2 else f"q{i}" for i in range(400)]
    assert decided(SplitLeakage(), parts(0, patient=apart), group="patient", **ROLES).status is Status.PASS
    both = [f"p{i % 90}" for i in range(400)]
    result = decided(SplitLeakage(), parts(0, patient=both), group="patient", **ROLES)
    assert result.status is Status.FAIL
    assert [d.measure.name for d in result.decided if d.status is Status.FAIL] == ["rows of a patient in train too"]


@pytest.mark.parametrize("split", [["all"] * 400, [str(i) for i in range(400)]])
def test_what_is_no_split_is_skipped(split: list[str]) -> None:
    result = decided(SplitLeakage(), parts(0) | {"split": split}, **ROLES)
    told = "1 split:" if len(set(split)) == 1 else "400 splits:"
    assert (result.status, told in result.reason) == (Status.SKIPPED, True)


def test_texts_that_differ_in_case_alone_leak_and_near_ones_are_shown() -> None:
    draw = random.Random(5)
    words = ["".join(draw.choices("abcdefghijklmnop", k=7)) for _ in range(500)]
    texts = [" ".join(draw.choices(words, k=8)) for _ in range(389)]
    table = {
        "text": texts[:300] + [f"{texts[0].upper()}!"] * 10 + [texts[1].replace(texts[1][:7], "please")] + texts[300:],
        "y": ["a", "b"] * 200,
        "split": ["train"] * 300 + ["test"] * 100,
    }
    shares = {d.measure.name: d for d in decided(SplitLeakage(), table, text="text", **ROLES).decided}
    assert shares["equal texts in train too"].measure.estimate.value == 0.1
    assert shares["equal texts in train beyond its own repeats"].status is Status.FAIL
    assert shares["texts near some in train too"].measure.estimate.value == 0.01
    assert shares["texts near some in train too"].status is None
    equal, near = findings_of(SplitLeakage(), table, text="text", **ROLES)
    assert (list(equal.rows), list(near.rows)) == (list(range(300, 310)), [310])


def test_rows_of_a_text_that_is_trained_on_are_not_listed_again_as_near() -> None:
    draw = random.Random(6)
    words = ["".join(draw.choices("abcdefghijklmnop", k=7)) for _ in range(500)]
    texts = [" ".join(draw.choices(words, k=8)) for _ in range(100)]
    table = {
        "text": [*texts[:79], f"{texts[0]} x", texts[0], *[f"{texts[1]} x"] * 2, *texts[83:]],
        "y": ["a", "b"] * 50,
        "split": ["train"] * 80 + ["test"] * 20,
    }
    found = {f.message.split(": ")[1]: list(f.rows) for f in findings_of(SplitLeakage(), table, text="text", **ROLES)}
    assert found == {
        "equal rows in train too": [80],
        "equal texts in train too": [80],
        "texts near some in train too": [81, 82],
    }


def test_an_id_on_both_sides_is_warned_of_and_listed() -> None:
    both = [f"p{i % 350}" for i in range(400)]
    result = decided(SplitLeakage(), parts(0, person=both), id="person", **ROLES)
    assert (result.status, result.warned) == (Status.PASS, 1)
    (finding,) = findings_of(SplitLeakage(), parts(0, person=both), id="person", **ROLES)
    assert (finding.message, list(finding.rows)) == (
        "50 rows of test: rows of one person in train too",
        list(range(350, 400)),
    )


def test_numbers_that_count_the_rows_of_each_part_anew_are_no_ids_in_common() -> None:
    anew = [*range(300), *range(100)]
    result = decided(SplitLeakage(), parts(0, n=anew), id="n", **ROLES)
    assert not [d for d in result.decided if "rows of one n" in d.measure.name]


def test_whole_numbers_larger_than_the_file_are_ids_in_common() -> None:
    large = [10_000 + i % 350 for i in range(400)]
    assert decided(SplitLeakage(), parts(0, n=large), id="n", **ROLES).warned == 1


def test_rows_that_were_copied_before_they_were_split_are_warned_of() -> None:
    x = np.random.default_rng(0).normal(size=900)
    table = {
        "x": np.concatenate([x, x[:100]]).tolist(),
        "split": np.random.default_rng(1).choice(["train", "test"], 1000, p=[0.8, 0.2]).tolist(),
        "y": ["a", "b"] * 500,
    }
    result = decided(SplitLeakage(), table, label="y", split="split")
    assert result.status is not Status.FAIL
    assert result.warned == 1


def measured(copies: int) -> dict[str, Any]:
    """800 rows to train on and 200 to test with, so many of which are training rows a ten-thousandth off."""
    draw = np.random.default_rng(6)
    table = {"a": draw.normal(size=1_000), "b": draw.normal(9, 2, 1_000), "c": draw.normal(1, 4, 1_000)}
    for values in table.values():
        values[800 : 800 + copies] = values[:copies] + 1e-4
    return table | {"y": ["u", "v"] * 500, "split": ["train"] * 800 + ["test"] * 200}


@pytest.mark.parametrize(("copies", "status"), [(0, Status.PASS), (20, Status.FAIL)])
def test_copies_with_a_little_noise_leak(copies: int, status: Status) -> None:
    assert decided(SplitLeakage(), measured(copies), **ROLES).status is status
    found = [list(f.rows) for f in findings_of(SplitLeakage(), measured(copies), **ROLES)]
    assert found == ([list(range(800, 800 + copies))] if copies else [])


def test_it_does_not_matter_which_split_comes_first() -> None:
    table = {name: list(values)[::-1] for name, values in measured(20).items()}
    (found,) = findings_of(SplitLeakage(), table, **ROLES)
    assert list(found.rows) == list(range(180, 200))


def test_copies_with_noise_as_often_within_the_training_rows_are_how_the_data_is() -> None:
    draw = np.random.default_rng(6)
    once = draw.normal(size=(500, 2))
    twice = np.concatenate([once, once + 1e-4])[draw.permutation(1_000)]
    table = {"a": twice[:, 0], "b": twice[:, 1], "y": ["u", "v"] * 500, "split": ["train"] * 800 + ["test"] * 200}
    failing = [d.measure for d in decided(SplitLeakage(), table, **ROLES).decided if d.status is Status.FAIL]
    assert [m.warns for m in failing] == [True]


def test_vectors_leak_where_there_is_nothing_else() -> None:
    draw = np.random.default_rng(6)
    vectors = draw.normal(size=(1_000, 24))
    vectors[800:820] = vectors[:20] + 0.01
    table: dict[str, Any] = {"v": vectors.tolist(), "y": ["u", "v"] * 500, "split": ["train"] * 800 + ["test"] * 200}
    assert decided(SplitLeakage(), table, **ROLES).status is Status.FAIL
    assert decided(SplitLeakage(), table | {"k": list(range(1_000))}, **ROLES).status is Status.PASS
