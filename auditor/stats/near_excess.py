"""Whether near pairs are copies, or only as near as many rows of such data are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ALPHA = 0.01
#: Of the pairs within the radius, at most this share may be there by chance.
_BY_CHANCE = 0.2


@dataclass(frozen=True, slots=True)
class NearExcess:
    """Pairs within `radius`, and those between it and twice the radius: about as many are within by chance, or fewer.

    Where no radius sets copies apart, `radius` is None, and the counts are those of the widest one.
    """

    radius: float | None
    within: int
    around: int


def near_excess(distances: NDArray[np.float64], radii: Sequence[float]) -> NearExcess:
    """The radius at which pairs of nearest rows stand out most as copies.

    `distances` are those of rows from their nearest one, as far as twice the widest radius, each pair once. Where
    rows lie as a smooth density has them, the pairs within r grow as r^d, d at least 1 (the correlation integral of
    Grassberger and Procaccia 1983, Physica D 9:189), so at least as many lie between r and 2r as within r; copies
    with a little noise are within r only. The radius taken has most pairs within beyond five times those around,
    none fewer, and more than chance would have (a binomial test at 1 %, which takes 7 pairs). Raises
    ValueError without radii.
    """
    if not len(radii):
        raise ValueError("a radius is needed")
    counts = {radius: _counts(distances, radius) for radius in sorted(radii, reverse=True)}
    gain = {radius: within - around / _BY_CHANCE for radius, (within, around) in counts.items()}
    best = max(gain, key=lambda radius: gain[radius])  # of equal ones the widest
    if gain[best] >= 0 and _chance(*counts[best]) <= _ALPHA:
        return NearExcess(best, *counts[best])
    return NearExcess(None, *counts[max(radii)])


def stands_out(distances: NDArray[np.float64], radius: float) -> bool:
    """Whether five times as many pairs lie within a radius as between it and its double."""
    within, around = _counts(distances, radius)
    return around <= _BY_CHANCE * within


def _counts(distances: NDArray[np.float64], radius: float) -> tuple[int, int]:
    within = int(np.count_nonzero(distances <= radius))
    return within, int(np.count_nonzero(distances <= 2 * radius)) - within


def _chance(within: int, around: int) -> float:
    """How likely so many or more lie within, if each pair is as likely to lie around."""
    from scipy.special import bdtrc

    return float(bdtrc(within - 1, within + around, 0.5)) if within else 1.0
