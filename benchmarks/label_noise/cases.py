"""A case: a set with its given labels and which of them are wrong, handed over in a folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.label_noise.noise import inject
from benchmarks.label_noise.sets import Codes, LabelSet, Mask, Wanted, load

#: The kind of a case whose labels are left as they are: found errors, or no noise at all.
AS_IS = "as is"


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of the results: a set, a share of noise and its kind, over all seeds."""

    set: str
    noise: float
    kind: str

    def __str__(self) -> str:
        return f"{self.set} {self.kind}" if self.kind == AS_IS else f"{self.set} {self.noise:.0%} {self.kind}"


@dataclass(frozen=True, slots=True)
class Case:
    """A cell at one seed. `error` marks the rows that are mislabeled, `reviewed` those for which that is known."""

    cell: Cell
    seed: int
    labels: LabelSet
    given: Codes
    error: Mask
    reviewed: Mask


def cells(names: list[str], shares: list[float], kinds: list[str], found: frozenset[str]) -> list[Cell]:
    """All cells asked for; the sets in `found` come with errors of their own, and without noise there is no kind."""
    made = []
    for name in names:
        if name in found:
            made.append(Cell(name, 0.0, AS_IS))
            continue
        for share in shares:
            made += [Cell(name, share, kind) for kind in (kinds if share else [AS_IS])]
    return made


def make(cell: Cell, wanted: Wanted) -> Case:
    """Load the set and give it its labels."""
    labels = load(cell.set, wanted)
    if labels.found:
        found = labels.found
        return Case(cell, wanted.seed, labels, found.given, found.error, found.reviewed)
    given = labels.labels if cell.kind == AS_IS else inject(labels, cell.kind, cell.noise, wanted.seed)
    return Case(cell, wanted.seed, labels, given, given != labels.labels, np.ones(len(given), dtype=bool))


def hand_over(case: Case, folder: Path) -> None:
    """Write what a detector may know: data.parquet with a column `label`, task.json, pred_probs.npy if any."""
    names = pl.Series("label", np.array(case.labels.classes, dtype=object)[case.given].tolist(), dtype=pl.String)
    case.labels.features.with_columns(names).write_parquet(folder / "data.parquet")
    task = {
        "classes": case.labels.classes,
        "text": case.labels.text,
        "categorical": case.labels.categorical,
        "label_is": case.labels.label_is,
        "has_features": case.labels.features.columns != ["row"],
    }
    (folder / "task.json").write_text(json.dumps(task))
    if case.labels.probabilities is not None:
        np.save(folder / "pred_probs.npy", case.labels.probabilities)
