"""The built-in checks: a plugin like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.check import Check


def checks() -> list[type[Check]]:
    """All built-in checks, in the order in which they are reported."""
    from auditor_checks.annotations.annotator_agreement import AnnotatorAgreement
    from auditor_checks.annotations.annotator_quality import AnnotatorQuality
    from auditor_checks.annotations.conflicting_labels import ConflictingLabels
    from auditor_checks.annotations.implausible_values import ImplausibleValues
    from auditor_checks.annotations.label_errors import LabelErrors
    from auditor_checks.annotations.label_spelling import LabelSpelling
    from auditor_checks.annotations.missing_labels import MissingLabels
    from auditor_checks.annotations.target_errors import TargetErrors
    from auditor_checks.bias.group_representation import GroupRepresentation
    from auditor_checks.bias.label_mean_disparity import LabelMeanDisparity
    from auditor_checks.bias.label_rate_disparity import LabelRateDisparity
    from auditor_checks.contract.expectations import Expectations
    from auditor_checks.contract.schema import Schema
    from auditor_checks.contract.unread_lines import UnreadLines
    from auditor_checks.diversity.class_imbalance import ClassImbalance
    from auditor_checks.diversity.constant_label import ConstantLabel
    from auditor_checks.diversity.duplicate_rows import DuplicateRows
    from auditor_checks.diversity.missing_values import MissingValues

    return [
        MissingLabels,
        LabelSpelling,
        ConflictingLabels,
        LabelErrors,
        TargetErrors,
        ImplausibleValues,
        AnnotatorAgreement,
        AnnotatorQuality,
        DuplicateRows,
        ClassImbalance,
        ConstantLabel,
        MissingValues,
        GroupRepresentation,
        LabelRateDisparity,
        LabelMeanDisparity,
        Schema,
        Expectations,
        UnreadLines,
    ]
