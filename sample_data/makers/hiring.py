"""hiring.csv: the same story, with something planted for each of eleven checks.

No row carries two defects, apart from missing cells in `source`; a copy has those of what it copies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sample_data.makers.applicants import HIRED, LABEL, REJECTED, applicants, best_of_each
from sample_data.makers.hiring_truth import SPELLINGS, TURNED, truth
from sample_data.makers.text import Row, csv_text

ROWS = 3000  # before copies
COPIES, CONFLICTS = 264, 36
FLIPS = 120
BLANK = 36
SPELLED = {"Hired": 14, "rejected ": 11, "rejcted": 7}
WITHDRAWN = 12
FEW = ("Pacific Islander", 9)
NEGATIVE_YEARS, BAD_DEGREES = 5, 6
UNKNOWN_SOURCE = 1200  # of the rows before copies
#: The share hired by sex and ethnicity; None stands for every other ethnicity.
RATES = {("male", None): 0.62, ("female", None): 0.46, ("female", "Black"): 0.2}
#: A label is turned around where it was plain: among the best or the worst sixth of the row's group.
PLAIN = 1 / 6

Places = list[int]


@dataclass(slots=True)
class _Draft:
    """The table in the making: a row is known by its place here until all are put in their final order."""

    rows: list[Row]
    standing: npt.NDArray[np.float64]
    free: Places  # rows without a defect, in random order
    planted: dict[str, Places] = field(default_factory=dict)
    pairs: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # original and copy

    def take(self, name: str, count: int, where: Callable[[int], bool] = lambda place: True) -> Places:
        """Rows for a defect; no other will be planted in them."""
        taken = [place for place in self.free if where(place)][:count]
        if len(taken) < count:
            raise ValueError(f"only {len(taken)} of {count} rows are left for {name}")
        gone = set(taken)
        self.free = [place for place in self.free if place not in gone]
        self.planted.setdefault(name, []).extend(taken)
        return taken

    def labeled(self, label: str) -> Callable[[int], bool]:
        """Whether a row has that label now."""
        return lambda place: self.rows[place][LABEL] == label

    def plain(self, sex: str, label: str) -> Callable[[int], bool]:
        """Whether a row is of that sex and has that label beyond doubt."""

        def fits(place: int) -> bool:
            height = self.standing[place] if label == HIRED else 1 - self.standing[place]
            row = self.rows[place]
            return bool(row["sex"] == sex and row[LABEL] == label and height > 1 - PLAIN)

        return fits


def files() -> dict[str, str]:
    """The table, and the truth beside it."""
    rng = np.random.default_rng(1964)
    draft = _decided(rng)
    _plant_labels(draft)
    _plant_values(draft)
    _plant_copies(draft)
    order = [int(place) for place in rng.permutation(len(draft.rows))]
    rows = [draft.rows[place] for place in order]
    final = {place: ordinal for ordinal, place in enumerate(order)}
    planted = {name: sorted(final[place] for place in places) for name, places in draft.planted.items()}
    pairs = {name: sorted(sorted((final[a], final[b])) for a, b in both) for name, both in draft.pairs.items()}
    return {"hiring.csv": csv_text(rows), "hiring.truth.json": truth(rows, planted, pairs)}


def _decided(rng: np.random.Generator) -> _Draft:
    """Applicants, the best of each group hired, but not the same share of each."""
    people = applicants(rng, ROWS, disabled=0.02, first_id=100_000)
    rates: dict[object, float] = {}
    groups = []
    for row, age in zip(people.rows, people.ages(), strict=True):
        cell = (row["sex"], row["ethnicity"])
        rates[cell] = RATES.get(cell, RATES[row["sex"], None])
        groups.append((cell, age))
    hired, standing = best_of_each(rng, people.merit, groups, rates)
    for row, is_hired in zip(people.rows, hired, strict=True):
        row[LABEL] = HIRED if is_hired else REJECTED
    return _Draft(people.rows, standing, [int(place) for place in rng.permutation(ROWS)])


def _plant_labels(draft: _Draft) -> None:
    plain = [(label, draft.plain(sex, label)) for sex in ("female", "male") for label in (HIRED, REJECTED)]
    for label, fits in plain:
        for place in draft.take("label-errors", FLIPS // len(plain), fits):
            draft.rows[place][LABEL] = TURNED[label]
    for place in draft.take("missing-labels", BLANK):
        draft.rows[place][LABEL] = ""
    for spelling, count in SPELLED.items():
        for place in draft.take("label-spelling", count, draft.labeled(SPELLINGS[spelling])):
            draft.rows[place][LABEL] = spelling
    for place in draft.take("class-imbalance", WITHDRAWN):
        draft.rows[place][LABEL] = "withdrawn"


def _plant_values(draft: _Draft) -> None:
    rows = draft.rows
    name, count = FEW
    for place in draft.take("group-representation", count):
        rows[place]["ethnicity"] = name
    for years, place in enumerate(draft.take("schema", NEGATIVE_YEARS), start=1):
        rows[place]["years_experience"] = str(-years)
    for place in draft.take("expectations", BAD_DEGREES):
        rows[place]["education"] = "batchelor"
    for nth, row in enumerate(rows[:UNKNOWN_SOURCE]):
        row["source"] = ("?", "NA", "?", "", "NA")[nth % 5]


def _plant_copies(draft: _Draft) -> None:
    for name, count in (("duplicate-rows", COPIES), ("conflicting-labels", CONFLICTS)):
        for place in draft.take(name, count):
            copy = draft.rows[place] | {"applicant_id": f"A{100_000 + len(draft.rows)}"}
            if name == "conflicting-labels":
                copy[LABEL] = TURNED[copy[LABEL]]
            draft.pairs.setdefault(name, []).append((place, len(draft.rows)))
            draft.rows.append(copy)
