"""The built-in checks: a plugin like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.check import Check


def checks() -> list[type[Check]]:
    """All built-in checks, in the order in which they are reported."""
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
    from auditor_checks.contract.batch_classes import BatchClasses
    from auditor_checks.contract.batch_units import BatchUnits
    from auditor_checks.contract.batch_values import BatchValues
    from auditor_checks.contract.expectations import Expectations
    from auditor_checks.contract.reference_columns import ReferenceColumns
    from auditor_checks.contract.schema import Schema
    from auditor_checks.contract.unread_lines import UnreadLines
    from auditor_checks.diversity.balance import Balance
    from auditor_checks.diversity.batch_gain import BatchGain
    from auditor_checks.diversity.class_imbalance import ClassImbalance
    from auditor_checks.diversity.constant_label import ConstantLabel
    from auditor_checks.diversity.content_diversity import ContentDiversity
    from auditor_checks.diversity.coverage import Coverage
    from auditor_checks.diversity.duplicate_rows import DuplicateRows
    from auditor_checks.diversity.id_like_features import IdLikeFeatures
    from auditor_checks.diversity.kind_of_shift import KindOfShift
    from auditor_checks.diversity.label_giveaway import LabelGiveaway
    from auditor_checks.diversity.missing_values import MissingValues
    from auditor_checks.diversity.near_copies import NearCopies
    from auditor_checks.diversity.near_duplicate_texts import NearDuplicateTexts
    from auditor_checks.diversity.outliers import OutlierRows
    from auditor_checks.diversity.redundancy import RedundantRows
    from auditor_checks.diversity.reference_overlap import ReferenceOverlap
    from auditor_checks.diversity.reference_shift import ReferenceShift
    from auditor_checks.diversity.row_order import RowOrder
    from auditor_checks.diversity.split_leakage import SplitLeakage
    from auditor_checks.diversity.time_coverage import TimeCoverage
    from auditor_checks.diversity.time_drift import TimeDrift
    from auditor_checks.diversity.time_travel import TimeTravel
    from auditor_checks.diversity.told_from_reference import ToldFromReference
    from auditor_checks.diversity.too_few_rows import TooFewRows

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
        TooFewRows,
        DuplicateRows,
        NearDuplicateTexts,
        NearCopies,
        RedundantRows,
        ContentDiversity,
        OutlierRows,
        ClassImbalance,
        Balance,
        Coverage,
        ConstantLabel,
        MissingValues,
        SplitLeakage,
        LabelGiveaway,
        IdLikeFeatures,
        RowOrder,
        TimeTravel,
        TimeCoverage,
        TimeDrift,
        ReferenceShift,
        ToldFromReference,
        KindOfShift,
        ReferenceOverlap,
        BatchGain,
        GroupRepresentation,
        LabelRateDisparity,
        WorstSubgroups,
        LabelMeanDisparity,
        PreTrainingBias,
        ConditionalDisparity,
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
        BatchClasses,
        BatchUnits,
        BatchValues,
    ]
