from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.run import next_version
from auditor.dataset.verdicts import Verdict, read_verdicts

Dataaudit = Callable[..., Any]
WriteSheet = Callable[..., Path]
LABEL = ("--label", "y", "--id", "none")


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "d.csv"
    path.write_text("x,y\n" + "".join(f"{n},{'uv'[n % 2]}\n" for n in range(40)))
    return path


def fill(sheet: Path, verdicts: Mapping[int, tuple[str, ...]] | None = None, rest: str = "") -> Path:
    """Fill in (verdict, new label, second verdict) by row, and one verdict in all the other rows."""
    reader = csv.DictReader(io.StringIO(sheet.read_bytes().decode("utf-8-sig"), newline=""))
    with sheet.with_name("filled.csv").open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, reader.fieldnames or ())
        writer.writeheader()
        for row in reader:
            said = (verdicts or {}).get(int(row["row"]), (rest,))
            row |= dict(zip(("verdict", "new_label", "verdict_2"), said, strict=False))
            writer.writerow(row)
    return sheet.with_name("filled.csv")


def test_verdicts_change_their_cells_and_nothing_else(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    before = rows.read_bytes()
    sheet = fill(write_sheet(rows, {3: "u", 8: "v", 9: "u"}), {3: ("accept",), 8: ("relabel", "v"), 9: ("keep",)})
    done = dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL)
    assert done.code == 0, done.err
    assert "3 verdicts (1 accept, 1 relabel, 0 wrong, 1 keep, 0 unclear); 2 labels changed" in done.out
    assert "written: d.v2.csv, with d.v2.csv.changes.csv" in done.out
    assert rows.read_bytes() == before
    assert (tmp_path / "d.v2.csv").read_bytes() == before.replace(b"\n3,v", b"\n3,u").replace(b"\n8,u", b"\n8,v")
    log = list(csv.DictReader((tmp_path / "d.v2.csv.changes.csv").open()))
    told = [(line["row"], line["line"], line["old"], line["new"], line["verdict"]) for line in log]
    assert told == [("3", "5", "v", "u", "accept"), ("8", "10", "u", "v", "relabel")]


def test_verdicts_and_the_whole_sample_are_remembered(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    sheet = fill(write_sheet(rows, {3: "u"}), {3: ("accept", "", "accept")})
    assert dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL).code == 0
    remembered = read_verdicts(tmp_path / "d.v2.verdicts.csv")
    (told,) = [one for one in remembered if one.verdict is not None]
    assert (told.row, told.verdict, told.given, told.label, told.twice) == (3, Verdict.ACCEPT, "v", "u", True)
    assert told.before != told.after
    assert told.labels_before != told.labels_after
    assert sum(one.place is not None and one.place.in_sample for one in remembered) == 4


def test_a_sample_drawn_from_other_labels_tells_nothing_of_these(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    sheet = fill(write_sheet(rows, {3: "u"}), {3: ("accept", "", "accept")}, "keep")
    text = sheet.read_text(encoding="utf-8-sig")
    on_sheet = {int(line["row"]) for line in csv.DictReader(io.StringIO(text))}
    other = next(row for row in range(40) if row not in on_sheet)
    old, new = (f"\n{other},{'uv'[(other + turned) % 2]}\n" for turned in (0, 1))
    rows.write_text(rows.read_text().replace(old, new))
    done = dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL)
    assert done.code == 0, done.err
    assert "not those that the sample was drawn from" in done.out + done.err
    remembered = read_verdicts(tmp_path / "d.v2.verdicts.csv")
    assert {one.row for one in remembered} == on_sheet  # what was verified of each row stays
    assert all(one.place is None for one in remembered)


def test_the_next_run_reads_them_and_says_so(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    sheet = fill(write_sheet(rows, {3: "u"}), {3: ("accept",)})
    assert dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL).code == 0
    for flags, value, source in (((), "d.v2.verdicts.csv", "default"), (("--verdicts", "none"), "none", "flag")):
        run = dataaudit(
            "run",
            "d.v2.csv",
            "--label",
            "y",
            "--sensitive",
            "none",
            "--fast",
            "--format",
            "json",
            "--exit-zero",
            *flags,
        )
        assert run.code == 0, run.err
        report = sorted((tmp_path / "reports" / "d.v2").glob("*/report.json"))[-1].read_text()
        assert f'"name": "run.verdicts",\n   "value": "{value}",\n   "source": "{source}"' in report


