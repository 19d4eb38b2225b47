from __future__ import annotations

import pytest

from auditor.testing import Status, decided
from auditor_checks.diversity.too_few_rows import TooFewRows


@pytest.mark.parametrize(("rows", "status"), [(1, Status.FAIL), (29, Status.FAIL), (30, Status.PASS)])
def test_a_handful_of_rows_is_no_dataset(rows: int, status: Status) -> None:
    assert decided(TooFewRows(), {"x": list(range(rows))}).status is status


def test_the_least_is_the_users_to_say() -> None:
    assert decided(TooFewRows(min_rows=3), {"x": [1, 2, 3]}).status is Status.PASS
