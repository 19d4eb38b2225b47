"""The features as one matrix for linear and kernel probes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.probes.features import Features


def sparse_design(features: Features, crosses: NDArray[np.int32] | None = None) -> Any:
    """Numbers (0, their mean, where missing), what is missing, vectors and levels, as a CSR matrix (rows × all).

    `crosses` adds codes of combined columns, one column a cross, each as its levels.
    """
    import scipy.sparse as sp

    blocks: list[Any] = [sp.csr_matrix(dense_numbers(features))]
    sizes = list(features.levels)
    codes = features.codes
    if codes.shape[1]:
        blocks.append(one_hot(codes, sizes))
    if crosses is not None and crosses.shape[1]:
        blocks.append(one_hot(crosses, [int(c.max(initial=0)) + 1 for c in crosses.T]))
    return sp.hstack(blocks, format="csr")


def dense_numbers(features: Features) -> NDArray[np.float64]:
    """Numbers, an indicator of what is missing of each, and vectors, as one dense matrix."""
    missing = np.isnan(features.numbers)
    return np.concatenate(
        [np.where(missing, 0.0, features.numbers), missing.astype(np.float32), features.vectors], axis=1, dtype=float
    )


def one_hot(codes: NDArray[np.int32], sizes: list[int]) -> Any:
    """A CSR matrix with a 1 for each code: rows × the sum of the sizes."""
    import scipy.sparse as sp

    rows, columns = codes.shape
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
    places = (codes + starts).ravel()
    ends = np.arange(0, rows * columns + 1, columns, dtype=np.int32)
    return sp.csr_matrix((np.ones(rows * columns), places, ends), shape=(rows, int(sum(sizes))))
