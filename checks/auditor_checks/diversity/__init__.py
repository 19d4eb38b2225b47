"""Lack of diversity: what the data shows too little of, or too often."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.check import Check


def checks() -> list[type[Check]]:
    """Those of this family, in the order in which they are reported."""
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
    ]
