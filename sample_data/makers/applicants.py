"""Applicants for a job, and how much they bring: the story that both hiring tables tell.

Nothing about a person's merit depends on sex, ethnicity, age or disability. Who is hired is decided by the
callers: within each group, those with the most merit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from sample_data.makers.text import Row

SENSITIVE = ("sex", "ethnicity", "age", "disability")
LABEL = "decision"
HIRED, REJECTED = "hired", "rejected"

SEX = {"female": 0.5, "male": 0.5}
ETHNICITY = {"White": 0.34, "Black": 0.24, "Hispanic": 0.22, "Asian": 0.2}
#: From each edge up to the next: where the audit cuts ages.
AGE_EDGES = (21, 25, 40, 60, 70)
AGE_SHARES = (0.2, 0.36, 0.28, 0.16)
EDUCATION = {"secondary": 0.25, "vocational": 0.25, "bachelor": 0.3, "master": 0.2}
CITY = {"Lyon": 0.2, "Porto": 0.2, "Gdansk": 0.2, "Turin": 0.15, "Leeds": 0.15, "Ghent": 0.1}
SOURCE = {"website": 0.4, "agency": 0.25, "referral": 0.2, "job fair": 0.15}

_STANDARD = NormalDist()

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Applicants:
    """Rows without a label yet, and the merit that the label follows."""

    rows: list[Row]
    merit: Floats

    def ages(self) -> list[int]:
        """The number of each row's age group."""
        return _age_groups(row["age"] for row in self.rows)


def applicants(rng: np.random.Generator, count: int, disabled: float, first_id: int) -> Applicants:
    """That many applicants; `disabled` is the share with a disability."""
    columns = {
        "applicant_id": [f"A{first_id + place}" for place in rng.permutation(count)],
        "sex": _drawn(rng, SEX, count),
        "ethnicity": _drawn(rng, ETHNICITY, count),
        "age": _ages(rng, count),
        "disability": _drawn(rng, {"yes": disabled, "no": 1 - disabled}, count),
        "city": _drawn(rng, CITY, count),
        "source": _drawn(rng, SOURCE, count),
        "education": _drawn(rng, EDUCATION, count),
    }
    limits = [int(age) - 18 for age in columns["age"]]
    columns["years_experience"] = [str(int(years)) for years in np.minimum(rng.random(count) ** 2 * 11, limits)]
    merit = _with_scores(rng, columns)
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    return Applicants(rows, merit)


def _with_scores(rng: np.random.Generator, columns: dict[str, list[str]]) -> Floats:
    """Add two scores that, with degree and experience, make up the merit; return it with a little noise."""
    ages = _age_groups(columns["age"])
    groups = list(zip(columns["sex"], columns["ethnicity"], columns["disability"], ages, strict=True))
    merit = 1.5 * _spread_evenly(rng, groups)
    degree = np.array([list(EDUCATION).index(name) for name in columns["education"]])
    years = np.array([int(cell) for cell in columns["years_experience"]])
    scored = merit - 0.3 * (degree - 1.5) - 0.08 * (years - 3.5)
    apart = 0.7 * _normal(rng, len(merit))
    skills = np.clip(62 + 12 * (scored / 2 + apart), 0, 100).round(1)
    interview = np.clip(6 + 1.4 * (scored / 2 - apart), 0, 10).round(1)
    columns["skills_score"] = [str(score) for score in skills.tolist()]
    columns["interview_score"] = [str(score) for score in interview.tolist()]
    return np.asarray(merit + 0.08 * _normal(rng, len(merit)))


def _spread_evenly(rng: np.random.Generator, groups: Sequence[tuple[object, ...]]) -> Floats:
    """Standard normal values, spread evenly within each group, so that none is better by chance."""
    values = np.empty(len(groups))
    for places in _members(groups):
        shares = (rng.permutation(len(places)) + rng.random(len(places))) / len(places)
        values[places] = [_STANDARD.inv_cdf(share) for share in shares]
    return values


def _members(groups: Sequence[tuple[object, ...]]) -> list[list[int]]:
    """The places of each group's rows, the groups in the order of their names."""
    members: dict[tuple[object, ...], list[int]] = {}
    for place, group in enumerate(groups):
        members.setdefault(group, []).append(place)
    return [members[group] for group in sorted(members, key=repr)]


def best_of_each(
    rng: np.random.Generator,
    merit: Floats,
    groups: Sequence[tuple[object, ...]],
    rates: Mapping[object, float],
) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Whether each row is among the best of its group, and its standing there, from 0 (last) to 1.

    `rates` gives the share of the best by the first part of the group's key. Fractions of a row are rounded
    up or down by chance, so that groups differ by no more than that.
    """
    best, standing = np.zeros(len(merit), dtype=bool), np.zeros(len(merit))
    for places in _members(groups):
        ordered = sorted(places, key=lambda place: merit[place])
        chosen = int(rates[groups[places[0]][0]] * len(ordered) + rng.random())
        best[ordered[len(ordered) - chosen :]] = True
        standing[ordered] = (np.arange(len(ordered)) + 0.5) / len(ordered)
    return best, standing


def _drawn(rng: np.random.Generator, shares: Mapping[str, float], count: int) -> list[str]:
    edges = np.cumsum(list(shares.values()))[:-1]
    names = list(shares)
    return [names[place] for place in np.searchsorted(edges, rng.random(count), side="right")]


def _age_groups(ages: Iterable[str]) -> list[int]:
    return [sum(int(age) >= edge for edge in AGE_EDGES[1:-1]) for age in ages]


def _ages(rng: np.random.Generator, count: int) -> list[str]:
    groups = _drawn(rng, {str(place): share for place, share in enumerate(AGE_SHARES)}, count)
    within = rng.random(count)
    spans = [(AGE_EDGES[int(group)], AGE_EDGES[int(group) + 1]) for group in groups]
    return [str(int(low + share * (high - low))) for (low, high), share in zip(spans, within, strict=True)]


def _normal(rng: np.random.Generator, count: int) -> Floats:
    return np.array([_STANDARD.inv_cdf(share) for share in rng.random(count)])
