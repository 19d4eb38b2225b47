from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.dataset.layout import Layout
from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read
from auditor.errors import AuditError, UsageError
from auditor.review.columnar import rewrite_arrow, rewrite_parquet
from auditor.review.delimited import cell_span, rewrite_delimited
from auditor.review.json_text import replaced, rewrite_json_lines


def changed(
    tmp_path: Path, content: bytes, labels: list[str], changes: dict[int, str], *, column: int = 1, **options: Any
) -> bytes:
    """The bytes of a delimited file after some of its labels were changed."""
    path, output = tmp_path / "d.csv", tmp_path / "out.csv"
    path.write_bytes(content)
    source = read(path, ReadOptions(**options), tmp_path / "scratch").source
    rewrite_delimited(source, column, labels, changes, output, zipped=False)
    return output.read_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"x,y\n1,u\n2,v\n3,u\n", b"x,y\n1,u\n2,u\n3,u\n"),
        (b"x,y\r\n1,u\r\n\r\n2,v\r\n3,u", b"x,y\r\n1,u\r\n\r\n2,u\r\n3,u"),
        (b'x,y\n"1",u\n"2 \n , ""a""","v"\n3,u\n', b'x,y\n"1",u\n"2 \n , ""a""","u"\n3,u\n'),
        (b"x;y\n1,5;u\n2,5;v\n3,5;u\n", b"x;y\n1,5;u\n2,5;u\n3,5;u\n"),
        (b"x\ty\tz\n1\tu\t\n2\tv\t\n3\tu\t\n", b"x\ty\tz\n1\tu\t\n2\tu\t\n3\tu\t\n"),
        (b"\xef\xbb\xbfx,y\n1,u\n2,v\n3,u\n", b"\xef\xbb\xbfx,y\n1,u\n2,u\n3,u\n"),
        (b"sep=;\nx;y\n1;u\n2;v\n3;u\n", b"sep=;\nx;y\n1;u\n2;u\n3;u\n"),
        (b"x,y\r1,u\r2,v\r3,u\r", b"x,y\r1,u\r2,u\r3,u\r"),
        ("x,y\n1,u\n2,v\n3,u\n".encode("utf-16"), "x,y\n1,u\n2,u\n3,u\n".encode("utf-16")),
    ],
)
def test_the_cell_changes_and_no_other_byte(tmp_path: Path, before: bytes, after: bytes) -> None:
    assert changed(tmp_path, before, ["u", "v", "u"], {1: "u"}) == after


def test_blanks_around_a_cell_stay(tmp_path: Path) -> None:
    before = b"x, y, z\n1, uu, a\n2, v , b\n3, uu, c\n"
    assert changed(tmp_path, before, ["uu", "v", "uu"], {1: "uu"}) == before.replace(b"v", b"uu")


def test_a_class_is_written_as_the_file_writes_it(tmp_path: Path) -> None:
    before = b"x,y\n1,1.0\n2,0.0\n3,1.0\n4,1\n"
    assert changed(tmp_path, before, ["1", "0", "1", "1"], {1: "1"}) == b"x,y\n1,1.0\n2,1.0\n3,1.0\n4,1\n"


def test_a_new_class_is_put_in_quotes_where_it_must_be(tmp_path: Path) -> None:
    assert changed(tmp_path, b"x,y\n1,u\n2,v\n", ["u", "v"], {0: 'a, "b"'}) == b'x,y\n1,"a, ""b"""\n2,v\n'


def test_an_encoding_is_kept_and_a_class_it_cannot_write_is_refused(tmp_path: Path) -> None:
    before = "x,y\né,u\nü,v\n".encode("cp1252")
    assert changed(tmp_path, before, ["u", "v"], {0: "v"}, encoding="cp1252") == before.replace(b"u\n", b"v\n")
    with pytest.raises(UsageError, match="the class '猫' cannot be written in cp1252"):
        changed(tmp_path, before, ["u", "v"], {0: "猫"}, encoding="cp1252")


def test_a_file_without_header_and_with_bad_lines_is_taken_apart_as_it_was_read(tmp_path: Path) -> None:
    before = b"1,u\n2,v,9\n3,v\n"
    after = changed(tmp_path, before, ["u", "v"], {1: "u"}, header=False, skip_bad_lines=True)
    assert after == b"1,u\n2,v,9\n3,u\n"


