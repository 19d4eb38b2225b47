"""Noise injected into true labels: uniform, by class, in hard regions, in consistent slices, in whole regions.

Every kind flips the same number of rows, `share` of all; a flipped row always gets another class.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from benchmarks.label_noise import peer
from benchmarks.label_noise.sets import Codes, Floats, LabelSet, Mask

KINDS = ("uniform", "class", "hard", "slice", "region")

_MOST_OF_A_CLASS = 0.45  # a class that is mostly mislabeled is another class
_SLICE = 0.02  # of all rows, at most, that one slice flips
_HARD = 3.0  # the hard region holds so many times the rows that are flipped in it


def inject(labels: LabelSet, kind: str, share: float, seed: int) -> Codes:
    """The given labels: the true ones with `share` of all rows flipped. ValueError for an unknown kind."""
    rng = np.random.default_rng((seed, 100 + KINDS.index(kind)))  # nobody else's: (0, 0) would draw what 0 draws
    wanted = round(share * len(labels.labels))
    given = labels.labels.copy()
    if wanted == 0:
        return given
    if kind == "uniform":
        rows = rng.choice(len(given), wanted, replace=False)
        given[rows] = _another(rng, given[rows], len(labels.classes))
    elif kind == "class":
        rows = _by_class(rng, given, share, wanted)
        given[rows] = _confusable(labels)[given[rows]]
    elif kind == "hard":
        rows, runner_up = _hard(rng, labels, wanted)
        given[rows] = runner_up
    elif kind == "region":
        _regions(rng, labels, given, wanted)
    else:
        _slices(rng, labels, given, wanted)
    return given


def _another(rng: np.random.Generator, codes: Codes, classes: int) -> Codes:
    moved: Codes = (codes + rng.integers(1, classes, len(codes))) % classes
    return moved


def _by_class(rng: np.random.Generator, codes: Codes, share: float, wanted: int) -> Codes:
    """Codes drawn so that some classes are hit up to seven times as often as others."""
    classes = int(codes.max()) + 1
    spread = min(0.75, _MOST_OF_A_CLASS / share - 1)
    weight = 1 + spread * rng.permutation(np.linspace(-1, 1, classes))[codes]
    return rng.choice(len(codes), wanted, replace=False, p=weight / weight.sum())


def _confusable(labels: LabelSet) -> Codes:
    """For each class the one it is taken for: of all others, the one with the nearest mean."""
    if len(labels.classes) == 2:
        return np.array([1, 0])
    means = _class_means(labels)
    sizes = (means**2).sum(axis=1)
    distance = sizes[:, None] + sizes[None, :] - 2 * means @ means.T
    np.fill_diagonal(distance, np.inf)
    nearest: Codes = distance.argmin(axis=1)
    return nearest


def _class_means(labels: LabelSet) -> Floats:
    matrix, classes = _matrix(labels), len(labels.classes)
    means = [np.asarray(matrix[labels.labels == code].mean(axis=0)).ravel() for code in range(classes)]
    known: Floats = np.nan_to_num(np.array(means))
    return known


def _model(labels: LabelSet) -> tuple[str, Any, dict[str, Any]]:
    route = peer.TFIDF if labels.text else peer.LOGISTIC
    task = {"text": labels.text, "categorical": list(labels.categorical)}
    return route, labels.features.to_pandas(), task


def _matrix(labels: LabelSet) -> Any:
    route, frame, task = _model(labels)
    return peer.model(route, frame, task)[:-1].fit_transform(frame)


def _hard(rng: np.random.Generator, labels: LabelSet, wanted: int) -> tuple[Codes, Codes]:
    """Codes drawn from those nearest the boundary between two classes, and the class each is taken for."""
    chances = labels.truth
    if chances is None:
        route, frame, task = _model(labels)
        chances = peer.cross_fitted(route, frame, labels.labels, task, seed=0)
    others: Floats = np.array(chances, dtype=float)
    every = np.arange(len(others))
    own = others[every, labels.labels]
    others[every, labels.labels] = -1
    region = np.argsort(np.abs(own - others.max(axis=1)), kind="stable")
    region = region[: min(round(_HARD * wanted), round(0.8 * len(region)))]
    rows = rng.choice(region, wanted, replace=False)
    return rows, others[rows].argmax(axis=1)


def _regions(rng: np.random.Generator, labels: LabelSet, given: Codes, wanted: int) -> None:
    """Up to half of a class, the rows nearest to one of its rows, all get the same other class: a model learns it."""
    matrix = _matrix(labels)
    sizes = np.asarray(matrix.multiply(matrix).sum(axis=1) if hasattr(matrix, "multiply") else (matrix**2).sum(axis=1))
    for code in rng.permutation(len(labels.classes)):
        mine = np.flatnonzero(labels.labels == code)
        if wanted <= 0:
            return
        if not len(mine):
            continue
        centre = matrix[[rng.choice(mine)]]
        product = matrix[mine] @ centre.T
        dense = product.toarray() if hasattr(product, "toarray") else product
        distance = sizes.ravel()[mine] - 2 * np.asarray(dense).ravel()
        rows = mine[np.argsort(distance, kind="stable")][: min(wanted, -(-len(mine) // 2))]
        given[rows] = _another(rng, np.array([code]), len(labels.classes))[0]
        wanted -= len(rows)


def _slices(rng: np.random.Generator, labels: LabelSet, given: Codes, wanted: int) -> None:
    """Slice by slice, every row of one class that a rule holds for gets the same other class."""
    left = wanted
    for attempt in range(10_000):
        inside = np.flatnonzero(_rule(rng, labels.features, labels.text) & (given == labels.labels))
        if len(inside) == 0:
            continue
        commonest = int(np.bincount(given[inside]).argmax())
        rows = inside[given[inside] == commonest]
        if attempt < 9_000 and len(rows) > max(_SLICE * len(given), 3):
            continue  # too wide to be a slice; taken all the same where there are no narrower ones left
        rows = rows[:left]
        given[rows] = _another(rng, np.array([commonest]), len(labels.classes))[0]
        left -= len(rows)
        if left == 0:
            return


def _rule(rng: np.random.Generator, features: pl.DataFrame, text: str | None) -> Mask:
    """A word that occurs, or two columns that each hold what a random row has (near enough, for numbers)."""
    row = int(rng.integers(features.height))
    if text:
        word = str(rng.choice(str(features[text][row]).split() or [""]))
        return _mask(features[text].str.contains(word, literal=True))
    chosen = rng.choice(features.width, min(2, features.width), replace=False)
    both = [_like(features[:, int(place)], row) for place in chosen]
    mask: Mask = np.logical_and.reduce(both)
    return mask


def _like(column: pl.Series, row: int) -> Mask:
    value = column[row]
    if value is None:
        return _mask(column.is_null())
    if not column.dtype.is_numeric():
        return _mask(column == value)
    reach = 0.25 * float(column.std() or 0)  # type: ignore[arg-type]  # a number, for a column of numbers
    return _mask((column - value).abs() <= reach)


def _mask(holds: pl.Series) -> Mask:
    mask: Mask = holds.fill_null(False).to_numpy()
    return mask
