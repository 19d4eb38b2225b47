"""The labels of a batch beside those of the base that it is to join, by the same classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.table import SINGLE_CLASS
from auditor.dataset.values import MISSING
from auditor.errors import NotPossible
from auditor.evidence.group_rows import AskGroupRows

if TYPE_CHECKING:
    from auditor.evidence import Evidence


@dataclass(frozen=True, slots=True, eq=False)
class BothLabels:
    """`codes[i]` is the place in `classes` of row i's label, -1 for none; the first `of_base` rows are the base's."""

    classes: tuple[str, ...]
    codes: NDArray[np.int64]
    of_base: int


def labels_of_both(evidence: Evidence) -> BothLabels | None:
    """None where the labels are no single classes, the base has none, or there are too many to compare."""
    base = evidence.reference
    if evidence.dataset.task not in SINGLE_CLASS or not base.dataset.roles.label:
        return None
    try:
        sides = [one.ask(AskGroupRows(one.dataset.roles.label)) for one in (base, evidence)]
    except NotPossible:  # so many labels that they are no classes
        return None
    places: dict[str, int] = {}
    codes = []
    for side in sides:
        here = [-1 if name == MISSING else places.setdefault(name, len(places)) for (name,) in side.names]
        codes.append(np.array(here, dtype=np.int64)[side.codes])
    return BothLabels(tuple(places), np.concatenate(codes), len(codes[0]))
