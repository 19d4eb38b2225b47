"""The contract under which the data was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.check import Check


def checks() -> list[type[Check]]:
    """Those of this family, in the order in which they are reported."""
    from auditor_checks.contract.batch_classes import BatchClasses
    from auditor_checks.contract.batch_units import BatchUnits
    from auditor_checks.contract.batch_values import BatchValues
    from auditor_checks.contract.expectations import Expectations
    from auditor_checks.contract.reference_columns import ReferenceColumns
    from auditor_checks.contract.schema import Schema
    from auditor_checks.contract.unread_lines import UnreadLines

    return [
        Schema,
        Expectations,
        UnreadLines,
        ReferenceColumns,
        BatchClasses,
        BatchUnits,
        BatchValues,
    ]
