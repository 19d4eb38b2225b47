"""The sample data: made anew it is the same, and what the truth says was planted is in the rows."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).resolve().parents[2] / "sample_data"
UNKNOWN = ("", "?", "NA")

Row = dict[str, str]


def planted(name: str) -> dict[str, dict[str, Any]]:
    truth = json.loads((FOLDER / f"{name}.truth.json").read_text())
    return {entry["check"]: entry for entry in truth["planted"]}


def rows_of(name: str) -> list[Row]:
    with (FOLDER / name).open(newline="") as lines:
        if name.endswith(".jsonl"):
            return [json.loads(line) for line in lines]
        return list(csv.DictReader(lines))


def without(row: Row, *names: str) -> tuple[str, ...]:
    return tuple(cell for name, cell in row.items() if name not in names)


def groups_of(rows: list[Row], *without_names: str) -> list[list[int]]:
    """Rows that are equal but for some columns, in groups of two and more."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(without(row, *without_names), []).append(place)
    return [places for places in groups.values() if len(places) > 1]


@pytest.fixture(scope="module")
def hiring() -> list[Row]:
    return rows_of("hiring.csv")


@pytest.fixture(scope="module")
def clean() -> list[Row]:
    return rows_of("hiring_clean.csv")


@pytest.fixture(scope="module")
def tickets() -> list[Row]:
    return rows_of("tickets.jsonl")


@pytest.fixture(scope="module")
def truth() -> dict[str, dict[str, Any]]:
    return planted("hiring")


def test_made_anew_every_file_has_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, FOLDER / "make.py", "--to", tmp_path], check=True, capture_output=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {
        path.name: path.read_bytes()
        for path in FOLDER.iterdir()
        if path.is_file() and path.suffix not in (".py", ".md")
    }
    assert sorted(made) == sorted(kept)
    assert [name for name in made if made[name] != kept[name]] == []


def test_the_folder_stays_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir() if path.is_file()}
    assert max(sizes.values()) < 600_000
    assert sum(sizes.values()) < 2_000_000


@pytest.mark.parametrize("name", ["hiring.csv", "tickets.jsonl"])
def test_the_truth_knows_its_table(name: str) -> None:
    truth = json.loads((FOLDER / f"{name.split('.')[0]}.truth.json").read_text())
    rows = rows_of(name)
    assert truth["data"] == name
    assert truth["rows"] == len(rows)
    assert truth["label"] in rows[0]


def test_blank_labels(hiring: list[Row], truth: dict[str, dict[str, Any]]) -> None:
    blank = [place for place, row in enumerate(hiring) if row["decision"] == ""]
    assert blank == truth["missing-labels"]["rows"]
    assert len(blank) == truth["missing-labels"]["expected"]["count"]


def test_spellings(hiring: list[Row], truth: dict[str, dict[str, Any]]) -> None:
    entry = truth["label-spelling"]
    usual = ("", "hired", "rejected", "withdrawn")
    odd = [place for place, row in enumerate(hiring) if row["decision"] not in usual]
    assert odd == entry["rows"]
    assert Counter(hiring[place]["decision"] for place in odd) == entry["expected"]["spellings"]


def test_label_errors_contradict_the_scores(hiring: list[Row], truth: dict[str, dict[str, Any]]) -> None:
    entry = truth["label-errors"]
    assert len(entry["rows"]) == entry["expected"]["count"]
    for place, right in zip(entry["rows"], entry["right_labels"], strict=True):
        row = hiring[place]
        merit = float(row["skills_score"]) / 12 + float(row["interview_score"]) / 1.4
        assert row["decision"] == {"hired": "rejected", "rejected": "hired"}[right]
        assert (merit > 62 / 12 + 6 / 1.4) == (right == "hired")


def test_conflicts(hiring: list[Row], truth: dict[str, dict[str, Any]]) -> None:
    entry = truth["conflicting-labels"]
    found = [
        places
        for places in groups_of(hiring, "applicant_id", "decision")
        if len({hiring[place]["decision"] for place in places}) > 1
    ]
    assert sorted(found) == entry["pairs"]
    assert sorted(place for pair in found for place in pair) == entry["rows"]
    assert entry["expected"] == {"rows": 2 * len(found), "groups": len(found), "contradicted": len(found)}


def test_duplicates(hiring: list[Row], truth: dict[str, dict[str, Any]]) -> None:
    entry = truth["duplicate-rows"]
    found = groups_of(hiring, "applicant_id")
    assert sorted(found) == entry["pairs"]
    assert sorted(later for _, later in found) == entry["rows"]
    assert entry["expected"] == {"repeats": len(found), "groups": len(found)}
    assert len(found) / len(hiring) == 0.08


def test_classes(hiring: list[Row], truth: dict[str, dict[str, Any]]) -> None:
    entry = truth["class-imbalance"]
    assert Counter(row["decision"] for row in hiring if row["decision"]) == entry["expected"]["classes"]
    assert {hiring[place]["decision"] for place in entry["rows"]} == {"withdrawn"}
    assert len(entry["rows"]) == entry["expected"]["classes"]["withdrawn"] == 12


def test_groups(hiring: list[Row], truth: dict[str, dict[str, Any]]) -> None:
    entry = truth["group-representation"]
    for name, expected in entry["expected"].items():
        assert Counter(row[name] for row in hiring) == expected
    assert {hiring[place]["ethnicity"] for place in entry["rows"]} == {"Pacific Islander"}
    assert len(entry["rows"]) == entry["expected"]["ethnicity"]["Pacific Islander"]
    assert entry["expected"]["disability"]["no"] / len(hiring) > 0.95


