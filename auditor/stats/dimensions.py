"""Over how many dimensions vectors spread."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def participation_ratio(vectors: NDArray[Any]) -> float:
    """The effective number of dimensions of vectors (rows × dimensions): (sum of eigenvalues)² over that of squares.

    Of the covariance; 1 where all lie on a line, the number of dimensions where they spread alike over all, 0 where
    all are equal (Gao and Ganguli 2015, Curr. Opin. Neurobiol. 32:148). Raises ValueError without vectors.
    """
    if not len(vectors):
        raise ValueError("there are no vectors")
    centred = vectors - vectors.mean(axis=0, dtype=np.float64)
    covariance = centred.T @ centred / len(vectors)
    squares = float((covariance**2).sum())
    return float(np.trace(covariance)) ** 2 / squares if squares > 0 else 0.0
