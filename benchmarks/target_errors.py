"""Wrong numeric labels: how well they are ranked and flagged, against plain out-of-fold residuals.

    python benchmarks/target_errors.py --seeds 3 --data ../shared/data

The peers are what cleanlab's regression route rests on: |y - ŷ| of 5-fold histogram gradient boosting (on equal
folds), and the same divided by a cross-fitted prediction of it; both computed here, with scikit-learn alone.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from auditor.evidence.probes.crossfit import FOLDS
from auditor.evidence.probes.threads import single_threaded
from auditor.evidence.residuals import AskResiduals, Residuals
from auditor.evidence.unit_errors import AskUnitErrors
from auditor.testing import evidence_of

Floats = NDArray[np.float64]
Table = tuple[Floats, Floats]


def friedman(seed: int, uneven: bool = False) -> Table:
    """Friedman 1991, with five idle columns; `uneven` noise grows with one of them."""
    draw = np.random.default_rng(seed)
    x = draw.random((2_000, 10))
    y = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
    return x, y + draw.normal(size=2_000) * (0.3 + 4 * x[:, 5] ** 2 if uneven else 1.0)


def houses(seed: int) -> Table:
    """Prices: positive, skewed, with a noise that is a share of them and larger in the north."""
    draw = np.random.default_rng(seed)
    north, east = draw.normal(size=(2, 5_000))
    income, rooms, age = draw.gamma(4, 1, 5_000), draw.gamma(6, 1, 5_000), draw.integers(1, 52, 5_000)
    mean = 11.5 + 0.4 * np.log(income) + 0.3 * np.cos(2 * north + east) - 0.2 * np.abs(north) + 0.03 * rooms
    noise = 0.25 * draw.normal(size=5_000) * np.where(north > 0, 1.5, 1.0)
    return np.stack([north, east, income, rooms, age], axis=1), np.exp(mean + 0.004 * age + noise)


def linear(seed: int) -> Table:
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(1_000, 8))
    return x, 3 + x @ np.arange(8) / 3 + draw.normal(size=1_000) * (0.5 + np.abs(x[:, 0]))


def diabetes(seed: int) -> Table:
    from sklearn.datasets import load_diabetes

    x, y = load_diabetes(return_X_y=True)
    return x, y


def wine(data: Path, name: str) -> Callable[[int], Table]:
    def load(seed: int) -> Table:
        cells = np.loadtxt(data / "wine" / f"{name}.csv", delimiter=",")
        return cells[:, :-1], cells[:, -1]

    return load


def spoiled(y: Floats, kind: str, rate: float, draw: np.random.Generator) -> tuple[Floats, NDArray[np.bool_]]:
    """The targets with some of them wrong in one way, and which."""
    rows = draw.choice(len(y), round(rate * len(y)), replace=False)
    wrong = y.copy()
    if kind == "other row":
        wrong[rows] = y[draw.permutation(len(y))[: len(rows)]]
    elif kind == "times 10":
        wrong[rows] *= 10
    elif kind == "sign":
        wrong[rows] *= -1
    elif kind == "shifted":
        wrong[rows] += draw.choice([-1, 1], len(rows)) * draw.uniform(0.7, 2.8, len(rows)) * y.std()
    return wrong, wrong != y


def peers(x: Floats, y: Floats, folds: NDArray[np.int64]) -> tuple[Floats, Floats]:
    residuals = np.abs(y - _out_of_fold(x, y, folds))
    usual = np.maximum(_out_of_fold(x, residuals, folds), 0.1 * np.median(residuals))
    return residuals, residuals / usual


def _out_of_fold(x: Floats, y: Floats, folds: NDArray[np.int64]) -> Floats:
    from sklearn.ensemble import HistGradientBoostingRegressor

    said = np.zeros(len(y))
    for fold in range(FOLDS):
        model = HistGradientBoostingRegressor(random_state=0).fit(x[folds != fold], y[folds != fold])
        said[folds == fold] = model.predict(x[folds == fold])
    return said


def ours(x: Floats, y: Floats) -> tuple[Residuals, set[int]]:
    frame = pl.DataFrame({f"x{i}": x[:, i] for i in range(x.shape[1])} | {"y": y})
    evidence = evidence_of(frame, label="y", task="regression", label_is="annotation")
    found = evidence.ask(AskResiduals())
    return found, {*found.flagged, *(row for one in evidence.ask(AskUnitErrors()) for row in one.rows)}


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.process_time()
    return work(), time.process_time() - started


def cell(load: Callable[[int], Table], kind: str, rate: float, seed: int) -> Iterator[float]:
    """Average precision of the peers and of ours; share, precision and recall of the flags; seconds of both."""
    from sklearn.metrics import average_precision_score

    x, y = load(seed)
    y, wrong = spoiled(y, kind, rate, np.random.default_rng(100 + seed))
    (found, flagged), our_time = timed(lambda: ours(x, y))
    (plain, scaled), their_time = timed(lambda: peers(x, y, found.bench.folds))
    hits = len(flagged & set(np.flatnonzero(wrong).tolist()))
    for score in (plain, scaled, found.scored.log_ratio):
        yield float(average_precision_score(wrong, score)) if wrong.any() else np.nan
    yield len(flagged) / len(y)
    yield hits / len(flagged) if flagged else np.nan
    yield hits / wrong.sum() if wrong.any() else np.nan
    yield from (their_time, our_time)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("DATAAUDIT_REALDATA"), help="holds wine/")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rates", type=float, nargs="+", default=[0.03, 0.1])
    given = parser.parse_args()
    sets: dict[str, Callable[[int], Table]] = {
        "friedman": friedman, "friedman, uneven": lambda seed: friedman(seed, uneven=True), "houses": houses,
        "linear": linear, "diabetes": diabetes,
    }  # fmt: skip
    if given.data:
        sets |= {f"wine, {name}": wine(Path(given.data), name) for name in ("red", "white")}
    kinds = [(kind, rate) for rate in given.rates for kind in ("other row", "times 10", "sign", "shifted")]
    print("| set | errors | AP |y − ŷ| | AP scaled | AP ours | flagged | precision | recall | s peers | s ours |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    gains = []
    with single_threaded():
        for name, load in sets.items():
            for kind, rate in [("none", 0.0), *kinds]:
                rows = np.array([list(cell(load, kind, rate, seed)) for seed in range(given.seeds)])
                means = [float(np.nanmean(c)) if not np.isnan(c).all() else np.nan for c in rows.T]
                print(f"| {name} | {rate:.0%} {kind} | {' | '.join(f'{m:.3f}' for m in means)} |", flush=True)
                if rate:
                    gains.append(means[2] / max(means[:2]))
    print(f"\nAP, ours over the better peer: geometric mean {np.exp(np.log(gains).mean()):.3f}, least {min(gains):.3f}")


if __name__ == "__main__":
    main()