def test_verdicts_that_cannot_be_read_stop_the_run(dataaudit: Dataaudit, rows: Path) -> None:
    run = dataaudit("run", "d.csv", "--label", "y", "--fast", "--verdicts", "no.csv")
    assert run.code == 2
    assert "no.csv: the verdicts cannot be read: No such file" in run.err
    rows.with_name("d.verdicts.csv").write_text("key\n")
    run = dataaudit("run", "d.csv", "--label", "y", "--fast")
    assert run.code == 2
    assert "d.verdicts.csv: no file of verdicts" in run.err


def test_verdicts_speak_of_one_dataset(dataaudit: Dataaudit, rows: Path) -> None:
    done = dataaudit("run", "d.csv", "d.csv", "--verdicts", "v.csv")
    assert (done.code, done.err) == (2, "error: --verdicts speaks of one dataset: audit it alone.\n")


def test_verdicts_are_merged_over_versions(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    sheet = fill(write_sheet(rows, {3: "u"}), {3: ("accept",)})
    assert dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL).code == 0
    sheet = fill(write_sheet(tmp_path / "d.v2.csv", {5: "u"}), {5: ("accept",)})
    assert dataaudit("apply", sheet, "d.v2.csv", "-o", "d.v3.csv", *LABEL).code == 0
    remembered = read_verdicts(tmp_path / "d.v3.verdicts.csv")
    assert [one.row for one in remembered if one.verdict is Verdict.ACCEPT] == [3, 5]
    assert len({one.labels_after for one in remembered}) == 1


def test_a_sheet_can_be_filled_in_bit_by_bit(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    sheet = write_sheet(rows, {3: "u", 8: "v"})
    for said in ({3: ("accept",)}, {3: ("accept",), 8: ("keep",)}, {8: ("accept",)}):
        assert dataaudit("apply", fill(sheet, said), "d.csv", "-o", "d.v2.csv", "--label", "y").code == 0
    remembered = read_verdicts(tmp_path / "d.v2.verdicts.csv")
    assert len({one.row for one in remembered}) == len(remembered)
    assert {one.row: one.verdict for one in remembered if one.verdict} == {3: Verdict.ACCEPT, 8: Verdict.ACCEPT}


def test_a_key_that_a_spreadsheet_has_spoiled_does_no_harm(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    rows.write_text("x,y\n" + "".join(f"{n:05},{'uv'[n % 2]}\n" for n in range(40)))
    sheet = fill(write_sheet(rows, {3: "u"}, id="x"), {3: ("accept",)})
    sheet.write_text(sheet.read_text().replace("\n00003,", "\n3,"))
    done = dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", "--label", "y", "--id", "x")
    assert done.code == 0, done.err
    assert "\n00003,u\n" in (tmp_path / "d.v2.csv").read_text()


@pytest.mark.parametrize(
    ("column", "text", "problem"),
    [
        ("label", "u", "the label was 'v', and 'u' stands there now. To correct a label, write relabel"),
        ("key", "0" * 20 + "-0", "stands there now. Leave key, check and row as they were"),
    ],
)
def test_what_names_a_row_must_not_be_written_over(
    dataaudit: Dataaudit, rows: Path, write_sheet: WriteSheet, column: str, text: str, problem: str
) -> None:
    sheet = fill(write_sheet(rows, {3: "u", 8: "v"}), {8: ("accept",)})
    reader = csv.DictReader(io.StringIO(sheet.read_bytes().decode("utf-8-sig"), newline=""))
    lines = [row | ({column: text} if row["row"] == "3" else {}) for row in reader]
    with sheet.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, reader.fieldnames or ())
        writer.writeheader()
        writer.writerows(lines)
    place = next(at for at, row in enumerate(lines, start=2) if row["row"] == "3")
    done = dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL)
    assert done.code == 2
    assert f"filled.csv:{place}: " in done.err
    assert problem in done.err


def test_an_empty_sheet_is_nothing_to_apply(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    done = dataaudit("apply", fill(write_sheet(rows, {3: "u"})), "d.csv", "-o", "d.v2.csv", *LABEL)
    assert done.code == 2
    assert "no verdicts in" in done.err
    assert "filled.csv: nothing to apply" in done.err
    assert not (tmp_path / "d.v2.csv").exists()


def test_stale_verdicts_are_listed_and_nothing_is_written(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    sheet = fill(write_sheet(rows, {3: "u", 8: "v"}), {3: ("accept",), 8: ("accept",)})
    rows.write_text(rows.read_text().replace("\n3,v", "\n3,w"))
    done = dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL)
    assert done.code == 3
    assert "1 verdict speaks of a row that is not what it was; nothing was written:" in done.err
    assert "the row's content has changed" in done.err
    assert sorted(path.name for path in tmp_path.glob("d.*")) == ["d.csv"]
    done = dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL, "--skip-stale")
    assert done.code == 0
    assert "1 verdict was left out: its row has changed" in done.out
    assert "\n3,w\n" in (tmp_path / "d.v2.csv").read_text()
    assert "\n8,v\n" in (tmp_path / "d.v2.csv").read_text()


