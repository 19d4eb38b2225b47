"""What came of running one check, before anything is decided."""

from __future__ import annotations

import time
from dataclasses import dataclass

from auditor.check import Evidence, Finding, Measure, Skip
from auditor.errors import AuditError, NotPossible, UsageError
from auditor.gate.sound import check_finding, check_measure
from auditor.plugins import Configured


@dataclass(frozen=True, slots=True)
class Outcome:
    """A check's measures and findings; or why there are none: skipped, or broken."""

    configured: Configured
    measures: tuple[Measure, ...] = ()
    findings: tuple[Finding, ...] = ()
    skip: Skip | None = None
    error: str | None = None
    seconds: float = 0.0


def run_check(configured: Configured, evidence: Evidence, fast: bool) -> Outcome:
    """Run one check. Whatever goes wrong in it is its error, by name; the other checks still run.

    Raises UsageError where one of its options is wrong, which may show only when it meets the data: a column that is
    not there. That is the user's mistake, not the check's, and what the other checks find would not be what was asked.
    """
    started = time.perf_counter()
    measures: list[Measure] = []
    findings: list[Finding] = []
    skip, error = None, None
    try:
        skip = configured.check.needs.unmet(evidence.dataset, fast)
        for item in () if skip else configured.check.measure(evidence):
            match item:
                case Measure():
                    check_measure(item)
                    measures.append(item)
                case Finding():
                    check_finding(item, evidence.profile.rows if len(item.rows) else 0)
                    findings.append(item)
                case Skip():
                    skip = item
                case _:
                    raise TypeError(f"yielded {item!r}, which is no Measure, Finding or Skip")
    except KeyboardInterrupt:
        raise
    except NotPossible as reason:
        skip = Skip(str(reason))
    except AuditError as problem:
        if isinstance(problem, UsageError) and problem.setting == f"checks.{configured.check.id}":
            raise
        error = str(problem)
    except BaseException as problem:  # noqa: BLE001  # a check may even call sys.exit: that is no green light
        error = f"{type(problem).__name__}: {problem}"
    seconds = time.perf_counter() - started
    return Outcome(configured, tuple(measures), tuple(findings), skip, error, seconds)
