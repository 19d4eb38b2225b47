from __future__ import annotations

import pytest

from auditor_checks.wording import counted


@pytest.mark.parametrize(
    ("number", "names", "text"),
    [
        (0, ("row",), "0 rows"),
        (1, ("row",), "1 row"),
        (2, ("row",), "2 rows"),
        (1, ("class", "classes"), "1 class"),
        (3, ("class", "classes"), "3 classes"),
    ],
)
def test_a_count_has_its_noun(number: int, names: tuple[str, ...], text: str) -> None:
    assert counted(number, *names) == text
