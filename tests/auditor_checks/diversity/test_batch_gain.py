from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.errors import UsageError
from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.diversity.batch_gain import BatchGain

ABOUT = ("harbour", "giraffe", "quilting", "zeppelin", "yoghurt", "monsoon", "drizzle", "tobacco")
BASE: dict[str, list[Any]] = {"x": [f"row {i}" for i in range(1000)], "y": ["a", "b"] * 500}


def batch(copies: int, again: int = 0, rows: int = 400) -> dict[str, list[Any]]:
    fresh = [f"new {i}" for i in range(rows - copies - again)]
    return {"x": [*BASE["x"][:copies], *fresh, *fresh[:1] * again], "y": [*BASE["y"][:copies], *"a" * (rows - copies)]}


def test_new_rows_pass_and_copies_fail() -> None:
    assert decided(BatchGain(), batch(0), label="y", base=BASE).status is Status.PASS
    result = decided(BatchGain(), batch(60), label="y", base=BASE)
    assert result.status is Status.FAIL
    assert result.outcome.findings[0].message == "60 rows that the base has"


def test_what_is_left_is_counted_without_copies_and_repeats() -> None:
    first = measures_of(BatchGain(), batch(10, again=5), label="y", base=BASE)[0]
    assert (first.name, first.estimate.value) == ("new-rows", 385)
    copies, again = findings_of(BatchGain(), batch(10, again=5), label="y", base=BASE)
    assert list(copies.rows) == list(range(10))
    assert list(again.rows) == list(range(395, 400))


def test_a_table_that_repeats_itself_by_nature_may_be_repeated() -> None:
    base = {"k": ["a", "b", "c", "d"] * 250, "y": ["p", "q"] * 500}
    assert (
        decided(BatchGain(), {"k": ["a", "b"] * 50, "y": ["p", "q"] * 50}, label="y", base=base).status is Status.PASS
    )


def test_another_label_is_no_copy() -> None:
    table = batch(60)
    table["y"] = ["z"] * 400
    assert decided(BatchGain(), table, label="y", base=BASE).status is Status.PASS


def test_combinations_that_are_covered_now_are_named() -> None:
    base: dict[str, list[Any]] = {"region": ["US"] * 60 + ["EU"] * 3, "day": ["d", "n", "n"] * 20 + ["d"] * 3}
    here: dict[str, list[Any]] = {"region": ["EU"] * 50 + ["JP"] * 40, "day": ["d", "n"] * 45}
    base["v"], here["v"] = ([start + i / 2 for i in range(n)] for start, n in ((0, 63), (100, 90)))
    found = [f for f in findings_of(BatchGain(), here, base=base) if "with the batch" in f.message]
    told = {str(one.subject): one.message for one in found}
    assert told["region = EU"] == "3 rows in the base, 53 with the batch"
    assert told["region = JP"] == "0 rows in the base, 40 with the batch"
    (single, _) = [m for m in measures_of(BatchGain(), here, base=base) if m.name == "combinations-newly-covered"]
    assert (single.estimate.value, single.note) == (3, "2 of 5 in the base, 5 with the batch")


def test_copies_of_the_base_cover_nothing() -> None:
    base = {"region": ["US"] * 60 + ["EU"] * 20, "v": [i / 2 for i in range(80)]}
    found = findings_of(BatchGain(), base, base=base)
    assert [f.message for f in found] == ["80 rows that the base has"]


def test_near_texts_are_counted() -> None:
    base = {"t": ["where is my new bank card please", "how do i close the account today"]}
    here = {"t": ["Where is my new bank card, please?", "how do i close the acount today", "quite another thing"]}
    notes = [m.note for m in measures_of(BatchGain(), here, text="t", base=base) if "texts" in m.name]
    assert notes == ["2 of 3 rows; 0 of 2 of the base's own"] * 2  # both are nearly equal
    (found,) = [f for f in findings_of(BatchGain(), here, text="t", base=base) if "near" in f.message]
    assert (list(found.rows), found.details["similarity"][0]) == ([0, 1], 1.0)