def test_a_text_that_is_not_its_encodings_own_is_refused(tmp_path: Path) -> None:
    before = b"x,y\n\x1b(B1,u\n2,v\n"  # an escape that says nothing, and is not written again
    with pytest.raises(AuditError, match="cannot be changed byte for byte"):
        changed(tmp_path, before, ["u", "v"], {0: "v"}, encoding="iso2022_jp")


def test_gzip_is_read_and_written(tmp_path: Path) -> None:
    path, output = tmp_path / "d.csv.gz", tmp_path / "out.csv.gz"
    path.write_bytes(gzip.compress(b"x,y\n1,u\n2,v\n"))
    source = read(path, ReadOptions(), tmp_path / "scratch").source
    rewrite_delimited(source, 1, ["u", "v"], {0: "v"}, output, zipped=True)
    assert gzip.decompress(output.read_bytes()) == b"x,y\n1,v\n2,v\n"


CELL = st.text(alphabet='ab ,"\n;', max_size=5)


@given(st.lists(CELL, min_size=1, max_size=5), st.data())
def test_a_cell_is_found_whatever_stands_around_it(cells: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(cells) - 1))
    quoted = [f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells]
    start, end = cell_span(",".join(quoted) + "\n", place, Layout())
    assert (",".join(quoted))[start:end] == quoted[place]


def test_json_lines_keep_their_bytes(tmp_path: Path) -> None:
    lines = [
        b'{"x": 1,  "y":"u", "z": {"y": "v"}}',
        b"",
        b'{"y" : "v","x":"\\u00e9"}',
        b'{"x": 2}',
        b'{"x":3,"y":"u"} ',
    ]
    path, output = tmp_path / "d.jsonl", tmp_path / "out.jsonl"
    path.write_bytes(b"\r\n".join(lines))
    source = read(path, ReadOptions(), tmp_path / "scratch").source
    rewrite_json_lines(source, "y", ["u", "v", "(missing)", "u"], {1: "u", 2: "v"}, output, zipped=False)
    assert output.read_bytes() == b"\r\n".join(
        [lines[0], b"", b'{"y" : "u","x":"\\u00e9"}', b'{"x": 2, "y": "v"}', lines[4]]
    )


def test_json_values_are_written_as_the_file_writes_them(tmp_path: Path) -> None:
    path, output = tmp_path / "d.jsonl", tmp_path / "out.jsonl"
    path.write_text('{"y": 1}\n{"y": 0}\n{"y": 1}\n')
    source = read(path, ReadOptions(), tmp_path / "scratch").source
    rewrite_json_lines(source, "y", ["1", "0", "1"], {1: "1", 2: "new"}, output, zipped=False)
    assert output.read_text() == '{"y": 1}\n{"y": 1}\n{"y": "new"}\n'


def test_numbers_in_texts_stay_texts_and_numbers_stay_numbers(tmp_path: Path) -> None:
    path, output = tmp_path / "d.jsonl", tmp_path / "out.jsonl"
    values = ['"1"', '"1"', "1", '"0"', "0", '"none"', '"3"']
    path.write_text("".join(f'{{"y": {value}}}\n' for value in values))
    source = read(path, ReadOptions(), tmp_path / "scratch").source
    labels = ["1", "1", "1", "0", "0", "none", "3"]
    rewrite_json_lines(source, "y", labels, {2: "0", 3: "1", 4: "3", 5: "0"}, output, zipped=False)
    after = ['"1"', '"1"', "0", '"1"', "3", '"0"', '"3"']
    assert output.read_text() == "".join(f'{{"y": {value}}}\n' for value in after)


def test_a_list_of_labels_is_written_as_one(tmp_path: Path) -> None:
    path, output = tmp_path / "d.jsonl", tmp_path / "out.jsonl"
    path.write_text('{"t": ["a" , "b"], "x": 1}\n{"t": [], "x": 2}\n{"x": 3}\n')
    source = read(path, ReadOptions(), tmp_path / "scratch").source
    rewrite_json_lines(source, "t", (), {1: ["é", "a"], 2: []}, output, zipped=False)
    assert output.read_text() == '{"t": ["a" , "b"], "x": 1}\n{"t": ["é", "a"], "x": 2}\n{"x": 3, "t": []}\n'


