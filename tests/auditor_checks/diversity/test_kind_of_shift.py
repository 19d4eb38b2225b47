from __future__ import annotations

from functools import cache

import pytest

from auditor.testing import Evidence, Status, decided, evidence_of, findings_of, measures_of
from auditor_checks.diversity.kind_of_shift import KindOfShift
from tests.auditor.evidence.test_labeled_otherwise import world


@cache
def held_against(**reference: float) -> Evidence:
    other = world(2, **reference)  # type: ignore[arg-type]  # of rows none is asked
    return evidence_of(world(1), reference=other, label="y")


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ({}, []),
        ({"about": 0.7}, ["covariate shift"]),
        ({"more": 0.2}, ["label shift"]),
        ({"flipped": 0.2}, ["concept shift"]),
    ],
)
def test_the_kind_of_shift_is_told(reference: dict[str, float], told: list[str]) -> None:
    found = findings_of(KindOfShift(), held_against(**reference))
    assert [finding.message.split(":")[0] for finding in found] == told


def test_one_population_passes_and_labels_given_otherwise_fail() -> None:
    assert decided(KindOfShift(), held_against()).status is Status.PASS
    assert decided(KindOfShift(), held_against(flipped=0.2)).status is Status.FAIL


def test_few_rows_cannot_be_decided() -> None:
    result = decided(KindOfShift(), world(1), reference=world(2, 80), label="y")
    assert result.status is Status.UNDECIDED


def test_without_rows_that_are_alike_it_is_skipped_and_says_what_differs() -> None:
    result = decided(KindOfShift(), world(1, 500), reference=world(2, 500, far=40.0), label="y")
    assert result.status is Status.SKIPPED
    assert [f.message.split(":")[0] for f in result.outcome.findings] == ["covariate shift"]


def test_without_the_label_in_the_reference_it_does_not_apply() -> None:
    other = {name: cells for name, cells in world(2).items() if name != "y"}
    result = decided(KindOfShift(), world(1), reference=other, label="y")
    assert result.status is Status.SKIPPED
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies


def test_only_the_labels_of_like_rows_are_held_to_a_limit() -> None:
    limits = {m.name: m.at_most for m in measures_of(KindOfShift(), held_against())}
    assert [name for name, limit in limits.items() if limit is not None] == ["like rows labeled otherwise"]
