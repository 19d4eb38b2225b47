"""What is to be said where the label is an institution's decision: an arrest, a hire, a loan."""

from __future__ import annotations

from auditor.check import Evidence, LabelIs

#: What no rate of decisions shows.
NOT_THE_FACT = "the label records the decision and not the fact"


def is_decision(evidence: Evidence) -> bool:
    """Whether the label says what an institution decided, and not what is so."""
    return evidence.dataset.label_is is LabelIs.DECISION


def with_caution(note: str, evidence: Evidence) -> str:
    """A note, with what a decision does not show where the label is one."""
    return f"{note}; {NOT_THE_FACT}" if is_decision(evidence) else note
