from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditor.check import Evidence, Finding
from auditor.dataset.keys import row_keys
from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read
from auditor.dataset.roles import Declared, assign
from auditor.report import examples
from auditor.report.examples import example_rows, locate, sidecar
from auditor.testing import evidence_of


def of_file(folder: Path, text: str, **declared: Any) -> Evidence:
    (folder / "d.csv").write_text(text)
    loaded = read(folder / "d.csv", ReadOptions(), folder)
    return Evidence(assign(loaded, Declared(**declared), "d")[0])


def finding(*rows: int, **details: list[Any]) -> Finding:
    return Finding("s", "look", len(rows), list(rows), details)


def test_a_row_is_named_by_its_line_in_the_file(tmp_path: Path) -> None:
    evidence = of_file(tmp_path, 'x,y\n1,u\n"two\nlines",v\n3,u\n', label=("y",), sensitive=())
    found = finding(2, 0)
    rows = example_rows(found, locate(evidence, [found]), evidence.dataset)
    assert [(row.row, row.line) for row in rows] == [(2, 5), (0, 2)]
    assert rows[0].cells == (("y", "u"), ("x", "3"))  # the label first


def test_the_order_of_the_finding_is_kept_and_twenty_are_shown() -> None:
    evidence = evidence_of({"x": list(range(50))})
    found = finding(*range(49, -1, -1), score=[n / 50 for n in range(50)])
    rows = example_rows(found, locate(evidence, [found]), evidence.dataset)
    assert [row.row for row in rows] == list(range(49, 29, -1))
    assert rows[1].details == (("score", "0.02"),)


def test_a_row_is_known_by_its_id() -> None:
    evidence = evidence_of({"key": ["a", "b"], "x": [1, 1]}, id="key")
    assert locate(evidence, [finding(1)]).keys == {1: "b"}


@pytest.mark.parametrize("keys", [["a", "a"], ["a", None]])
def test_an_id_that_names_no_row_is_not_trusted(keys: list[str | None]) -> None:
    evidence = evidence_of({"key": keys, "x": [1, 1]}, id="key")
    assert locate(evidence, [finding(0)]).keys[0] != "a"


def test_else_by_a_hash_of_its_cells_but_the_label_counted_among_equal_rows() -> None:
    evidence = evidence_of({"x": [1, 2, 1], "y": ["u", "v", "w"]}, label="y")
    keys = locate(evidence, [finding(0, 1, 2)]).keys
    (first, second) = row_keys([[1], [2]])
    assert keys == {0: f"{first}-0", 1: f"{second}-0", 2: f"{first}-1"}


def test_long_cells_are_cut_and_missing_ones_named() -> None:
    evidence = evidence_of({"x": ["a" * 500, None]})
    found = finding(0, 1)
    first, second = example_rows(found, locate(evidence, [found]), evidence.dataset)
    assert first.cells == (("x", "a" * 199 + "…"),)
    assert second.cells == (("x", "(missing)"),)


def test_no_more_than_twelve_columns_are_shown_the_label_among_them() -> None:
    evidence = evidence_of({**{f"x{n}": [n] for n in range(30)}, "y": ["u"]}, label="y")
    found = finding(0)
    (row,) = example_rows(found, locate(evidence, [found]), evidence.dataset)
    assert len(row.cells) == 12
    assert row.cells[0] == ("y", "u")


def test_the_sidecar_holds_all_rows_those_beyond_the_cap_without_their_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(examples, "MAX_LOCATED", 30)
    evidence = evidence_of({"x": list(range(100))})
    found = finding(*range(100), key=["k"] * 100)
    table = sidecar(found, locate(evidence, [found]))
    assert table.column_names == ["row", "line", "key", "key_"]
    assert table.column("row").to_pylist() == list(range(100))
    assert [key is not None for key in table.column("key").to_pylist()] == [True] * 30 + [False] * 70


def test_examples_are_looked_up_before_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "_MAX_CELLS_HELD", 50)
    evidence = evidence_of(pl.DataFrame({"x": range(1_000)}))
    findings = [finding(*range(start, start + 100)) for start in range(0, 1_000, 100)]
    located = locate(evidence, findings)
    assert len(located.cells) == 200
    for found in findings:
        assert len(example_rows(found, located, evidence.dataset)) == 20


def test_where_nothing_was_found_nothing_is_looked_up() -> None:
    assert locate(evidence_of({"x": [1]}), [Finding("s", "look", 3)]).cells == {}
