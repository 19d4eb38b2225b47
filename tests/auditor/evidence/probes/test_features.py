from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from auditor.dataset.table import Column, Kind
from auditor.errors import NotPossible
from auditor.evidence.probes.features import MAX_LEVELS, learn_encoder, stacked


def column(name: str, kind: Kind) -> Column:
    return Column(name, kind, "")


def table(**columns: Any) -> pa.Table:
    return pa.table(columns)


def test_numbers_are_standardised_and_holes_stay_holes() -> None:
    sample = table(x=[1.0, 3.0, None, float("inf")], huge=[1e300, -1e300, 0.0, 0.0])
    encoder = learn_encoder([column("x", Kind.NUMERIC), column("huge", Kind.NUMERIC)], sample)
    numbers = encoder.encode(sample).numbers
    assert numbers[:2, 0].tolist() == [-1.0, 1.0]
    assert np.isnan(numbers[2:, 0]).all()
    assert np.isfinite(numbers[:, 1]).all()


def test_times_and_truth_values_are_numbers() -> None:
    sample = table(t=[datetime(2024, 1, 1), datetime(2024, 1, 3), None], b=[True, False, None])
    encoder = learn_encoder([column("t", Kind.DATETIME), column("b", Kind.BOOLEAN)], sample)
    numbers = encoder.encode(sample).numbers
    assert numbers[:2].tolist() == [[-1.0, 1.0], [1.0, -1.0]]
    assert np.isnan(numbers[2]).all()


def test_levels_that_are_rare_unseen_or_missing_are_one() -> None:
    sample = table(c=["a", "a", "b", "b", "b", "once"])
    encoder = learn_encoder([column("c", Kind.CATEGORICAL)], sample)
    codes = encoder.encode(table(c=["b", "a", "once", "new", None])).codes
    assert codes[:, 0].tolist() == [1, 2, 0, 0, 0]
    assert encoder.encode(sample).levels == (3,)


def test_a_category_of_very_many_levels_is_read_as_text_too() -> None:
    names = [f"street {i // 2}" for i in range(6 * MAX_LEVELS)]
    encoder = learn_encoder([column("c", Kind.CATEGORICAL)], table(c=names))
    assert encoder.encode(table(c=names)).terms is not None
    assert encoder.columns == ("c",)


def test_texts_become_words_and_pieces() -> None:
    sample = table(t=["good day", "good night", None, ""])
    terms = learn_encoder([column("t", Kind.TEXT)], sample).encode(sample).terms
    assert terms.shape[0] == 4
    assert terms[0].nnz > 0
    assert terms[2].nnz == terms[3].nnz == 0


def test_texts_without_a_word_in_common_tell_nothing() -> None:
    sample = table(t=["aaa", "bbb"])
    assert learn_encoder([column("t", Kind.TEXT)], sample).encode(sample).terms is None


def test_vectors_must_be_equally_long() -> None:
    sample = table(v=[[1.0, 2.0], None, [float("nan"), 1.0]])
    encoder = learn_encoder([column("v", Kind.EMBEDDING)], sample)
    assert encoder.encode(sample).vectors.tolist() == [[1.0, 2.0], [0.0, 0.0], [0.0, 1.0]]
    with pytest.raises(NotPossible, match="equally long"):
        encoder.encode(table(v=[[1.0]]))


def test_rows_can_be_taken_and_put_together() -> None:
    sample = table(x=[1.0, 2.0, 3.0], c=["a", "a", "b"], t=["good day", "good night", "day"])
    kinds = [column("x", Kind.NUMERIC), column("c", Kind.CATEGORICAL), column("t", Kind.TEXT)]
    whole = learn_encoder(kinds, sample).encode(sample)
    again = stacked([whole.take(np.array([0])), whole.take(np.array([False, True, True]))])
    assert again.numbers.tolist() == whole.numbers.tolist()
    assert again.codes.tolist() == whole.codes.tolist()
    assert (again.terms != whole.terms).nnz == 0
