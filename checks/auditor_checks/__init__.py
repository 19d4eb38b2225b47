"""The built-in checks: a plugin like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.check import Check


def checks() -> list[type[Check]]:
    """All built-in checks, in the order in which they are reported."""
    from auditor_checks.annotations import checks as of_annotations
    from auditor_checks.bias import checks as of_bias
    from auditor_checks.contract import checks as of_contract
    from auditor_checks.diversity import checks as of_diversity

    return [*of_annotations(), *of_diversity(), *of_bias(), *of_contract()]
