"""Corrections for having asked many questions at once."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values adjusted so that the chance of any false claim stays below the level they are held to.

    In the order given. Raises ValueError for a value that is nan or outside of 0 to 1.
    Source: Holm 1979, Scandinavian Journal of Statistics 6:65-70.
    """
    adjusted, largest = [0.0] * len(p_values), 0.0
    for place, position in enumerate(_ranked(p_values)):
        # Never below a smaller p-value's: what is claimed later can't be surer than what was claimed first.
        largest = max(largest, min(1.0, (len(p_values) - place) * float(p_values[position])))
        adjusted[position] = largest
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """P-values adjusted so that the expected share of false ones among the claims stays below the level.

    In the order given. Holds for independent or positively dependent questions.
    Raises ValueError for a value that is nan or outside of 0 to 1.
    Source: Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57:289-300.
    """
    adjusted, smallest = [0.0] * len(p_values), 1.0
    for place, position in reversed(list(enumerate(_ranked(p_values), start=1))):
        smallest = min(smallest, float(p_values[position]) * len(p_values) / place)
        adjusted[position] = smallest
    return adjusted


def _ranked(p_values: Sequence[float]) -> list[int]:
    """The positions, the smallest p-value first."""
    for position, p in enumerate(p_values):
        if not 0 <= p <= 1:  # nan compares with nothing, and so ends up here too
            raise ValueError(f"a p-value must lie between 0 and 1, but number {position} is {p}")
    return sorted(range(len(p_values)), key=p_values.__getitem__)
