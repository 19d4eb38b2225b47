"""The plugin API, whole: what a check is given (evidence) and what it gives back (measures and findings)."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from auditor.dataset.table import CLASSIFICATION, LABELED, SINGLE_CLASS, Dataset, LabelIs, Role, Task
from auditor.evidence import Evidence
from auditor.stats.estimates import Estimate, exact

__all__ = [
    "CLASSIFICATION",
    "LABELED",
    "SINGLE_CLASS",
    "Check",
    "Evidence",
    "Family",
    "Finding",
    "LabelIs",
    "Measure",
    "Needs",
    "Role",
    "Share",
    "Skip",
    "Slice",
    "Task",
    "Unit",
    "exact",
]

#: A share of rows, from 0 to 1: for the options of checks.
Share = Annotated[float, Field(ge=0, le=1)]


class Family(StrEnum):
    """The three ways in which data spoils a model, and the contract it was promised under."""

    ANNOTATIONS = "annotations"
    DIVERSITY = "diversity"
    BIAS = "bias"
    CONTRACT = "contract"


class Unit(StrEnum):
    """How a measure's numbers are to be read and shown."""

    ROWS = "rows"
    SHARE = "share"  # of 1, shown in per cent
    POINTS = "points"  # a difference of shares, shown in percentage points
    RATIO = "ratio"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the rows, named by column and value: `Slice((("sex", "Female"), ("race", "Black")))`."""

    where: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that cut the slice out."""
        return tuple(column for column, _ in self.where)

    def __str__(self) -> str:
        return ", ".join(f"{column} = {value}" for column, value in self.where)


@dataclass(frozen=True, slots=True)
class Measure:
    """A number and the limit it is held to; with no limit, it is shown and decides nothing.

    `subject` names what it speaks of (a class, a column, a slice), `support` the rows it speaks for. Both
    limits together make a band. `question` tells apart measures that must each be answered; by default, the
    name and the columns of the slice.
    """

    name: str
    subject: str | Slice
    estimate: Estimate
    at_most: float | None = None
    at_least: float | None = None
    support: int = 0
    unit: Unit = Unit.SHARE
    note: str = ""  # what a reader must know to read it: the reference group, the assumption
    can_fail: bool = True  # False where the slice is too small to carry the claim that a limit is passed
    warns: bool = False  # past its limit it is warned of, and fails nothing
    sampled: bool = True  # more rows would narrow the interval; False where it rests on assumptions
    #: A small slice's own rows can carry that the limit is passed, but hardly that it holds: by this estimate, in
    #: which it borrows from the others, it may hold.
    pooled: Estimate | None = None

    @property
    def question(self) -> tuple[str, ...]:
        """What is asked: its answers must together cover nearly all rows for the check to pass."""
        return (self.name, *self.subject.columns) if isinstance(self.subject, Slice) else (self.name,)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at: how many rows, and which.

    `rows` are row ordinals, the worst first; `details` adds a column a name, aligned with `rows` (the
    suggested label, its probability). The report shows the first twenty, a sidecar table holds all. `todo` is a
    sentence for the list of what to do next, where it must not be overlooked whatever becomes of the check.
    """

    subject: str | Slice
    message: str
    count: int
    rows: Sequence[int] = ()
    details: Mapping[str, Sequence[str | float | int | None]] = field(default_factory=dict)
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """The check cannot speak about this dataset, and why. Anything else it yielded is still shown.

    `applies` is False where the question makes no sense here (no contract was committed), so that no policy
    demands an answer.
    """

    reason: str
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Needs:
    """What a dataset must have for the check to be asked at all."""

    roles: frozenset[Role] = frozenset()
    tasks: frozenset[Task] = frozenset(Task)
    not_yet: frozenset[Task] = frozenset()  # tasks the question makes sense for, and that are not yet supported
    model: bool = False  # fits models: left out by --fast
    examples: bool = False  # each row must be an example, not one annotator's vote on one
    reference: bool = False  # compares with the data that --reference names
    batch: bool = False  # asks what the data would do to the reference that it is to join

    def unmet(self, dataset: Dataset, fast: bool = False) -> Skip | None:
        """Why the check cannot run on this dataset; None if it can."""
        if dataset.task in self.not_yet:
            return Skip(f"not yet supported for {_described(dataset.task)}")
        if dataset.task not in self.tasks:
            return Skip(f"does not apply to {_described(dataset.task)}", applies=False)
        if self.examples and dataset.votes:
            return Skip("the rows are votes, several on each item; the annotator checks speak of them", applies=False)
        for role in sorted(self.roles):
            if not dataset.roles.columns(role):
                return _nothing_in(role, dataset)
        if self.reference and dataset.reference is None:
            return Skip("nothing to compare with; name other data with --reference", applies=False)
        if self.batch and not dataset.is_batch:
            return Skip("the data is no batch that is to join other data; say --as batch", applies=False)
        if self.model and fast:
            return Skip("needs a model, and --fast leaves models out")
        return None


def _described(task: Task) -> str:
    return (
        "a dataset without a label" if task is Task.UNLABELED else f"{'an' if task[0] in 'aeiou' else 'a'} {task} label"
    )


def _nothing_in(role: Role, dataset: Dataset) -> Skip:
    if role is Role.SENSITIVE and dataset.no_people:
        return Skip("the dataset is declared to hold no sensitive columns", applies=False)
    flag = "split-column" if role is Role.SPLIT else role  # --split names the parts of a dataset
    # Most data has one label a row and does not say whose, nor when it came about: nothing is amiss.
    return Skip(f"no {role} column; name one with --{flag}", applies=role not in (Role.ANNOTATOR, Role.TIME))


class Check(BaseModel, ABC):
    """The base of all checks. Its fields are its options; its docstring is its documentation.

    The first paragraph of the docstring says what it finds; the rest why that matters for training and what
    to do; a last paragraph that starts with `Method:` gives the method and its source.
    """

    # What validates the options is built when some are given; most checks of a run have none.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, defer_build=True)

    id: ClassVar[str]
    family: ClassVar[Family]
    needs: ClassVar[Needs] = Needs()
    remedy: ClassVar[str] = ""  # what to do when it fails, as an order in one sentence
    when_undecided: ClassVar[str] = ""  # the same when it cannot be decided, where more rows are not what it takes
    default_level: ClassVar[Literal["error", "warn"]] = "error"  # at "warn" it never changes the exit code
    #: Its level where the data is a batch that is to join other data; None for the same as ever.
    batch_level: ClassVar[Literal["error", "warn"] | None] = None

    @abstractmethod
    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """Read the evidence; yield what was measured and found. Never decides, never scans the data."""

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        """`true` is 1 to Python, and was hardly meant as a number."""
        declared = cls.model_fields[info.field_name or ""].annotation
        if isinstance(value, bool) and declared in (int, float):
            raise ValueError("must be a number, not true or false")
        return value

    @classmethod
    def documentation(cls) -> Documentation:
        """The docstring in its parts."""
        paragraphs = [" ".join(p.split()) for p in (inspect.getdoc(cls) or "").split("\n\n")]
        method = [p.removeprefix("Method:").strip() for p in paragraphs if p.startswith("Method:")]
        told = [p for p in paragraphs if not p.startswith("Method:")]
        return Documentation(told[0] if told else "", "\n\n".join(told[1:]), " ".join(method))


@dataclass(frozen=True, slots=True)
class Documentation:
    """A check's docstring in parts: what it finds, why that matters and what to do, the method."""

    finds: str
    why: str
    method: str