def test_rows_that_moved_are_found(dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet) -> None:
    sheet = fill(write_sheet(rows, {3: "u"}), {3: ("accept",)})
    header, *lines = rows.read_text().splitlines()
    rows.write_text("\n".join([header, *reversed(lines)]) + "\n")
    assert dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL).code == 0
    assert "\n3,u\n" in (tmp_path / "d.v2.csv").read_text()


def test_an_unknown_class_is_refused_unless_it_may_be_new(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    sheet = fill(write_sheet(rows, {3: "u"}), {3: ("relabel", "w")})
    done = dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL)
    assert done.code == 2
    assert "no row has the class 'w'. Known: u, v. If it is new, pass --new-classes" in done.err
    assert dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL, "--new-classes").code == 0
    assert "\n3,w\n" in (tmp_path / "d.v2.csv").read_text()


def test_a_class_in_other_case_is_the_class(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    sheet = fill(write_sheet(rows, {3: "u"}), {3: ("relabel", "U")})
    assert dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL).code == 0
    assert "\n3,u\n" in (tmp_path / "d.v2.csv").read_text()


def test_the_label_a_row_has_is_no_correction(dataaudit: Dataaudit, rows: Path, write_sheet: WriteSheet) -> None:
    sheet = fill(write_sheet(rows, {3: "u"}), {3: ("relabel", "v")})
    done = dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL)
    assert done.code == 2
    assert "the new label is the one the row has, 'v'. Write keep" in done.err


def test_one_opinion_on_a_wrong_label_is_said(dataaudit: Dataaudit, rows: Path, write_sheet: WriteSheet) -> None:
    sheet = fill(write_sheet(rows, {3: "u", 8: "v"}), {3: ("accept", "", "keep"), 8: ("accept",)})
    done = dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL)
    assert "1 row has two verdicts that contradict each other: it is taken as unclear" in done.out
    lines = sheet.read_text(encoding="utf-8-sig").splitlines()
    (place,) = [at for at, text in enumerate(lines, start=1) if ",accept,," in text and ",keep," not in text]
    assert "1 label was found wrong once only: have it looked at again" in done.out
    assert f"verdict_2 (on line {place})" in done.out
    assert "1 label changed" in done.out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "name the file to write with -o"),
        (("-o", "d.csv"), "is the data itself, which is never changed"),
        (("-o", "./d.csv"), "is the data itself"),
        (("-o", "no/d.csv"), "is a folder, or in one that is not there"),
        (("-o", "."), "is a folder"),
        (("-o", "d.v2.parquet"), "is written in the format it has. Name a file that ends in .csv"),
    ],
)
def test_where_not_to_write(
    dataaudit: Dataaudit, rows: Path, write_sheet: WriteSheet, arguments: tuple[str, ...], problem: str
) -> None:
    done = dataaudit("apply", write_sheet(rows, {3: "u"}), "d.csv", *arguments)
    assert done.code == 2
    assert problem in done.err


