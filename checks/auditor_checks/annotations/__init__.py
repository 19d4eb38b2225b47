"""Bad annotations: labels that are missing, misspelt, contradicted or wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.check import Check


def checks() -> list[type[Check]]:
    """Those of this family, in the order in which they are reported."""
    from auditor_checks.annotations.annotator_agreement import AnnotatorAgreement
    from auditor_checks.annotations.annotator_quality import AnnotatorQuality
    from auditor_checks.annotations.batch_conflicts import BatchConflicts
    from auditor_checks.annotations.conflicting_labels import ConflictingLabels
    from auditor_checks.annotations.implausible_values import ImplausibleValues
    from auditor_checks.annotations.label_errors import LabelErrors
    from auditor_checks.annotations.label_named_in_text import LabelNamedInText
    from auditor_checks.annotations.label_spelling import LabelSpelling
    from auditor_checks.annotations.missing_labels import MissingLabels
    from auditor_checks.annotations.target_errors import TargetErrors

    return [
        MissingLabels,
        LabelSpelling,
        ConflictingLabels,
        BatchConflicts,
        LabelNamedInText,
        LabelErrors,
        TargetErrors,
        ImplausibleValues,
        AnnotatorAgreement,
        AnnotatorQuality,
    ]
