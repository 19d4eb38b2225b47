from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.errors import NotPossible
from auditor.evidence.labeled_otherwise import AskLabeledOtherwise, LabeledOtherwise
from auditor.testing import evidence_of


def world(
    seed: int, rows: int = 3000, *, about: float = 0.0, flipped: float = 0.0, more: float = 0.0, far: float = 0.0
) -> dict[str, Any]:
    """Labels by x, which lies `about` there; `flipped` of them otherwise; `more` of class b; z lies `far` off."""
    draw = np.random.default_rng(seed)
    x = draw.normal(about, 1.0, rows * 4)
    b = draw.random(rows * 4) < 1 / (1 + np.exp(-2 * x))
    if more:
        odds = (0.5 + more) / (0.5 - more)
        keep = draw.random(len(b)) < np.where(b, 1.0, 1 / odds)
        x, b = x[keep], b[keep]
    x, b = x[:rows], b[:rows]
    b ^= draw.random(rows) < flipped
    return {"x": x.tolist(), "z": draw.normal(far, 1.0, rows).tolist(), "y": ["ab"[int(one)] for one in b]}


def found(ours: dict[str, Any], theirs: dict[str, Any], **roles: Any) -> LabeledOtherwise:
    return evidence_of(ours, reference=theirs, label="y", **roles).ask(AskLabeledOtherwise())


def test_one_population_differs_in_nothing() -> None:
    same = found(world(1), world(2))
    assert same.otherwise is not None
    assert same.otherwise.bounds(0.95)[0] == 0 < same.otherwise.bounds(0.95)[1] < 0.05
    assert same.shares.bounds(0.95)[0] == 0
    assert same.within.bounds(0.95)[0] < 0.5


def test_other_rows_with_like_labels_are_not_labeled_otherwise() -> None:
    moved = found(world(1), world(2, about=1.0))
    assert moved.otherwise is not None
    assert moved.otherwise.bounds(0.95)[0] == 0
    assert moved.shares.bounds(0.95)[0] > 0.1  # more of class b, since there are more such rows
    assert moved.within.bounds(0.95)[0] > 0.55


def test_flipped_labels_are_labels_given_otherwise() -> None:
    flipped = found(world(1), world(2, flipped=0.2))
    assert flipped.otherwise is not None
    assert flipped.otherwise.bounds(0.95)[0] > 0.05
    assert flipped.otherwise.value < 0.2  # no more than were flipped
    assert flipped.within.bounds(0.95)[0] > 0.5


def test_rows_of_a_class_look_alike_where_only_shares_differ() -> None:
    more = found(world(1), world(2, more=0.2))
    assert more.shares.bounds(0.95)[0] > 0.1
    assert more.within.bounds(0.95)[0] < 0.5 < more.within.bounds(0.95)[1]


@pytest.mark.slow
def test_a_label_that_is_a_number_is_cut() -> None:
    def numbers(seed: int, shift: float) -> dict[str, Any]:
        draw = np.random.default_rng(seed)
        x = draw.normal(size=2000)
        return {"x": x.tolist(), "y": (x + 0.5 * draw.normal(size=2000) + shift).tolist()}

    same, other = (found(numbers(1, 0.0), numbers(2, s), task="regression").otherwise for s in (0.0, 0.5))
    assert same is not None
    assert other is not None
    assert same.bounds(0.95)[0] == 0
    assert other.bounds(0.95)[0] > 0.1


def test_rows_that_are_not_alike_at_all_say_nothing_of_labels() -> None:
    assert found(world(1, 500), world(2, 500, far=40.0)).otherwise is None


def test_a_reference_of_few_labels_cannot_be_learned() -> None:
    other = world(2)
    other["y"] = other["y"][:30] + [None] * 2970
    with pytest.raises(NotPossible, match="fewer than 50 labels"):
        found(world(1), other)


def test_no_label_in_the_reference_cannot_be_compared() -> None:
    other = {name: cells for name, cells in world(2).items() if name != "y"}
    with pytest.raises(NotPossible, match="no label"):
        found(world(1), other)
