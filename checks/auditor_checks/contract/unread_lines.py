"""`unread-lines`: lines of the file that were left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import NonNegativeInt

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Skip, Unit, exact
from auditor.dataset.table import Source


class UnreadLines(Check):
    """Lines of the file could not be read and were left out.

    What was left out was not audited, and a training script may read it after all, each in its own way. Mend
    the lines; raise `max_lines` only when you know what they hold.

    Method: lines skipped at the user's wish (`--skip-bad-lines`), counted; without that wish a bad line ends
    the run.
    """

    id: ClassVar[str] = "unread-lines"
    family: ClassVar[Family] = Family.CONTRACT
    needs: ClassVar[Needs] = Needs()
    remedy: ClassVar[str] = "Mend the lines that could not be read."

    max_lines: NonNegativeInt = 0

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """How many lines were skipped, and the first of them."""
        yield from self._of(evidence.dataset.source, "skipped-lines", "line")
        if evidence.dataset.reference is not None:
            other = evidence.dataset.reference.dataset.source
            yield from self._of(other, "skipped-lines of the reference", "line of the reference")

    def _of(self, source: Source, name: str, line: str) -> Iterator[Measure | Finding]:
        skipped = exact(source.rows_in_file - source.rows_read)
        yield Measure(name, source.name, skipped, at_most=self.max_lines, support=source.rows_in_file, unit=Unit.ROWS)
        for one in source.skipped_lines[:20]:
            yield Finding(f"{line} {one.line}", one.problem, 1)
