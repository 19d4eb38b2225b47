"""The real data sets that scikit-learn ships, as CSV files with a header and the label last."""

from __future__ import annotations

from typing import Any

from sample_data.makers.text import csv_text


def files() -> dict[str, str]:
    """Four tables with classes by name or digit, and one with a number to predict."""
    from sklearn import datasets

    made = {
        "iris.csv": _classes(datasets.load_iris()),
        "wine_recognition.csv": _classes(datasets.load_wine()),
        "breast_cancer.csv": _classes(datasets.load_breast_cancer()),
        "digits.csv": _classes(datasets.load_digits()),
        "diabetes.csv": _numbers(datasets.load_diabetes(scaled=False)),
    }
    return {name: csv_text(rows) for name, rows in made.items()}


def _classes(bunch: Any) -> list[dict[str, str]]:
    names = [str(name) for name in bunch.target_names]
    return _table(bunch, {"label": [names[place] for place in bunch.target]})


def _numbers(bunch: Any) -> list[dict[str, str]]:
    return _table(bunch, {"target": _column(bunch.target)})


def _table(bunch: Any, label: dict[str, list[str]]) -> list[dict[str, str]]:
    names = [_name(name) for name in bunch.feature_names]
    columns = dict(zip(names, map(_column, bunch.data.T), strict=True)) | label
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _column(values: Any) -> list[str]:
    """The cells of a column: whole numbers without decimals, others without the noise of their parsing."""
    whole = all(float(value).is_integer() for value in values)
    return [str(int(value)) if whole else str(float(f"{value:.12g}")) for value in values]


def _name(name: str) -> str:
    """A column name without blanks, brackets and slashes."""
    return name.replace("(cm)", "cm").replace("/", "_").replace(" ", "_")
