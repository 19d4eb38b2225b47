"""The zero of a decreasing function: bracket it, then close in."""

from __future__ import annotations

import math
from collections.abc import Callable

_TOLERANCE = 1e-12
_MOST_STEPS = 200


def zero_of_decreasing(function: Callable[[float], float], near: float, step: float) -> float:
    """Where a continuous, decreasing `function` crosses zero; looks outward from `near` in growing steps.

    `step` is a positive guess of the distance. Raises ArithmeticError when there is no crossing to be found.
    """
    at_near = function(near)
    direction = 1.0 if at_near >= 0 else -1.0
    for _ in range(_MOST_STEPS):
        further = near + direction * step
        at_further = function(further)
        if (at_further >= 0) != (at_near >= 0):
            return zero_between(function, (near, at_near), (further, at_further))
        near, at_near, step = further, at_further, step * 2
    raise ArithmeticError("the function does not cross zero")


def zero_between(
    function: Callable[[float], float],
    here: tuple[float, float],
    there: tuple[float, float],
    tolerance: float = _TOLERANCE,
) -> float:
    """Where `function` crosses zero between two points, each given with its value, one of them below 0.

    A jump across zero is found too. `tolerance` is relative, and absolute below 1. Source: Chandrupatla 1997,
    Advances in Engineering Software 28:145-149, as fast as Brent's method and half as long.
    """
    (a, fa), (b, fb) = here, there
    share = 0.5  # of the way from a, the newest point, to b, the one across the zero
    for _ in range(_MOST_STEPS):
        x = a + share * (b - a)
        fx = function(x)
        if (fx >= 0) == (fa >= 0):
            c, fc = a, fa
        else:
            c, fc, b, fb = b, fb, a, fa
        a, fa = x, fx
        best = a if abs(fa) < abs(fb) else b
        least = tolerance * max(1.0, abs(best)) / abs(b - a) if b != a else 1.0
        if least > 0.5 or fa == 0:
            return best
        share = min(1 - least, max(least, _share(a, fa, b, fb, c, fc)))
    raise ArithmeticError("the search for the zero did not settle")


def _share(a: float, fa: float, b: float, fb: float, c: float, fc: float) -> float:
    """How far to go from a to b: by inverse quadratic interpolation where it is safe, else half way."""
    xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
    if not 1 - math.sqrt(1 - xi) < phi < math.sqrt(xi):
        return 0.5
    return fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
