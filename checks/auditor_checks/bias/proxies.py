"""`proxies`: other columns from which a model learns a sensitive attribute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip, Slice, Unit
from auditor.errors import NotPossible

if TYPE_CHECKING:
    from auditor.evidence.proxies import Carrier
    from auditor.evidence.proxies import Proxies as Found

_NAMED = 5


class Proxies(Check):
    """A sensitive attribute can be told from other columns.

    Leaving the attribute out of the features does not keep a model from using it then: it reads it from the
    columns that stand in for it (a postcode, a job title). A column that tells both the attribute and the label is
    the road by which a gap between groups enters a model. Ask of each column named whether the task needs it.

    Method: cross-fitted probes (logistic regression; naive Bayes on texts) on at most 20,000 rows predict each group
    of the attribute from the columns that are not sensitive; the AUC of their out-of-sample scores against the rest,
    with the interval of Newcombe (2006, method 5). Groups of fewer than 50 rows are not looked at. Each column alone
    is judged by the out-of-sample rate of its values, numbers cut into tenths. What a stronger model could tell is
    more. It warns, and stops no training unless `level` says so.
    """

    id: ClassVar[str] = "proxies"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.SENSITIVE}), model=True, examples=True)
    remedy: ClassVar[str] = "Ask of each column named whether the task needs it."
    default_level: ClassVar[Literal["error", "warn"]] = "warn"

    max_auc: Share = 0.9
    min_alone: Share = 0.65
    min_of_label: Share = 0.6

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """Of each attribute, how well it can be told, and from what."""
        from auditor.evidence.proxies import AskProxies

        reasons = []
        for name in evidence.dataset.roles.sensitive:
            try:
                found = evidence.ask(AskProxies(name))
            except NotPossible as reason:
                reasons.append(f"{name}: {reason}")
                continue
            yield from self._together(found)
            yield from self._alone(found)
        if reasons and len(reasons) == len(evidence.dataset.roles.sensitive):
            yield Skip("; ".join(reasons))

    def _together(self, found: Found) -> Iterator[Measure]:
        told = list(found.together.items())
        for group, skill in told[:1] if len(told) == 2 else told:  # of two groups, one is told as well as the other
            yield Measure(
                "told from the other columns (AUC)",
                Slice(((found.attribute, group),)),
                skill,
                at_most=self.max_auc,
                support=skill.inside,
                unit=Unit.RATIO,
                note="0.5 is chance, 1 is certainty",
            )

    def _alone(self, found: Found) -> Iterator[Finding]:
        telling = [one for one in found.alone if one.skill.bounds(0.95)[0] > self.min_alone][:_NAMED]
        for one in telling:
            yield Finding(one.column, f"{_told(found.attribute, one)}{self._label(one)}", found.rows)

    def _label(self, one: Carrier) -> str:
        if one.label is None or one.label.bounds(0.95)[0] <= self.min_of_label:
            return ""
        return f"; it tells the label too (AUC {one.label.value:.2f})"


def _told(attribute: str, one: Carrier) -> str:
    return f"alone tells {attribute} = {one.group} from the rest (AUC {one.skill.value:.2f})"
