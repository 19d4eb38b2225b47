"""The contract that both hiring tables are held to: a pandera schema and a Great Expectations suite."""

from __future__ import annotations

import json
from typing import Any

from sample_data.makers.applicants import CITY, EDUCATION

_SCHEMA = """\
# A pandera schema: pandera.pandas.DataFrameSchema.from_yaml reads it.
schema_type: dataframe
version: 0.24.0
columns:
  applicant_id: {dtype: str, unique: true, checks: {str_matches: "^A[0-9]{6}$"}}
  sex: {dtype: str, checks: {isin: [female, male]}}
  ethnicity: {dtype: str}
  age: {dtype: int64, checks: {in_range: {min_value: 18, max_value: 100}}}
  disability: {dtype: str, checks: {isin: ["no", "yes"]}}
  city: {dtype: str}
  source: {dtype: str, nullable: true}
  education: {dtype: str}
  years_experience: {dtype: int64, checks: {greater_than_or_equal_to: 0}}
  skills_score: {dtype: float64, checks: {in_range: {min_value: 0, max_value: 100}}}
  interview_score: {dtype: float64, nullable: true, checks: {in_range: {min_value: 0, max_value: 10}}}
  decision: {dtype: str, nullable: true}
coerce: false
strict: true
ordered: true
"""


def files() -> dict[str, str]:
    """The same contract beside each table, under the table's name."""
    tables = ("hiring", "hiring_clean")
    made = {f"{name}.schema.yaml": _SCHEMA for name in tables}
    return made | {f"{name}.expectations.json": _suite(name) for name in tables}


def _suite(name: str) -> str:
    expectations = [
        _rule("table_row_count_to_be_between", "critical", min_value=1000),
        _rule("column_values_to_be_unique", "critical", column="applicant_id"),
        _rule("column_values_to_be_in_set", "critical", column="education", value_set=list(EDUCATION)),
        _rule("column_values_to_be_in_set", "warning", column="city", value_set=list(CITY)),
        _rule("column_values_to_not_be_null", "critical", column="skills_score"),
        _rule("column_mean_to_be_between", "warning", column="skills_score", min_value=50, max_value=75),
        _rule("column_values_to_be_between", "info", column="age", min_value=18, max_value=70),
    ]
    meta = {"great_expectations_version": "1.24.1"}
    suite = {"name": name, "id": None, "expectations": expectations, "meta": meta, "notes": None}
    return json.dumps(suite, indent=2) + "\n"


def _rule(what: str, severity: str, **kwargs: Any) -> dict[str, Any]:
    return {"type": f"expect_{what}", "kwargs": kwargs, "meta": {}, "severity": severity}
