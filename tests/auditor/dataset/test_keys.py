from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.dataset.keys import combined_digest, file_digest, row_hashes, row_keys, seeded_hashes


def test_equal_rows_have_equal_hashes_and_others_do_not() -> None:
    batch = pa.table({"a": [1, 2, 1, 1], "b": ["x", "y", "x", None]})
    first, second, again, other = row_hashes(batch, seed=0)
    assert first == again
    assert len({first, second, other}) == 3


def test_a_seed_gives_other_hashes() -> None:
    batch = pa.table({"a": list(range(100))})
    assert not np.any(row_hashes(batch, 0) == row_hashes(batch, 1))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (pa.array([1, 2**53, -7]), pa.array([1.0, 2.0**53, -7.0])),
        (pa.array([0.0]), pa.array([-0.0])),
        (pa.array([float("nan")]), pa.array([None], pa.float64())),
        (pa.array([None, 3], pa.int64()), pa.array([None, 3.0], pa.float64())),
        (pa.array(["a"], pa.string()), pa.array(["a"], pa.large_string())),
        (pa.array([10**18]), pa.array([1e18])),
    ],
)
def test_equal_values_of_two_types_hash_alike(left: pa.Array, right: pa.Array) -> None:
    assert row_hashes(pa.table({"a": left}), 3).tolist() == row_hashes(pa.table({"a": right}), 3).tolist()


def test_integers_no_float_holds_stay_apart() -> None:
    values = [2**53, 2**53 + 1, 2**53 + 2, 2**63 - 1, -(2**63), -(2**63) + 1]
    assert len(set(row_hashes(pa.table({"a": values}), 0).tolist())) == len(values)


def test_a_hash_does_not_depend_on_the_rest_of_the_batch() -> None:
    whole = pa.table({"a": [1, None, 2**60 + 1], "b": [0.5, None, 1.0]})
    one_by_one = [row_hashes(whole.slice(at, 1), 0)[0] for at in range(3)]
    assert row_hashes(whole, 0).tolist() == one_by_one


def test_columns_do_not_cancel_or_commute() -> None:
    batch = pa.table({"a": [1, 2, 1, 2], "b": [2, 1, 1, 2]})
    assert len(set(row_hashes(batch, 0).tolist())) == 4


def test_a_grid_of_small_numbers_does_not_collide() -> None:
    side = np.arange(1000)
    batch = pa.table({"a": np.repeat(side, 1000), "b": np.tile(side, 1000)})
    assert len(np.unique(row_hashes(batch, 0))) == 1_000_000


def test_lists_and_structs_are_hashed_by_value() -> None:
    batch = pa.table({"v": [[1.0], [1.0], [2.0], None], "s": [{"k": 1}, {"k": 1}, {"k": 1}, None]})
    hashes = row_hashes(batch, 0)
    assert hashes[0] == hashes[1]
    assert len(set(hashes.tolist())) == 3


def test_no_columns() -> None:
    assert row_hashes(pa.table({}), 0).tolist() == []


KEYS = ["4e9141765782ac506a11", "0697b868fac931ad04cb", "990bda71b70eea24a332"]


def test_keys_are_the_same_for_ever() -> None:
    """A changed key would orphan every verdict and waiver that names it: never update these."""
    moment = datetime(2024, 1, 31, 12, 30)
    rows = [(1, "ü", None, True), (2.5, "", moment, False), ([1, 2], ["a"], {"k": 1}, b"x")]
    assert row_keys(rows) == KEYS


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, 1.0),
        (0.0, -0.0),
        (2, Decimal("2.0")),
        (None, float("nan")),
        (date(2024, 1, 31), datetime(2024, 1, 31)),
        (datetime(2024, 1, 31, 12, tzinfo=UTC), datetime(2024, 1, 31, 12)),
        ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}),
        (np.float64(2.5), 2.5),
    ],
)
def test_equal_values_have_equal_keys(left: object, right: object) -> None:
    assert row_keys([(left,)]) == row_keys([(right,)])


@pytest.mark.parametrize(
    ("left", "right"),
    [(1, "1"), (1, True), (None, ""), ("a", "A"), ("é", "e\u0301"), (["a", "b"], ["ab"]), (0.1, 0.2), ([1], [[1]])],
)
def test_other_values_have_other_keys(left: object, right: object) -> None:
    assert row_keys([(left,)]) != row_keys([(right,)])


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), min_size=2, max_size=20))
def test_keys_tell_rows_apart(rows: list[tuple[str, str]]) -> None:
    assert len(set(row_keys(rows))) == len(set(rows))


def test_keys_of_a_table_are_those_of_its_rows() -> None:
    table = pa.table({"a": [1, None], "b": ["x", "y"]})
    assert row_keys(table) == row_keys([(1, "x"), (None, "y")])


def test_digests(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert file_digest(path) == hashlib.sha256(b"abc").hexdigest()
    assert combined_digest(["a", "b"]) != combined_digest(["b", "a"])


def test_several_seeds_at_once_are_each_by_itself() -> None:
    batch = pa.table({"a": ["x", None, "y"], "b": [1.0, 2.0, 3.0]})
    both = seeded_hashes(batch, (3, 4))
    assert both[:, 0].tolist() == row_hashes(batch, 3).tolist()
    assert both[:, 1].tolist() == row_hashes(batch, 4).tolist()
    assert seeded_hashes(pa.table({}), (1, 2)).shape == (0, 2)
