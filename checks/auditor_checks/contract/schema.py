"""`schema`: the data breaks the pandera schema that is committed beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Skip, Unit, exact
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.contracts import Rule

ENDINGS = (".schema.yaml", ".schema.yml", ".schema.json")
NO_CONTRACT = (
    "no contract: no file ending in .schema.yaml or .schema.json lies beside the data; make one with "
    "pandera: pandera.pandas.infer_schema(frame).to_yaml('<data>.schema.yaml')"
)


class Schema(Check):
    """The data breaks the pandera schema that is committed beside it.

    A model is trained on what the columns were promised to hold. A column that went missing, changed its
    type or left its range is learned from all the same, and the model is wrong where nobody looks. Mend the
    data at its source; change the schema only when the promise itself has changed, and commit that change.

    Method: the schema in `path`, or in `<data>.schema.yaml`, `.yml` or `.json` beside the data, as pandera
    writes it. Each rule is run on all rows, and the rows that break it are counted; none may. Types are
    compared by what the values are, not by how they are stored. A rule that cannot be run is an error.
    """

    id: ClassVar[str] = "schema"
    family: ClassVar[Family] = Family.CONTRACT
    needs: ClassVar[Needs] = Needs()
    remedy: ClassVar[str] = "Mend the rows that break the contract, or change the contract on purpose."

    path: Path | None = None

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """One measure a rule, and the rows that break it."""
        from auditor.evidence.contracts import beside

        path = beside(evidence.dataset, ENDINGS) if self.path is None else str(self.path)
        if path is None:
            yield Skip(NO_CONTRACT, applies=False)
            return
        from auditor.evidence.pandera_contract import AskPandera

        for rule in evidence.ask(AskPandera(path)).rules:
            yield _measured(rule)
            if rule.broken:
                yield Finding(_subject(rule), _message(rule), rule.broken, rule.rows)


def _measured(rule: Rule) -> Measure:
    from auditor.evidence.contracts import Force

    warns = rule.force is Force.WARNS
    return Measure(
        "broken-rule",
        _subject(rule),
        exact(rule.broken, rule.seen),
        at_most=0,
        support=rule.seen,
        unit=Unit.ROWS,
        note="declared as a warning: only warned of" if warns else rule.note,
        warns=warns,
    )


def _subject(rule: Rule) -> str:
    return f"{rule.subject}: {rule.text}"


def _message(rule: Rule) -> str:
    broken = counted(rule.broken, "row breaks", "rows break")
    said = f"{broken} this rule" if rule.counted else "this rule does not hold"
    return f"{said}: {rule.note}" if rule.note else said
