"""Wrong labels of ordered classes: ranked by the steps they are expected to be off, and by the mere chance.

    python benchmarks/ordinal_errors.py --seeds 3 --data ../shared/data

Both rankings come from the same probabilities in the same run: `plain` is the chance that the label is wrong, `ours`
the expected steps; beside them one less the probability of the given class (self-confidence). `far` are the rows
listed as two steps or more off. Errors: `uniform`, any other class; `two`, two steps up or down; `one`, a neighbour,
for which distance is no help. The wine's own grades are not free of errors: only those injected count.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from auditor.evidence.ordinal import distances
from auditor.evidence.probes.threads import single_threaded
from auditor.evidence.suspicion import AskSuspicion
from auditor.testing import evidence_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Table = tuple[Floats, Ints]
KINDS = ("uniform", "two", "one")


def latent(seed: int, spread: float) -> Table:
    """Five uneven grades of a linear score, with logistic noise (proportional odds) of this spread."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(3_000, 6))
    score = x @ np.array([2.0, -1.5, 1.0, 0.5, 0.0, 0.0]) + spread * draw.logistic(size=3_000)
    return x, np.searchsorted(np.quantile(score, [0.1, 0.3, 0.7, 0.9]), score)


def diabetes(seed: int) -> Table:
    """How far the illness of 442 people went on, in fifths."""
    from sklearn.datasets import load_diabetes

    x, y = load_diabetes(return_X_y=True)
    return x, np.searchsorted(np.quantile(y, [0.2, 0.4, 0.6, 0.8]), y)


def wine(data: Path, seed: int) -> Table:
    """Red and white as one table; grades 3 to 9."""
    red, white = (np.loadtxt(data / "wine" / f"{name}.csv", delimiter=",") for name in ("red", "white"))
    cells = np.concatenate([red, white])
    is_red = np.arange(len(cells)) < len(red)
    return np.column_stack([cells[:, :-1], is_red]), cells[:, -1].astype(np.int64)


def spoiled(y: Ints, kind: str, rate: float, draw: np.random.Generator) -> Ints:
    """The labels with this share of them wrong; a step that would leave the scale is taken the other way."""
    rows = draw.choice(len(y), round(rate * len(y)), replace=False)
    low, high, given = y.min(), y.max(), y.copy()
    if kind == "uniform":
        other = draw.integers(low, high, len(rows))
        given[rows] = other + (other >= y[rows])
    else:
        step = draw.choice([-1, 1], len(rows)) * (2 if kind == "two" else 1)
        outside = (y[rows] + step < low) | (y[rows] + step > high)
        given[rows] = y[rows] + np.where(outside, -step, step)
    return given


def cell(load: Callable[[int], Table], kind: str, rate: float, seed: int) -> Iterator[float]:
    """Average precision of three rankings; precision of their first rows; rows, precision and recall of the lists."""
    from sklearn.metrics import average_precision_score

    x, y = load(seed)
    given = spoiled(y, kind, rate, np.random.default_rng(100 + seed))
    frame = pl.DataFrame({f"x{i}": x[:, i] for i in range(x.shape[1])} | {"y": given})
    evidence = evidence_of(frame, label="y", task="ordinal", label_is="annotation")
    found, predicted = evidence.ask(AskSuspicion()), evidence.predictions
    judged = np.flatnonzero(predicted.given >= 0)
    off = distances(evidence.dataset, predicted, judged)
    assert off is not None
    assert found.steps is not None
    wrong = (given != y)[judged]
    own = predicted.probabilities[judged, predicted.given[judged]]
    for score in (1 - own, found.scores[judged], off.expected):
        yield float(average_precision_score(wrong, score))
    for score in (found.scores[judged], off.expected):
        yield wrong[np.argsort(-score, kind="stable")[: wrong.sum()]].mean()
    flagged = np.array(found.rows, dtype=np.int64)
    for listed in (flagged, flagged[np.array(found.steps.far, dtype=np.bool_)]):
        hits = (given != y)[listed].sum()
        yield from (len(listed), hits / max(len(listed), 1), hits / wrong.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("DATAAUDIT_REALDATA"), help="holds wine/")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rates", type=float, nargs="+", default=[0.05])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    given = parser.parse_args()
    sets: dict[str, Callable[[int], Table]] = {
        "latent, clear": partial(latent, spread=0.3),
        "latent, blurred": partial(latent, spread=1.0),
        "diabetes, fifths": diabetes,
    }
    if given.data:
        sets["wine"] = partial(wine, Path(given.data))
    columns = (
        "self-confidence | plain | ours | P@errors plain | ours | flags | precision | recall | far | precision | recall"
    )
    print(f"| set | errors | AP {columns} |")
    print("|---|---|" + "--:|" * 11)
    with single_threaded():
        for name, load in sets.items():
            for rate in given.rates:
                for kind in given.kinds:
                    cells = np.mean([list(cell(load, kind, rate, seed)) for seed in range(given.seeds)], axis=0)
                    told = (f"{v:.0f}" if place in (5, 8) else f"{v:.3f}" for place, v in enumerate(cells))
                    print(f"| {name} | {kind} {rate:.0%} | {' | '.join(told)} |", flush=True)


if __name__ == "__main__":
    main()
