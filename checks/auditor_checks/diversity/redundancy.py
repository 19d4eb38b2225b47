"""`redundancy`: how many rows there are without copies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, Unit, exact

if TYPE_CHECKING:
    from auditor.evidence.redundancy import Redundancy


class RedundantRows(Check):
    """Much of the data is said more than once, so that it is smaller than it looks.

    How much a model learns, and how sure an evaluation is, grows with the rows that are not copies. Plan with that
    number, and take copies out before the data is split.

    Method: rows that stay when, in their order, each goes that is identical to one that stays, label included; that
    nearly repeats the text of one (where rows are texts only); that is one but for a little noise in its numbers; or
    whose vector nearly equals one's (where rows are vectors only). What each is, the checks `duplicate-rows`,
    `near-duplicate-texts` and `near-copies` say.
    """

    id: ClassVar[str] = "redundancy"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(examples=True)
    remedy: ClassVar[str] = "Take copies out, or count on as many rows as there are without them."
    default_level: ClassVar[Literal["error", "warn"]] = "warn"

    min_share: Share = 0.5

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The rows without copies, and their share."""
        from auditor.evidence.redundancy import AskRedundancy

        if not evidence.duplicates.compared:
            yield Skip("there is no column by which rows could be compared")
            return
        found = evidence.ask(AskRedundancy())
        rows, note = found.rows, _note(found)
        stay = exact(found.stay, rows)
        yield Measure("rows without copies", "all rows", stay, support=rows, unit=Unit.ROWS, note=note)
        share = exact(found.stay / rows, rows)
        yield Measure("share without copies", "all rows", share, at_least=self.min_share, support=rows)


def _note(found: Redundancy) -> str:
    kinds = {"equal": found.exact, "nearly equal as texts": found.texts}
    kinds |= {"but for noise in numbers": found.numbers, "nearly equal as vectors": found.vectors}
    told = ", ".join(f"{rows:,} {what}" for what, rows in kinds.items() if rows)
    taken = f"{found.rows:,} rows; taken out: {told or 'none'}"
    return "; ".join((taken, *(f"not looked for: {reason}" for reason in found.unknown)))
