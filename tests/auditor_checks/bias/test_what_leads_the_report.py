"""What a reader of any view must not overlook, from the data to the page."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import auditor
from auditor.report.html import render_html
from auditor.report.model import Report
from auditor.report.terminal import render_terminal

#: Admitted and applied, men and women, in two departments: a sure reversal, within ten points in each.
DEPARTMENTS = {"A": ((640, 800), (170, 200)), "B": ((20, 200), (120, 800))}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    table: dict[str, list[str]] = {"sex": [], "dept": [], "admitted": []}
    for dept, sides in DEPARTMENTS.items():
        for sex, (yes, rows) in zip(("men", "women"), sides, strict=True):
            table["sex"] += [sex] * rows
            table["dept"] += [dept] * rows
            table["admitted"] += ["yes"] * yes + ["no"] * (rows - yes)
    config: Path = tmp_path_factory.mktemp("leads") / "dataaudit.toml"
    config.write_text('[checks.conditional-disparity]\nfactors = ["dept"]\n')
    said = {"label": "admitted", "sensitive": "sex", "label_is": "decision", "positive": "yes", "fast": True}
    return auditor.audit(pl.DataFrame(table), config=config, **said)


def test_what_a_decision_records_is_the_first_thing_to_do(report: Report) -> None:
    assert report.verdict.todo[0].startswith(
        "Find out how this was decided before a model learns it: the label records"
    )
    assert "sex = men has 69.5% of the rows with admitted = yes and 50.0% of all" in report.verdict.todo[0]


def test_a_reversal_is_in_the_list_of_every_view(report: Report) -> None:
    check = next(check for check in report.checks if check.id == "conditional-disparity")
    assert check.status == "pass"
    (told,) = [sentence for sentence in report.verdict.todo if "Simpson reversal by dept" in sentence]
    assert told.startswith("Do not judge sex = women by the total")
    assert "Simpson reversal by dept" in report.model_dump_json()
    for page in (render_html(report), render_terminal(report, color=False, width=1000)):
        assert "Do not judge sex = women by the total: compare within dept" in page


def test_bias_leads_the_page_of_a_decision(report: Report) -> None:
    page = render_html(report)
    assert page.index('<h2 id="bias">') < page.index('<h2 id="annotations">')
