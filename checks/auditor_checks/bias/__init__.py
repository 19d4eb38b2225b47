"""Bias against people: labels and rows that differ by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.check import Check


def checks() -> list[type[Check]]:
    """Those of this family, in the order in which they are reported."""
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

    return [
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
    ]