def numbers(rows: int, seed: int) -> dict[str, list[Any]]:
    rng = np.random.default_rng(seed)
    return {"a": rng.normal(size=rows).tolist(), "b": rng.normal(50, 10, rows).tolist(), "y": ["u", "v"] * (rows // 2)}


def jittered(copies: int, fresh: int, base: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Rows of the base a thousandth of a standard deviation off, among rows of their own."""
    noise, new = np.random.default_rng(7).uniform(-1, 1, copies), numbers(fresh, seed=9)
    off = {name: (np.array(base[name][:copies]) + noise * by / 1000).tolist() for name, by in (("a", 1), ("b", 10))}
    return {name: [*off.get(name, base[name][:copies]), *new[name]] for name in base}


@pytest.mark.parametrize(("copies", "status"), [(0, Status.PASS), (60, Status.FAIL)])
def test_rows_of_the_base_with_a_little_noise_are_repeats(copies: int, status: Status) -> None:
    base = numbers(1_000, seed=1)
    batch = jittered(copies, 400 - copies, base)
    assert decided(BatchGain(), batch, label="y", base=base).status is status
    measures = {m.name: m.estimate.value for m in measures_of(BatchGain(), batch, label="y", base=base)}
    assert measures["new-rows"] == 400
    assert measures["new-rows-without-near-copies"] == 400 - copies
    told = [f for f in findings_of(BatchGain(), batch, label="y", base=base) if "noise" in f.message]
    assert [list(f.rows) for f in told] == ([list(range(copies))] if copies else [])
    assert [f.details["row of the base"] for f in told] == [list(f.rows) for f in told]


def test_what_the_base_nearly_repeats_of_itself_is_no_fault_of_the_batch() -> None:
    once = numbers(600, seed=2)
    base = {name: [*once[name], *jittered(600, 0, once)[name]] for name in once}  # each measured twice
    order = np.random.default_rng(3).permutation(1_200)
    base = {name: [values[at] for at in order] for name, values in base.items()}
    here, there = ({name: values[part] for name, values in base.items()} for part in (slice(400), slice(400, None)))
    result = decided(BatchGain(), here, label="y", base=there)
    assert result.status is Status.PASS
    (near,) = [m for m in result.outcome.measures if "noise" in m.name]
    assert near.estimate.value == pytest.approx(
        0, abs=0.1
    )  # the twin of two in three stands in the base, on both sides
    assert len(findings_of(BatchGain(), here, label="y", base=there)) == 1


def vectors(rows: int, seed: int) -> list[list[float]]:
    return [*map(list, np.random.default_rng(seed).normal(size=(rows, 24)).tolist())]


@pytest.mark.parametrize(("beside", "status"), [(False, Status.FAIL), (True, Status.PASS)])
def test_vectors_near_the_bases_are_repeats_where_nothing_else_tells_rows_apart(beside: bool, status: Status) -> None:
    there = np.array(vectors(300, seed=4))
    here = [*(there[:40] + 0.01).tolist(), *vectors(160, seed=5)]
    base: dict[str, list[Any]] = {"v": there.tolist(), "y": ["a", "b"] * 150}
    batch: dict[str, list[Any]] = {"v": here, "y": ["a", "b"] * 100}
    if beside:
        base, batch = base | {"kind": ["k"] * 300}, batch | {"kind": ["l"] * 200}
    result = decided(BatchGain(), batch, label="y", base=base)
    assert result.status is status
    (near,) = [f for f in result.outcome.findings if "vector" in f.message]
    assert list(near.rows) == list(range(40))


def test_near_texts_are_repeats_where_there_is_nothing_but_text() -> None:
    words = [" ".join(np.random.default_rng(at).choice(ABOUT, 6)) for at in range(300)]
    base = {"t": words[:200], "y": ["a", "b"] * 100}
    batch = {"t": [f"{text}s" for text in words[:30]] + words[200:270], "y": ["a"] * 100}
    check = BatchGain(min_similarity=0.95)
    assert decided(check, batch, label="y", text="t", base=base).status is Status.FAIL
    more = {"n": [float(at) for at in range(200)]}
    with_number = (batch | {"n": more["n"][:100]}, base | more)
    assert decided(check, with_number[0], label="y", text="t", base=with_number[1]).status is Status.PASS


def test_an_attribute_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="attributes: there is no column 'regoin' in base"):
        measures_of(BatchGain(attributes=("regoin",)), BASE, label="y", base=BASE)