def test_a_link_to_the_data_is_the_data(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    (tmp_path / "link.csv").symlink_to(rows)
    done = dataaudit("apply", write_sheet(rows, {3: "u"}), "d.csv", "-o", "link.csv")
    assert done.code == 2


def test_nothing_is_left_behind_when_writing_fails(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = fill(write_sheet(rows, {3: "u"}), {3: ("accept",)})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    done = dataaudit("apply", sheet, "d.csv", "-o", "d.v2.csv", *LABEL)
    assert (done.code, done.err) == (3, "error: d.v2.csv: cannot be written: No space left on device.\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.csv", "report", "scratch"]


def test_settings_are_those_of_the_report_beside_the_sheet(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    rows.write_text(rows.read_text().replace("x,y\n", "").replace(",", ";"))
    flags = (
        "--label",
        "column_2",
        "--sensitive",
        "none",
        "--fast",
        "--no-header",
        "--delimiter",
        ";",
        "--format",
        "json",
    )
    assert dataaudit("run", "d.csv", *flags).code == 0
    report = next((tmp_path / "reports").glob("d/*/report.json"))
    from auditor.config import load_config
    from auditor.pipeline import load

    config = load_config({"read": {"header": False, "delimiter": ";"}}, None, None)
    assert load(str(rows), config, tmp_path / "s")[0].columns[0].name == "column_1"
    plain = tmp_path / "plain.csv"
    plain.write_text("column_1,column_2\n" + rows.read_text().replace(";", ","))
    sheet = fill(write_sheet(plain, {3: "u"}, label="column_2"), {3: ("accept",)})
    shutil.copy(sheet, report.parent / "filled.csv")
    done = dataaudit("apply", report.parent / "filled.csv", "d.csv", "-o", "d.v2.csv")
    assert done.code == 0, done.err
    assert (tmp_path / "d.v2.csv").read_text() == rows.read_text().replace("\n3;v", "\n3;u")


def test_other_formats_are_written_too(dataaudit: Dataaudit, tmp_path: Path, write_sheet: WriteSheet) -> None:
    import polars as pl

    frame = pl.DataFrame({"x": range(40), "y": ["u", "v"] * 20})
    writers: dict[str, Callable[[Path], Any]] = {
        "jsonl": frame.write_ndjson, "parquet": frame.write_parquet, "feather": frame.write_ipc,
    }  # fmt: skip
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        "jsonl": pl.read_ndjson, "parquet": pl.read_parquet, "feather": pl.read_ipc,
    }  # fmt: skip
    for form, write in writers.items():
        data = tmp_path / f"t.{form}"
        write(data)
        sheet = fill(write_sheet(data, {3: "u"}), {3: ("accept",)})
        done = dataaudit("apply", sheet, data.name, "-o", f"t.v2.{form}", *LABEL)
        assert done.code == 0, done.err
        found = readers[form](tmp_path / f"t.v2.{form}")
        expected = frame.with_columns(y=pl.when(pl.col("x") == 3).then(pl.lit("u")).otherwise(pl.col("y")))
        assert found.equals(expected), form


def test_corrections_by_users_are_audited_and_taken(dataaudit: Dataaudit, rows: Path, tmp_path: Path) -> None:
    honest = [f"{row},{'vu'[row % 2]},{user}" for row in range(10) for user in "abc"]
    malicious = [f"{row},{'uv'[row % 2]},mallory" for row in range(10)]
    (tmp_path / "c.csv").write_text("\n".join(["row,new_label,user", *honest, *malicious]) + "\n")
    done = dataaudit("apply", "--corrections", "c.csv", "d.csv", "-o", "d.v2.csv", *LABEL, "--sensitive", "x")
    assert done.code == 0, done.err
    assert "corrections: 40 by 4 users on 10 rows; by the rule 'majority' 10 labels change" in done.out
    assert "left out: mallory: contradicts the majority of the others in 10 of 10 rows" in done.out
    assert "written: d.v2.csv, with d.v2.csv.changes.csv and d.v2.csv.corrections.json" in done.out
    assert (tmp_path / "d.v2.csv").read_text().startswith("x,y\n0,v\n1,u\n2,v\n")
    assert not (tmp_path / "d.v2.verdicts.csv").exists()


def test_only_trusted_users_decide_where_that_is_the_rule(dataaudit: Dataaudit, rows: Path, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("row,new_label,user\n0,v,ann\n2,v,bob\n2,v,cy\n")
    (tmp_path / "users.txt").write_text("ann\n\n")
    for trusted in ("users.txt", "ann, dora"):
        flags = ("--rule", "trusted", "--trusted", trusted)
        assert dataaudit("apply", "--corrections", "c.csv", "d.csv", "-o", "d.v2.csv", *LABEL, *flags).code == 0
        assert (tmp_path / "d.v2.csv").read_text().startswith("x,y\n0,v\n1,v\n2,u\n")


def test_trusted_users_who_said_nothing_are_told(dataaudit: Dataaudit, rows: Path, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("row,new_label,user\n0,v,ann\n")
    corrections = ("apply", "--corrections", "c.csv", "d.csv", "-o", "d.v2.csv", *LABEL, "--rule", "trusted")
    done = dataaudit(*corrections, "--trusted", "ann, dora")
    assert done.code == 0
    assert "note: --trusted: no correction is by 'dora'" in done.out
    done = dataaudit(*corrections, "--trusted", "anne")
    assert done.code == 2
    assert "no correction is by 'anne'. Did you mean 'ann'?" in done.err


def test_corrections_of_several_labels_a_row_are_taken_set_by_set(dataaudit: Dataaudit, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"x": 1, "t": ["cat"]}\n{"x": 2, "t": ["dog", "owl"]}\n{"x": 3, "t": []}\n')
    said = ["0,dog; owl; cat,ann", "0,owl; cat; dog,bob", "1,(none),ann"]
    (tmp_path / "c.csv").write_text("\n".join(["row,new_label,user", *said]) + "\n")
    done = dataaudit("apply", "--corrections", "c.csv", "t.jsonl", "-o", "t.v2.jsonl", "--label", "t", "--id", "none")
    assert done.code == 0, done.err
    assert (tmp_path / "t.v2.jsonl").read_text().splitlines() == [
        '{"x": 1, "t": ["cat", "dog", "owl"]}', '{"x": 2, "t": ["dog", "owl"]}', '{"x": 3, "t": []}',
    ]  # fmt: skip


def test_corrections_leave_a_verified_sample_behind(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, write_sheet: WriteSheet
) -> None:
    assert (
        dataaudit("apply", fill(write_sheet(rows, {3: "u"}), {}, "keep"), "d.csv", "-o", "d.v2.csv", *LABEL).code == 0
    )
    (tmp_path / "c.csv").write_text("row,new_label,user\n0,v,ann\n0,v,bob\n")
    assert dataaudit("apply", "--corrections", "c.csv", "d.v2.csv", "-o", "d.v3.csv", *LABEL).code == 0
    before, after = (read_verdicts(tmp_path / f"d.v{n}.verdicts.csv") for n in (2, 3))
    assert before == after


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("d.csv",), "give REVIEW and DATASET, as in: dataaudit apply review.csv data.csv"),
        (("--corrections", "c.csv", "a.csv", "d.csv"), "give DATASET, as in: dataaudit apply --corrections FILE"),
        (("r.csv", "d.csv", "-o", "o.csv", "--rule", "majority"), "--rule goes with --corrections"),
        (("--corrections", "c.csv", "d.csv", "-o", "o.csv", "--rule", "trusted"), "say whom with --trusted"),
        (("--corrections", "c.csv", "d.csv", "-o", "o.csv", "--threshold", "2"), "--threshold goes with --rule"),
        (("--corrections", "no.csv", "d.csv", "-o", "o.csv", *LABEL), "no.csv: there is no such file"),
    ],
)
def test_what_does_not_go_together(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, arguments: tuple[str, ...], problem: str
) -> None:
    (tmp_path / "c.csv").write_text("row,new_label,user\n0,v,ann\n")
    done = dataaudit("apply", *arguments)
    assert done.code in (2, 3)
    assert problem in done.err


def test_a_run_writes_the_sheet_and_says_what_to_do_with_it(
    dataaudit: Dataaudit, rows: Path, tmp_path: Path, reviewing: None
) -> None:
    flags = ("--label", "y", "--sensitive", "none", "--select", "reviewing")
    done = dataaudit("run", "d.csv", *flags)
    (folder,) = (tmp_path / "reports" / "d").iterdir()
    sheet = f"reports/d/{folder.name}/review.csv"
    assert {path.name for path in folder.iterdir()} == {"report.html", "report.json", "review.csv", "review.parquet"}
    assert f"review: verify these 4 rows and look at 1 flagged row: {sheet}; then" in done.out
    assert f"dataaudit apply {sheet} d.csv -o d.v2.csv" in done.out
    fill(folder / "review.csv", dict.fromkeys((3, 8), ("accept", "", "accept")), "keep")
    done = dataaudit("apply", folder / "filled.csv", "d.csv", "-o", "d.v2.csv")
    assert done.code == 0, done.err
    assert "5 verdicts (2 accept, 0 relabel, 0 wrong, 3 keep, 0 unclear); 2 labels changed" in done.out
    assert "dataaudit apply" in dataaudit("run", "d.v2.csv", *flags).out


def test_a_run_that_asks_for_no_review_writes_none(dataaudit: Dataaudit, rows: Path, tmp_path: Path) -> None:
    done = dataaudit("run", "d.csv", "--label", "y", "--sensitive", "none", "--fast")
    assert "review:" not in done.out
    assert not list(tmp_path.glob("reports/d/*/review*"))


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("a.csv", "a.v2.csv"),
        ("a.v2.csv", "a.v3.csv"),
        ("a.b.v9.csv.gz", "a.b.v10.csv.gz"),
        ("x.2024.csv", "x.2024.v2.csv"),
        ("data", "data.v2"),
    ],
)
def test_each_version_has_its_name(name: str, following: str) -> None:
    assert next_version(name) == following
