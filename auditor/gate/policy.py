"""The verdict: results and the policy's demands, turned into one answer and an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from auditor.check import Family
from auditor.config import GateSection
from auditor.dataset.roles import Guess
from auditor.dataset.table import Dataset, Role, Task
from auditor.gate.decide import Result, Status
from auditor.plugins import Broken


class ExitCode(IntEnum):
    """What the process tells its caller."""

    MAY_TRAIN = 0
    DATA_FAILED = 1
    USAGE = 2
    NOT_COMPLETED = 3
    NOT_ANSWERED = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """May this data train a model? `blocking` are check ids and unmet demands."""

    status: Status
    sentence: str
    exit_code: ExitCode
    blocking: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()


def judge(
    results: Sequence[Result],
    broken: Sequence[Broken],
    dataset: Dataset,
    guesses: Sequence[Guess],
    gate: GateSection,
    selected: bool,
) -> Verdict:
    """Error over fail over unanswered over pass. Nothing that ran is never green.

    `selected` says that the user chose the checks, so that a family left out was left out on purpose.
    """
    errors = [_id(r) for r in results if r.status is Status.ERROR] + [b.name for b in broken]
    failed = [_id(r) for r in results if _fails(r, gate)]
    undecided = tuple(_id(r) for r in results if r.status is Status.UNDECIDED and _counts(r, gate))
    unmet = tuple(_demands(results, dataset, guesses, gate, selected))
    if errors:
        return Verdict(
            Status.ERROR,
            _sentence("could not be completed", errors),
            ExitCode.NOT_COMPLETED,
            tuple(errors),
            undecided,
            unmet,
        )
    if failed:
        code = ExitCode.MAY_TRAIN if gate.exit_zero else ExitCode.DATA_FAILED
        return Verdict(Status.FAIL, _sentence("failed", failed), code, tuple(failed), undecided, unmet)
    demanded = undecided if gate.fail_on == "undecided" or gate.policy == "strict" else ()
    if blocking := (*unmet, *demanded):
        code = ExitCode.MAY_TRAIN if gate.exit_zero else ExitCode.NOT_ANSWERED
        return Verdict(Status.UNDECIDED, "not decided: " + "; ".join(blocking), code, blocking, undecided, unmet)
    warned = sum(r.status is Status.FAIL or r.warned > 0 for r in results)
    sentence = "passed" + (f", {len(undecided)} not decided" if undecided else "")
    sentence += f", {warned} only warned of" if warned else ""
    return Verdict(Status.PASS, sentence, ExitCode.MAY_TRAIN, (), undecided)


def _sentence(word: str, ids: Sequence[str]) -> str:
    return f"{word}: {', '.join(ids)}"


def _id(result: Result) -> str:
    return result.outcome.configured.check.id


def _fails(result: Result, gate: GateSection) -> bool:
    return (result.status is Status.FAIL and _counts(result, gate)) or (gate.fail_on == "warning" and result.warned > 0)


def _counts(result: Result, gate: GateSection) -> bool:
    return result.outcome.configured.level == "error" or gate.fail_on == "warning"


def _demands(
    results: Sequence[Result], dataset: Dataset, guesses: Sequence[Guess], gate: GateSection, selected: bool
) -> list[str]:
    """What the policy asks for and the run does not give, each in words with what to do."""
    unmet = []
    for family in (Family.ANNOTATIONS, Family.DIVERSITY, Family.BIAS):
        own = [r for r in results if r.outcome.configured.check.family is family]
        if any(r.status in {Status.PASS, Status.FAIL} for r in own) and not _label_uncompared(family, own):
            continue
        if (selected and not own) or _makes_no_sense(family, dataset, gate):
            continue
        unmet.append(_unanswered(family, own, dataset))
    if not any(r.status in {Status.PASS, Status.FAIL} for r in results):
        unmet.append("no check gave an answer")
    if gate.policy == "strict":
        unmet += [f"{guess.name} was guessed ({guess.value}); declare it" for guess in guesses]
        skipped = [r for r in results if r.status is Status.SKIPPED and _counts(r, gate)]
        unmet += [f"{_id(r)} was skipped: {r.reason}" for r in skipped if r.outcome.skip and r.outcome.skip.applies]
    return unmet


def _label_uncompared(family: Family, own: Sequence[Result]) -> bool:
    """That groups are there says nothing of how they are labeled: counting them does not answer for bias."""
    return family is Family.BIAS and any(
        r.status is Status.SKIPPED and r.outcome.skip and r.outcome.skip.applies and _compares_labels(r) for r in own
    )


def _compares_labels(result: Result) -> bool:
    """Whether the check holds the labels themselves against each other; what a model makes of them is one step on."""
    needs = result.outcome.configured.check.needs
    return {Role.LABEL, Role.SENSITIVE} <= needs.roles and not needs.model


def _makes_no_sense(family: Family, dataset: Dataset, gate: GateSection) -> bool:
    if family is Family.ANNOTATIONS:
        return dataset.task is Task.UNLABELED
    # How groups are treated concerns the whole that a model learns from, of which a batch is a part.
    is_part = dataset.is_batch and gate.policy != "strict"
    return family is Family.BIAS and (dataset.no_people or is_part)


def _unanswered(family: Family, own: Sequence[Result], dataset: Dataset) -> str:
    if family is Family.BIAS and not dataset.roles.sensitive:
        return "bias was not audited: name the sensitive columns with --sensitive, or say --sensitive none"
    missing = [r for r in own if r.status is not Status.PASS] or own
    reasons = "; ".join(f"{_id(r)}: {r.reason}" for r in missing) or "no check of it ran"
    return f"{family} was not answered ({reasons})"
