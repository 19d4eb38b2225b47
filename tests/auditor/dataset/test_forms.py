from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest

from auditor.dataset.forms import Form, typed


@pytest.mark.parametrize(
    ("form", "cells"),
    [
        (Form.TIME, ["2024-01-31 00:00:07.123456789", "2024-01-31"]),  # as pandas writes them
        (Form.TIME_ZONED, ["2024-01-31T01:00:07.123456789+01:00", "2024-01-31T00:00:00Z"]),
    ],
)
def test_nanoseconds_are_cut_to_microseconds(form: Form, cells: list[str]) -> None:
    values = typed(pa.array(cells), form, ".")
    assert values is not None
    assert values.to_pylist() == [datetime(2024, 1, 31, 0, 0, 7, 123456), datetime(2024, 1, 31)]


def test_what_is_no_time_fits_no_form_of_time() -> None:
    assert typed(pa.array(["2024-01-31", "soon"]), Form.TIME, ".") is None
    assert typed(pa.array(["2024-13-31 00:00:07.123456789"]), Form.TIME, ".") is None
