"""Whether scores of classes go with the labels, or no better than they would with shuffled ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def association(scores: npt.NDArray[np.floating], given: npt.NDArray[np.int64]) -> float:
    """By how many standard deviations the scores of the given labels lie above what shuffled labels would have.

    `scores` are rows × classes, larger for a likelier class; `given` are the classes of the rows. The sum of the
    scores of the given labels is held against its mean and variance over all ways to hand the labels out to the
    rows, which are known (Hoeffding 1951, Ann. Math. Stat. 22:558-566); on many rows it is near normal. Of two
    classes it is a test of the area under the curve. 0 where nothing can differ: fewer than two rows, or one class.
    Raises ValueError unless there is a label a row.
    """
    import numpy as np

    if len(scores) != len(given):
        raise ValueError(f"there are scores of {len(scores)} rows and labels of {len(given)}")
    if len(given) < 2:
        return 0.0
    shares = np.bincount(given, minlength=scores.shape[1]) / len(given)
    centred = scores - scores.mean(axis=0, dtype=np.float64)
    centred = centred - (centred @ shares)[:, None]
    variance = float(((centred**2) @ shares).sum()) * len(given) / (len(given) - 1)
    if variance <= 1e-18 * max(float(np.abs(scores).max()), 1e-300) ** 2:
        return 0.0
    return float(centred[np.arange(len(given)), given].sum() / np.sqrt(variance))
