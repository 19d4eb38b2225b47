"""hiring_clean.csv: 6,000 applicants, decided alike, with nothing planted."""

from __future__ import annotations

import numpy as np

from sample_data.makers.applicants import HIRED, LABEL, REJECTED, applicants, best_of_each
from sample_data.makers.text import csv_text

ROWS = 6000
#: Cells left empty, a column.
MISSING = {"source": 90, "interview_score": 30}


def files() -> dict[str, str]:
    """The table. Half of each group is hired: of each sex, ethnicity, age and disability, taken together."""
    rng = np.random.default_rng(20240611)
    people = applicants(rng, ROWS, disabled=0.18, first_id=500_000)
    groups = [
        (0, row["sex"], row["ethnicity"], age, row["disability"])
        for row, age in zip(people.rows, people.ages(), strict=True)
    ]
    hired, _ = best_of_each(rng, people.merit, groups, {0: 0.5})
    for row, is_hired in zip(people.rows, hired, strict=True):
        row[LABEL] = HIRED if is_hired else REJECTED
    for name, count in MISSING.items():
        for place in rng.permutation(ROWS)[:count]:
            people.rows[place][name] = ""
    return {"hiring_clean.csv": csv_text(people.rows)}
