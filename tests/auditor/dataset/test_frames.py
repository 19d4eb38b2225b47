from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read
from auditor.dataset.table import ROW, Kind
from auditor.errors import DataError, UsageError


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (pl.DataFrame({"a": []}), "has no rows"),
        (pl.DataFrame(), "has no columns"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "'a' stands more than once"),
        (pd.DataFrame([[1, 2]], columns=["a", 7]), "not a string: 7"),
        (pl.DataFrame({ROW: [1]}), "which is ours"),
    ],
)
def test_a_frame_that_cannot_be_audited(frame: Any, says: str, scratch: Path) -> None:
    with pytest.raises(DataError, match=says):
        read(frame, ReadOptions(), scratch)


@pytest.mark.parametrize("thing", [42, [1, 2], {"a": [1]}, None])
def test_what_is_no_frame(thing: Any, scratch: Path) -> None:
    with pytest.raises(UsageError, match="give a path or a data frame"):
        read(thing, ReadOptions(), scratch)


def test_odd_types_become_plain_ones_and_are_said(scratch: Path, cells: Callable[..., Any]) -> None:
    noon = datetime(2024, 1, 31, 12, tzinfo=UTC)
    frame = pl.DataFrame(
        {
            "price": [Decimal("1.50")],
            "zoned": pl.Series([noon]).dt.convert_time_zone("Europe/Berlin"),
            "nanos": pl.Series([noon.replace(tzinfo=None)], dtype=pl.Datetime("ns")),
            "unsigned": pl.Series([2**64 - 1], dtype=pl.UInt64),
        }
    )
    loaded = read(frame, ReadOptions(), scratch)
    assert cells(loaded) == [(1.5, datetime(2024, 1, 31, 12), datetime(2024, 1, 31, 12), 2.0**64)]
    assert "zoned: times are given in UTC (they were in Europe/Berlin)" in loaded.source.notes
    assert len(loaded.source.notes) == 3


def test_tokens_in_frames_are_missing_only_if_told(scratch: Path, cells: Callable[..., Any]) -> None:
    frame = pl.DataFrame({"a": ["?", "x", "NA"], "n": [1, 2, 3]})
    assert cells(read(frame, ReadOptions(), scratch)) == [("?", 1), ("x", 2), ("NA", 3)]
    told = read(frame, ReadOptions(missing=("?", "NA")), scratch)
    assert cells(told) == [(None, 1), ("x", 2), (None, 3)]
    assert told.source.missing_tokens == {"a": {"?": 1, "NA": 1}}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], Kind.NUMERIC),
        ([0.5, None], Kind.NUMERIC),
        ([True, False], Kind.BOOLEAN),
        ([datetime(2024, 1, 1), None], Kind.DATETIME),
        (["red", "green"], Kind.CATEGORICAL),
        ([f"id_{at}" for at in range(100)], Kind.CATEGORICAL),
        ([f"https://example.org/a/very/long/path/{at}" for at in range(100)], Kind.CATEGORICAL),
        (["callahan eye foundation hospital", "marshall medical center south"] * 50, Kind.CATEGORICAL),
        ([f"please send my card number {at} again" for at in range(100)], Kind.TEXT),
        (["我想知道我的信用卡什么时候能寄到我家里来", "请问怎样才能重新设置我的密码和用户名"], Kind.TEXT),
        (["男", "女"] * 10, Kind.CATEGORICAL),
        ([[0.5, 1.0], [1.5, 2.0]], Kind.EMBEDDING),
        ([["a"], ["a", "b"]], Kind.LABELS),
        ([[1], [2]], Kind.OTHER),
        ([{"k": 1}, {"k": 2}], Kind.OTHER),
        ([b"x", b"y"], Kind.OTHER),
        ([None, None], Kind.CATEGORICAL),
    ],
)
def test_kinds(values: list[Any], kind: Kind, scratch: Path) -> None:
    (column,) = read(pl.DataFrame({"a": values}), ReadOptions(), scratch).columns
    assert column.kind is kind


def test_an_array_of_floats_is_an_embedding(scratch: Path) -> None:
    frame = pl.DataFrame({"a": pl.Series([[0.5, 1.0], [1.5, 2.0]], dtype=pl.Array(pl.Float32, 2))})
    assert read(frame, ReadOptions(), scratch).columns[0].kind is Kind.EMBEDDING


def test_prose_is_told_by_all_rows_in_bounded_memory(scratch: Path) -> None:
    from auditor.dataset.kinds import Wording
    from auditor.dataset.missing import strings

    wording = Wording()
    for start in range(0, 100_000, 10_000):
        wording.add(strings([f"this is the sentence with number {at % 20_000}" for at in range(start, start + 10_000)]))
    assert wording.distinct_share == pytest.approx(0.2, rel=0.05)
    assert len(wording.lowest) == 4096


def test_importing_the_reader_is_light() -> None:
    code = (
        "import sys, auditor.dataset.readers; from auditor.dataset.options import ReadOptions; ReadOptions(); "
        "print(sorted(set(sys.modules) & {'pandas', 'polars', 'pyarrow', 'narwhals', 'numpy'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_reading_text_does_not_import_pandas(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b,c,d\n1,x,0.5,true\n?,NA,,\n12,y,1e3,false\n")
    code = (
        "import sys, pathlib; from auditor.dataset.readers import read; "
        "from auditor.dataset.options import ReadOptions; "
        f"read({str(path)!r}, ReadOptions(), pathlib.Path({str(tmp_path)!r})); print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_complex_numbers_are_refused_by_name() -> None:

    from auditor import audit
    from auditor.errors import DataError

    with pytest.raises(DataError, match=r"'c'.*complex numbers"):
        audit(pd.DataFrame({"c": [1j, 2j], "y": ["a", "b"]}), label="y")
