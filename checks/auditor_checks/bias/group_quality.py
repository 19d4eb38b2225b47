"""`group-quality`: rows of one group that are kept worse than those of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from pydantic import PositiveInt

from auditor.check import Check, Evidence, Family, Measure, Needs, Role, Share, Skip, Slice, Unit, exact
from auditor.stats.estimates import mean, proportion
from auditor_checks.bias.gaps import Group, gaps

if TYPE_CHECKING:
    from auditor.evidence.group_quality import TextLengths

_MANY_CUT = 0.01


class GroupQuality(Check):
    """The rows of one group are kept worse than those of another.

    Where one group's rows have holes, repeat or lack a label more often, a model learns less of that group, and
    its errors gather there. Find out why these rows are kept worse, and mend them at their source; filling the
    holes with what is usual for everybody hides the gap.

    Method: for each sensitive attribute, the share of a group's rows in which a feature is missing, or that lack
    their label, less that of the largest group, with Newcombe's interval (1998, method 10). Sensitive attributes do
    not count among the features here, and missing is a group of its own. Shown, and deciding nothing: the share of
    rows that repeat an earlier one, where `duplicate-rows` ran (those of a large group repeat by chance more), and of
    texts the average length with Student's t interval and the share that was cut at the longest length. A group of
    fewer than `min_rows` can never fail.
    """

    id: ClassVar[str] = "group-quality"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.SENSITIVE}))
    remedy: ClassVar[str] = "Find out why the rows of these groups are kept worse, and mend them at their source."

    max_difference: Share = 0.1
    min_rows: PositiveInt = 30

    def measure(self, evidence: Evidence) -> Iterator[Measure | Skip]:
        """Each kind of flaw by group, where there is any of it."""
        from auditor.evidence.group_quality import (
            AskRowsMissing,
            AskRowsRepeating,
            AskRowsUnlabeled,
            AskTextLengths,
            is_text,
            of_all,
        )

        sensitive = [name for name in evidence.dataset.roles.sensitive if name not in evidence.dataset.roles.label]
        if not sensitive:
            yield Skip("the label is the only sensitive column")
        for name in sensitive:
            by = (name,)
            rows = {group: count for group, count in evidence.counts(name).items() if count}
            flaws = {
                "rows with a missing value": evidence.ask(AskRowsMissing(by)),
            }
            if evidence.dataset.roles.label:
                flaws["rows without a label"] = evidence.ask(AskRowsUnlabeled(by))
            for flaw, having in flaws.items():
                yield from self._of_a_flaw(flaw, by, having, rows)
            repeated = evidence.ask(AskRowsRepeating(by))
            if of_all(repeated) and len(rows) > 1:
                yield from gaps("rows that repeat another", by, repeated, rows, None, self.min_rows)
            for text in evidence.dataset.roles.text:
                if is_text(evidence, text) and text != name:
                    yield from _of_texts(text, by, evidence.ask(AskTextLengths(text, by)))

    def _of_a_flaw(
        self, flaw: str, by: tuple[str, ...], having: Mapping[Group, int], rows: Mapping[Group, int]
    ) -> Iterator[Measure]:
        from auditor.evidence.group_quality import of_all

        if of_all(having) and len(rows) > 1:
            yield from gaps(flaw, by, having, rows, self.max_difference, self.min_rows)
        else:  # nothing can differ
            share = exact(of_all(having) / of_all(rows), of_all(rows))
            yield Measure(flaw, f"{by[0]}: all groups", share, at_least=0.0, support=of_all(rows))


def _of_texts(text: str, by: tuple[str, ...], lengths: Mapping[Group, TextLengths]) -> Iterator[Measure]:
    texts = sum(one.texts for one in lengths.values())
    cut = sum(one.cut for one in lengths.values()) > _MANY_CUT * texts
    for group, one in sorted(lengths.items(), key=lambda item: (-item[1].texts, item[0])):
        subject = Slice(tuple(zip(by, group, strict=True)))
        average = mean(one.mean, one.sd, one.texts, lower=0.0)
        yield Measure(f"characters of {text}", subject, average, support=one.texts, unit=Unit.NUMBER)
        if cut:
            share = proportion(one.cut, one.texts)
            yield Measure(f"texts of {text} cut at the longest length", subject, share, support=one.texts)