def test_rates_by_group(hiring: list[Row], truth: dict[str, dict[str, Any]]) -> None:
    expected = truth["label-rate-disparity"]["expected"]
    for columns, groups in expected.items():
        named = Counter(", ".join(row[c] for c in columns.split(", ")) for row in hiring if row["decision"])
        assert named == {group: cell["labeled"] for group, cell in groups.items()}
        for group, cell in groups.items():
            values = dict(zip(columns.split(", "), group.split(", "), strict=True))
            of_group = [row for row in hiring if values.items() <= row.items()]
            assert sum(row["decision"] == "hired" for row in of_group) == cell["hired"]


def test_the_gap_is_worst_in_an_intersection(truth: dict[str, dict[str, Any]]) -> None:
    expected = truth["label-rate-disparity"]["expected"]
    rate = {group: cell["hired"] / cell["labeled"] for groups in expected.values() for group, cell in groups.items()}
    assert rate["male"] - rate["female"] == pytest.approx(0.2, abs=0.03)
    assert rate["male, White"] - rate["female, Black"] > 0.35


def test_missing_cells(hiring: list[Row], truth: dict[str, dict[str, Any]]) -> None:
    entry = truth["missing-values"]
    missing = [place for place, row in enumerate(hiring) if row["source"] in UNKNOWN]
    assert missing == entry["rows"]
    assert Counter(hiring[place]["source"] for place in missing) == entry["expected"]["tokens"]
    assert len(missing) / len(hiring) == pytest.approx(0.4, abs=0.01)


def test_broken_rules(hiring: list[Row], truth: dict[str, dict[str, Any]]) -> None:
    negative = [place for place, row in enumerate(hiring) if int(row["years_experience"]) < 0]
    odd = [place for place, row in enumerate(hiring) if row["education"] == "batchelor"]
    for check, rows in (("schema", negative), ("expectations", odd)):
        assert rows == truth[check]["rows"]
        assert len(rows) == truth[check]["expected"]["count"]


def test_clean_has_no_row_twice_and_few_holes(clean: list[Row]) -> None:
    assert groups_of(clean, "applicant_id", "decision") == []
    assert Counter(row["decision"] for row in clean).keys() == {"hired", "rejected"}
    for name in clean[0]:
        assert sum(row[name] in UNKNOWN for row in clean) / len(clean) <= 0.02


def test_clean_hires_half_of_every_group_large_enough_to_tell(clean: list[Row]) -> None:
    """Far enough within 10 points for an interval of 95 % to stay there, in groups of 150 rows and more."""
    groups: dict[tuple[tuple[str, str], ...], list[Row]] = {}
    names = ("sex", "ethnicity", "age", "disability")
    for row in clean:
        values = row | {"age": str(sum(int(row["age"]) >= edge for edge in (25, 40, 60)))}
        for first in names:
            for second in names:
                groups.setdefault(((first, values[first]), (second, values[second])), []).append(row)
    for members in groups.values():
        assert len(members) >= 150
        assert sum(row["decision"] == "hired" for row in members) / len(members) == pytest.approx(0.5, abs=0.02)


def test_wrong_intents(tickets: list[Row]) -> None:
    entry = planted("tickets")["label-errors"]
    assert len(entry["rows"]) == entry["expected"]["count"] == 0.04 * len(tickets)
    for place, right in zip(entry["rows"], entry["right_labels"], strict=True):
        assert tickets[place]["intent"] != right


def test_tickets_filed_twice(tickets: list[Row]) -> None:
    truth = planted("tickets")
    found = groups_of(tickets, "ticket_id", "intent")
    same = [places for places in found if len({tickets[place]["intent"] for place in places}) == 1]
    assert sorted(same) == truth["duplicate-rows"]["pairs"]
    assert sorted(places for places in found if places not in same) == truth["conflicting-labels"]["pairs"]


def test_the_schema_finds_what_was_planted(truth: dict[str, dict[str, Any]]) -> None:
    pandera = pytest.importorskip("pandera.pandas")
    pytest.importorskip("yaml")
    import pandas as pd

    def broken(name: str) -> list[int]:
        schema = pandera.DataFrameSchema.from_yaml(FOLDER / f"{name}.schema.yaml")
        try:
            schema.validate(pd.read_csv(FOLDER / f"{name}.csv", na_values=["?"]), lazy=True)
        except pandera.errors.SchemaErrors as errors:
            return sorted(errors.failure_cases["index"])
        return []

    assert broken("hiring") == truth["schema"]["rows"]
    assert broken("hiring_clean") == []


def test_the_suite_finds_what_was_planted(truth: dict[str, dict[str, Any]]) -> None:
    gx = pytest.importorskip("great_expectations")
    import pandas as pd

    def broken(name: str) -> dict[str, int]:
        suite = gx.ExpectationSuite(**json.loads((FOLDER / f"{name}.expectations.json").read_text()))
        asset = gx.get_context(mode="ephemeral").data_sources.add_pandas("pandas").add_dataframe_asset("table")
        frame = pd.read_csv(FOLDER / f"{name}.csv", na_values=["?"])
        batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
        failed = [result for result in batch.validate(suite).results if not result.success]
        return {r.expectation_config.kwargs["column"]: r.result["unexpected_count"] for r in failed}

    assert broken("hiring") == {"education": truth["expectations"]["expected"]["count"]}
    assert broken("hiring_clean") == {}
