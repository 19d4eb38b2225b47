"""Census-like tables of any size, made from a seed, with the truth about what was planted in them.

    python benchmarks/tables.py --rows 1000000 --out census.csv

The columns are independent draws but for a few plausible dependencies (income on education, age, sex and
hours), so that a check has something to find and a benchmark something to chew on.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

#: The share of rows that are exact copies of another row, and the columns where `?` stands for missing.
DUPLICATE_SHARE = 0.001
MISSING_SHARE = {"workclass": 0.056, "occupation": 0.057, "native_country": 0.018}
EMPTY_SHARE = {"commute_minutes": 0.03}

_CATEGORIES: dict[str, dict[str, float]] = {
    "workclass": {
        "Private": 0.74, "Self-emp-not-inc": 0.08, "Local-gov": 0.07, "State-gov": 0.04,
        "Self-emp-inc": 0.035, "Federal-gov": 0.03, "Without-pay": 0.005,
    },
    "marital_status": {
        "Married-civ-spouse": 0.46, "Never-married": 0.33, "Divorced": 0.136, "Separated": 0.031,
        "Widowed": 0.03, "Married-spouse-absent": 0.013,
    },
    "occupation": {
        "Prof-specialty": 0.136, "Craft-repair": 0.134, "Exec-managerial": 0.133, "Adm-clerical": 0.123,
        "Sales": 0.119, "Other-service": 0.107, "Machine-op-inspct": 0.065, "Transport-moving": 0.052,
        "Handlers-cleaners": 0.045, "Farming-fishing": 0.032, "Tech-support": 0.03, "Protective-serv": 0.021,
        "Priv-house-serv": 0.003,
    },
    "relationship": {
        "Husband": 0.405, "Not-in-family": 0.255, "Own-child": 0.156, "Unmarried": 0.106, "Wife": 0.048,
        "Other-relative": 0.03,
    },
    "race": {
        "White": 0.854, "Black": 0.096, "Asian-Pac-Islander": 0.032, "Amer-Indian-Eskimo": 0.01, "Other": 0.008,
    },
    "sex": {"Male": 0.669, "Female": 0.331},
    "native_country": {
        "United-States": 0.913, "Mexico": 0.02, "Philippines": 0.006, "Germany": 0.004, "Canada": 0.004,
        "India": 0.003, "England": 0.003, "Cuba": 0.003, "China": 0.002,
    },
    "housing": {"own": 0.62, "rent": 0.33, "free": 0.05},
    "region": {"south": 0.38, "west": 0.24, "midwest": 0.21, "northeast": 0.17},
    "union_member": {"no": 0.89, "yes": 0.11},
}  # fmt: skip
_EDUCATION = (
    "Preschool", "1st-4th", "5th-6th", "7th-8th", "9th", "10th", "11th", "12th", "HS-grad", "Some-college",
    "Assoc-voc", "Assoc-acdm", "Bachelors", "Masters", "Prof-school", "Doctorate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Truth:
    """What was planted: rows, exact duplicate rows (copies beyond the first), and missing cells by column."""

    rows: int
    duplicate_rows: int
    missing: dict[str, int]


def census(rows: int, seed: int = 0) -> pl.DataFrame:
    """A frame of `rows` rows and 20 columns, the label `income` last; equal seeds give equal frames."""
    return _made(rows, seed)[0]


def census_with_truth(rows: int, seed: int = 0) -> tuple[pl.DataFrame, Truth]:
    """The same frame as `census`, and what was planted in it."""
    return _made(rows, seed)


def truth(rows: int, seed: int = 0) -> Truth:
    """What `census(rows, seed)` has planted in it."""
    return _made(rows, seed)[1]


def _made(rows: int, seed: int) -> tuple[pl.DataFrame, Truth]:
    rng = np.random.default_rng(seed)
    frame = pl.DataFrame(_columns(rng, rows)).select(
        "person_id", "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation",
        "relationship", "race", "sex", "capital_gain", "hours_per_week", "commute_minutes", "wage", "native_country",
        "housing", "region", "union_member", "income",
    )  # fmt: skip
    copies = round(rows * DUPLICATE_SHARE)
    # Each copy overwrites a different row of the second half with a different row of the first.
    to = rows // 2 + rng.choice(rows - rows // 2, copies, replace=False)
    source = rng.choice(rows // 2, copies, replace=False) if copies else to
    order = np.arange(rows)
    order[to] = source
    frame = frame[order]
    missing = {name: int((frame[name] == "?").sum()) for name in MISSING_SHARE}
    missing |= {name: frame[name].null_count() for name in EMPTY_SHARE}
    return frame, Truth(rows, copies, missing)


def _columns(rng: np.random.Generator, rows: int) -> dict[str, Any]:
    data: dict[str, Any] = {name: _draw(rng, shares, rows) for name, shares in _CATEGORIES.items()}
    education = np.clip(rng.normal(10.1, 2.6, rows).round(), 1, 16).astype(np.int64)
    age = np.clip(17 + rng.gamma(2.6, 8.3, rows), 17, 90).astype(np.int64)
    hours = np.clip(rng.normal(40.4, 12.3, rows).round(), 1, 99).astype(np.int64)
    gain = np.where(rng.random(rows) < 0.083, rng.lognormal(8.5, 1.0, rows).round(), 0).astype(np.int64)
    male = data["sex"].to_numpy() == "Male"
    logit = -8.2 + 0.35 * education + 0.04 * age + 0.03 * hours + 1.1 * male + 0.0002 * np.minimum(gain, 20_000)
    rich = rng.random(rows) < 1 / (1 + np.exp(-logit))
    commute = pl.Series(np.round(rng.gamma(2.0, 13.0, rows), 1))
    gaps = pl.Series(rng.random(rows) < EMPTY_SHARE["commute_minutes"])
    data |= {
        # Unique, and so that a duplicate is a duplicate of the whole row.
        "person_id": pl.Series(rng.permutation(rows) + 1_000_000),
        "age": age,
        "fnlwgt": rng.integers(12_285, 1_484_705, rows),
        "education": pl.Series(_EDUCATION)[education - 1],
        "education_num": education,
        "capital_gain": gain,
        "hours_per_week": hours,
        "commute_minutes": pl.select(pl.when(gaps).then(None).otherwise(commute)).to_series(),
        "wage": np.round(rng.lognormal(2.9, 0.6, rows), 2),
        "income": pl.Series(np.array(["<=50K", ">50K"]))[rich.astype(np.int64)],
    }
    return {name: _with_marks(rng, values, name, rows) for name, values in data.items()}


def _draw(rng: np.random.Generator, shares: dict[str, float], rows: int) -> pl.Series:
    weights = np.array(list(shares.values()))
    codes: npt.NDArray[np.int64] = rng.choice(len(shares), rows, p=weights / weights.sum())
    return pl.Series(list(shares))[codes]


def _with_marks(rng: np.random.Generator, values: Any, name: str, rows: int) -> Any:
    if name not in MISSING_SHARE:
        return values
    marked = pl.Series(rng.random(rows) < MISSING_SHARE[name])
    return pl.select(pl.when(marked).then(pl.lit("?")).otherwise(values)).to_series()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="a path ending in .csv or .parquet")
    args = parser.parse_args()
    frame, planted = census_with_truth(args.rows, args.seed)
    if args.out.suffix == ".parquet":
        frame.write_parquet(args.out)
    else:
        frame.write_csv(args.out)
    print(f"{args.out}: {frame.height:,} rows x {frame.width} columns; planted {planted}")


if __name__ == "__main__":
    main()
