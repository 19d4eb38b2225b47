"""How a plain model that has not seen the rows treats each group, disaggregated by fairlearn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.table import Task
from auditor.errors import NotPossible
from auditor.evidence.group_rows import AskGroupRows, Group
from auditor.stats.estimates import proportion

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: MetricFrame takes more than a millisecond a group; of more groups, the largest are told.
MAX_GROUPS = 200
#: Two-sided: a model of mere noise is taken for one that has learned something once in 200 times.
_SURELY = 0.99
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """So many rows `of` the rows that could be among them."""

    having: int
    of: int


@dataclass(frozen=True, slots=True)
class Miscalibration:
    """The average of the predicted chance less what the labels say, its sample standard deviation and the rows."""

    mean: float
    sd: float
    rows: int


@dataclass(frozen=True, slots=True)
class ModelRates:
    """What a model makes of the groups of the columns `by`, the largest group first.

    `rates` are those of "selected", "false positives" and "false negatives" for two classes, of the positive one;
    of "errors" for more. `miscalibrated` is empty for more than two classes.
    """

    by: tuple[str, ...]
    rates: Mapping[str, Mapping[Group, Part]]
    miscalibrated: Mapping[Group, Miscalibration]


@dataclass(frozen=True, slots=True)
class AskModelRates:
    """The question: how does a model that has not seen the rows treat the groups of these columns?"""

    by: tuple[str, ...]

    def collect(self, evidence: Evidence) -> ModelRates:
        """From the out-of-sample probabilities of all rows whose label was learned; NotPossible without them.

        NotPossible too where the model does not surely beat the commonest class.
        """
        found = evidence.predictions
        groups = evidence.ask(AskGroupRows(self.by))
        judged = np.flatnonzero((found.given >= 0) & (groups.codes < MAX_GROUPS))
        codes, given = groups.codes[judged], found.given[judged]
        predicted = found.probabilities[judged].argmax(axis=1)
        _better_than_the_commonest(predicted, given)  # else groups differ by the toss of a coin
        if evidence.dataset.task is not Task.BINARY:
            # An error is a miss where "as labeled" is what should have been said of every row.
            missed = _framed(groups.names, codes, np.ones(len(codes), dtype=bool), given == predicted)
            return ModelRates(self.by, {"errors": missed["false negatives"]}, {})
        positive = found.classes.index(evidence.dataset.positive or found.classes[-1])
        truth, chance = given == positive, found.probabilities[judged, positive].astype(np.float64)
        rates = _framed(groups.names, codes, truth, predicted == positive)
        return ModelRates(self.by, rates, _miscalibrated(groups.names, codes, chance - truth))


def _better_than_the_commonest(predicted: NDArray[np.int64], given: NDArray[np.int64]) -> None:
    """NotPossible unless the share of labels that is foretold surely beats the share of the commonest class."""
    majority = np.bincount(given).max() / len(given)
    agreeing = int((predicted == given).sum())
    if proportion(agreeing, len(given)).bounds(_SURELY)[0] <= majority:  # by chance it is better every other time
        raise NotPossible("a model that has not seen a row guesses its label no better than the commonest class does")


def _framed(
    names: Sequence[Group], codes: NDArray[np.int64], truth: Flags, said: Flags
) -> dict[str, dict[Group, Part]]:
    """Over collapsed counts: one weighted row a group, truth and prediction tells MetricFrame as much as all rows."""
    from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate, selection_rate

    metrics = {
        "selected": selection_rate,
        "false positives": false_positive_rate,
        "false negatives": false_negative_rate,
    }
    cells = np.bincount(codes * 4 + truth * 2 + said, minlength=4 * int(codes.max(initial=-1) + 1)).reshape(-1, 4)
    there = np.flatnonzero(cells.sum(axis=1))
    frame = MetricFrame(
        metrics=metrics,
        y_true=np.tile([0, 0, 1, 1], len(there)),
        y_pred=np.tile([0, 1, 0, 1], len(there)),
        sensitive_features=np.repeat(there, 4),
        sample_params={name: {"sample_weight": cells[there].ravel()} for name in metrics},
    )
    of = dict(zip(metrics, (cells.sum(axis=1), cells[:, :2].sum(axis=1), cells[:, 2:].sum(axis=1)), strict=True))
    return {name: _parts(frame.by_group[name].to_dict(), of[name], names) for name in metrics}


def _parts(rates: Mapping[int, float], of: NDArray[np.int64], names: Sequence[Group]) -> dict[Group, Part]:
    """The rates as counts; a group without rows that could be among them is left out."""
    sizes = {at: int(of[at]) for at in rates if of[at]}
    return {names[at]: Part(round(float(rates[at]) * rows), rows) for at, rows in sizes.items()}


def _miscalibrated(
    names: Sequence[Group], codes: NDArray[np.int64], excess: NDArray[np.float64]
) -> dict[Group, Miscalibration]:
    rows = np.bincount(codes)
    mean = np.bincount(codes, excess) / np.maximum(rows, 1)
    squares = np.bincount(codes, (excess - mean[codes]) ** 2)
    sd = np.sqrt(squares / np.maximum(rows - 1, 1))
    return {
        names[at]: Miscalibration(float(mean[at]), float(sd[at]), int(rows[at])) for at in np.flatnonzero(rows).tolist()
    }
