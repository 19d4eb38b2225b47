from __future__ import annotations

from typing import Any

import numpy as np

from auditor.check import Check
from auditor.report.merging import merging
from auditor.testing import decided, evidence_of
from auditor_checks.annotations.batch_conflicts import BatchConflicts
from auditor_checks.contract.batch_classes import BatchClasses
from auditor_checks.contract.batch_units import BatchUnits
from auditor_checks.diversity.batch_gain import BatchGain

CHECKS = (BatchGain(), BatchConflicts(), BatchClasses(), BatchUnits())
TEXTS = ["where is my new bank card please", "how do i close the account today", "my transfer did not arrive yet sir"]


def told(batch: dict[str, list[Any]], checks: tuple[Check, ...] = CHECKS, **roles: Any) -> dict[str, str]:
    evidence = evidence_of(batch, label="y", **roles)
    for check in checks:
        decided(check, evidence)
    return merging(evidence)


def test_texts_and_new_classes_are_told() -> None:
    base: dict[str, list[Any]] = {"t": TEXTS, "y": ["card", "close", "transfer"]}
    batch: dict[str, list[Any]] = {
        "t": [TEXTS[0], TEXTS[0], TEXTS[1] + " ok", "quite another thing"],
        "y": ["card", "card", "card", "new"],
    }
    assert told(batch, text="t", base=base) == {
        "adds": "2 rows that the base does not have (50 % of the batch), 1 of them near copies",
        "repeats": "2 rows of the base; nearly, the text of 3 rows (75 %)",
        "contradicts": "the base's label in 0 of the 2 rows that the base has too; the base's label in 1 of the 3 rows "
        "whose text is near one of the base",
        "fits": "its label has 'new', which the base's has not",
    }


def test_columns_and_units_that_do_not_fit_are_told() -> None:
    base: dict[str, list[Any]] = {
        "age": list(range(18, 90)),
        "old": ["a"] * 72,
        "k": ["u", "v"] * 36,
        "y": ["p", "q"] * 36,
    }
    batch: dict[str, list[Any]] = {
        "age": [age * 12 for age in base["age"]],
        "new": ["a"] * 72,
        "k": [1, 2] * 36,
        "y": ["p", "q"] * 36,
    }
    assert told(batch, base=base)["fits"] == (
        "besides the base's columns it has 'new'; it lacks 'old'; of another kind are 'k'; "
        "'age' looks times 12 (years, months) what it is in the base"
    )


def test_labels_of_two_kinds_and_empty_columns_are_told() -> None:
    base: dict[str, list[Any]] = {"x": [1, 2, 3, 4], "k": [1, 2, 3, 4], "y": ["no", "yes"] * 2}
    said = told({"x": [None] * 4, "k": [5, 6, 7, 8], "y": [0, 1] * 2}, (), base=base)
    assert said["contradicts"] == "not asked: the label 'y' is numeric in the batch and categorical in the base"
    assert said["fits"] == "of another kind are 'y'; empty on one side alone are 'x'"


def test_a_base_without_the_label_is_told() -> None:
    said = told({"x": [1, 2], "y": ["no", "yes"]}, (), base={"x": [1, 2]})
    assert said["contradicts"] == "not asked: the base has no label 'y'"
    assert said["fits"] == "besides the base's columns it has 'y'"


def test_combinations_are_told_with_the_first_few() -> None:
    base: dict[str, list[Any]] = {"k": ["a"] * 40, "x": list(range(40)), "y": ["p", "q"] * 20}
    batch: dict[str, list[Any]] = {"k": ["b", "c", "d"] * 40, "x": list(range(100, 220)), "y": ["p", "q"] * 60}
    assert told(batch, base=base)["adds"].endswith(
        "enough rows of 3 combinations of values that the base has too few of (k = b; k = c and 1 more)"
    )


def test_what_was_not_asked_is_not_told() -> None:
    table: dict[str, list[Any]] = {"x": [1, 2], "y": ["p", "q"]}
    assert told(table, (), base=table) == {"fits": "it has the base's columns, of the same kind, and no other"}
    assert told(table, reference=table) == {}


def test_rows_of_the_base_but_for_noise_are_told() -> None:
    rng = np.random.default_rng(0)
    base: dict[str, list[Any]] = {name: rng.normal(size=500).tolist() for name in "ab"} | {"y": ["u", "v"] * 250}
    new: dict[str, list[Any]] = {name: rng.normal(50, 1, 80).tolist() for name in "ab"} | {"y": ["u", "v"] * 40}
    off = {name: [value + 1e-5 for value in base[name][:20]] for name in "ab"} | {"y": ["v", "u", *base["y"][2:20]]}
    said = told({name: [*off[name], *new[name]] for name in base}, base=base)
    assert said["repeats"] == "no row of the base; but for a little in 'a', 'b', 20 rows (20 %)"
    assert said["adds"] == "100 rows that the base does not have (100 % of the batch), 20 of them near copies"
    assert said["contradicts"] == "the base's label in 2 of the 20 rows that are one of the base but for a little"