def test_a_new_number_takes_the_place_of_a_number_as_one(tmp_path: Path) -> None:
    path, output = tmp_path / "d.jsonl", tmp_path / "out.jsonl"
    path.write_text('{"y": 1.5}\n{"y": "2"}\n')
    source = read(path, ReadOptions(), tmp_path / "scratch").source
    rewrite_json_lines(source, "y", ["1.5", "2"], {0: "2.25", 1: "3"}, output, zipped=False)
    assert output.read_text() == '{"y": 2.25}\n{"y": "3"}\n'


def test_a_new_number_has_the_files_decimal_sign(tmp_path: Path) -> None:
    before = b"x;y\n1,5;10,5\n2,5;12,25\n"
    assert changed(tmp_path, before, ["10.5", "12.25"], {0: "11.75"}) == b"x;y\n1,5;11,75\n2,5;12,25\n"


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_typed_lists_keep_their_schema(tmp_path: Path, form: str) -> None:
    table = pa.table({"x": pa.array([1, 2], pa.int8()), "t": pa.array([["a"], None], pa.list_(pa.string()))})
    path, output = tmp_path / f"d.{form}", tmp_path / f"out.{form}"
    if form == "parquet":
        pq.write_table(table, path)
        rewrite_parquet(path, "t", (), {1: ["a", "b"]}, output)
        found = pq.read_table(output)
    else:
        with pa.ipc.new_file(str(path), table.schema) as writer:
            writer.write_table(table)
        rewrite_arrow(path, "t", (), {1: ["a", "b"]}, output)
        with pa.memory_map(str(output)) as file:
            found = pa.ipc.open_file(file).read_all()
    assert found.schema.equals(table.schema)
    assert found.column("t").to_pylist() == [["a"], ["a", "b"]]


VALUE = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=4), st.lists, max_leaves=4)


@given(st.dictionaries(st.text(max_size=4), VALUE, max_size=4), st.text(max_size=4), st.integers(0, 3))
def test_one_value_of_an_object_is_replaced(values: dict[str, Any], key: str, indent: int) -> None:
    text = json.dumps(values, indent=indent or None)
    assert json.loads(replaced(text, key, '"new"')) == {**values, key: "new"}


FRAME = pl.DataFrame({"x": [1, 2, 3], "y": ["u", "v", "u"]})


def tables() -> list[pa.Table]:
    plain = FRAME.to_arrow().cast(pa.schema([pa.field("x", pa.int8()), pa.field("y", pa.string())]))
    coded = plain.set_column(1, "y", plain.column("y").dictionary_encode())
    numbers = plain.set_column(1, "y", pa.chunked_array([pa.array([1.0, 0.0, 1.0], pa.float32())]))
    return [table.replace_schema_metadata({"made": "by hand"}) for table in (plain, coded, numbers)]


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("form", ["parquet", "arrow", "arrows"])
def test_a_typed_file_keeps_its_schema(tmp_path: Path, place: int, form: str) -> None:
    table, path, output = tables()[place], tmp_path / f"d.{form}", tmp_path / f"out.{form}"
    labels = ["1", "0", "1"] if place == 2 else ["u", "v", "u"]
    if form == "parquet":
        pq.write_table(table, path, row_group_size=2, compression="gzip")
        rewrite_parquet(path, "y", labels, {1: labels[0]}, output)
        found = pq.read_table(output)
        assert pq.ParquetFile(output).metadata.num_row_groups == 2
        assert pq.ParquetFile(output).metadata.row_group(0).column(0).compression == "GZIP"
    else:
        new, opened = (
            (pa.ipc.new_file, pa.ipc.open_file) if form == "arrow" else (pa.ipc.new_stream, pa.ipc.open_stream)
        )
        with new(str(path), table.schema) as writer:
            writer.write_table(table)
        rewrite_arrow(path, "y", labels, {1: labels[0]}, output)
        with pa.memory_map(str(output)) as file:
            found = opened(file).read_all()
    assert found.schema.equals(table.schema, check_metadata=True)
    assert found.column("x").equals(table.column("x"))
    first = table.column("y")[0].as_py()
    assert found.column("y").to_pylist() == [first] * 3


def test_a_new_class_must_be_of_the_columns_type(tmp_path: Path) -> None:
    path = tmp_path / "d.parquet"
    pq.write_table(tables()[2], path)
    with pytest.raises(UsageError, match="the column 'y' holds float, and 'maybe' is none"):
        rewrite_parquet(path, "y", ["1", "0", "1"], {0: "maybe"}, tmp_path / "out.parquet")
