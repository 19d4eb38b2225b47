from __future__ import annotations

import pytest

from auditor.errors import AuditError, DataError, UsageError, did_you_mean


def test_each_error_knows_its_exit_code() -> None:
    assert (AuditError.exit_code, UsageError.exit_code, DataError.exit_code) == (3, 2, 3)


def test_a_data_error_says_where_what_and_what_to_do() -> None:
    assert str(DataError("d.csv", "is empty", "Check it.")) == "d.csv: is empty. Check it."
    assert str(DataError("d.csv", "has 3 fields", "Mend it.", 7)) == "d.csv:7: has 3 fields. Mend it."


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("lable", ["label", "id"], "Did you mean 'label'?"),
        ("xyz", ["label", "id"], "Known: label, id."),
        ("xyz", [], "Known: ."),
        ("zzz", [f"c{n}" for n in range(30)], "c19 …."),
    ],
)
def test_the_nearest_name_or_the_known_ones(name: str, known: list[str], hint: str) -> None:
    assert did_you_mean(name, known).endswith(hint)
