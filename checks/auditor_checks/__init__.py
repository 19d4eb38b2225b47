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
    from auditor_checks.annotations.label_named_in_text import LabelNamedInText
    from auditor_checks.annotations.label_spelling import LabelSpelling
    from auditor_checks.annotations.missing_labels import MissingLabels
    from auditor_checks.annotations.target_errors import TargetErrors
    from auditor_checks.bias.conditional_disparity import ConditionalDisparity
    from auditor_checks.bias.group_quality import GroupQuality
    from auditor_checks.bias.group_representation import GroupRepresentation
    from auditor_checks.bias.identity_terms import IdentityTerms
    from auditor_checks.bias.label_consistency import LabelConsistency
    from auditor_checks.bias.label_errors_by_group import LabelErrorsByGroup
    from auditor_checks.bias.label_mean_disparity import LabelMeanDisparity
    from auditor_checks.bias.label_rate_disparity import LabelRateDisparity
    from auditor_checks.bias.model_disparity import ModelDisparity
    from auditor_checks.bias.pre_training_bias import PreTrainingBias
    from auditor_checks.bias.proxies import Proxies
    from auditor_checks.bias.rater_groups import RaterGroups
    from auditor_checks.bias.worst_subgroups import WorstSubgroups
    from auditor_checks.contract.expectations import Expectations
    from auditor_checks.contract.reference_columns import ReferenceColumns
    from auditor_checks.contract.schema import Schema
    from auditor_checks.contract.unread_lines import UnreadLines
    from auditor_checks.diversity.balance import Balance
    from auditor_checks.diversity.class_imbalance import ClassImbalance
    from auditor_checks.diversity.constant_label import ConstantLabel
    from auditor_checks.diversity.coverage import Coverage
    from auditor_checks.diversity.duplicate_rows import DuplicateRows
    from auditor_checks.diversity.missing_values import MissingValues
    from auditor_checks.diversity.near_duplicate_texts import NearDuplicateTexts
    from auditor_checks.diversity.reference_shift import ReferenceShift
    from auditor_checks.diversity.split_leakage import SplitLeakage
    from auditor_checks.diversity.told_from_reference import ToldFromReference
    from auditor_checks.diversity.too_few_rows import TooFewRows

    return [
        MissingLabels,
        LabelSpelling,
        ConflictingLabels,
        LabelNamedInText,
        LabelErrors,
        TargetErrors,
        ImplausibleValues,
        AnnotatorAgreement,
        AnnotatorQuality,
        TooFewRows,
        DuplicateRows,
        NearDuplicateTexts,
        ClassImbalance,
        Balance,
        Coverage,
        ConstantLabel,
        MissingValues,
        SplitLeakage,
        ReferenceShift,
        ToldFromReference,
        GroupRepresentation,
        LabelRateDisparity,
        WorstSubgroups,
        LabelMeanDisparity,
        ConditionalDisparity,
        PreTrainingBias,
        LabelConsistency,
        GroupQuality,
        LabelErrorsByGroup,
        ModelDisparity,
        Proxies,
        IdentityTerms,
        RaterGroups,
        Schema,
        Expectations,
        UnreadLines,
        ReferenceColumns,
    ]
