"""The Dataset: the rows, what each column is, what the label is, and where it all came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import narwhals as nw
    import numpy as np
    from numpy.typing import NDArray

    from auditor.dataset.layout import Layout
    from auditor.dataset.verdicts import Remembered

#: The row's place in what was read, from 0: every table carries it, no user's column is called so.
ROW = "__dataaudit_row__"
#: The column that names the part of a dataset read from several files.
SPLIT = "split"


class Kind(StrEnum):
    """What a column holds, as far as a check is concerned."""

    NUMERIC = "numeric"
    CATEGORICAL = "categorical"
    TEXT = "text"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    EMBEDDING = "embedding"  # a list of floats
    LABELS = "labels"  # a list of class names: a multi-label column
    OTHER = "other"  # nested or binary: counted, not looked into


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name, kind and the type it was read as."""

    name: str
    kind: Kind
    dtype: str


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A line left out at the user's wish (`--skip-bad-lines`): where it was and what was wrong with it."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows came from, and the reconciliation of rows in the file with rows read.

    `digest` is the SHA-256 of the bytes as stored (of the parts' digests, for several files); None where the
    rows came from memory. `missing_tokens` counts, by column and token, the cells that were read as missing
    because they held a token such as `?`; empty cells are counted under "".
    """

    name: str
    format: str
    paths: tuple[str, ...] = ()
    digest: str | None = None
    size_bytes: int | None = None
    rows_in_file: int = 0
    rows_read: int = 0
    skipped_lines: tuple[SkippedLine, ...] = ()
    dialect: Mapping[str, str] = field(default_factory=dict)  # delimiter, encoding, header, …: shown, with how known
    missing_tokens: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()  # what a reader should know: "header guessed: none; columns are named column_1 …"
    skipped_count: int = 0  # all lines skipped; `skipped_lines` holds the first thousand of them
    layout: Layout | None = field(default=None, repr=False)  # how a text file is laid out, to find lines again
    parts: tuple[Source, ...] = ()  # the files behind a dataset read as several, in row order


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a reader returns: a lazy frame (with ROW as its first column), its columns and its source."""

    frame: nw.LazyFrame[Any]
    columns: tuple[Column, ...]
    source: Source


class Role(StrEnum):
    """What a column is for."""

    LABEL = "label"
    SENSITIVE = "sensitive"
    ID = "id"
    SPLIT = "split"
    ANNOTATOR = "annotator"
    TIME = "time"
    WEIGHT = "weight"
    GROUP = "group"
    TEXT = "text"
    PRED_PROBS = "pred_probs"
    FEATURES = "features"


class Task(StrEnum):
    """What a model will learn from the label."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    MULTILABEL = "multilabel"
    ORDINAL = "ordinal"
    REGRESSION = "regression"
    UNLABELED = "unlabeled"


#: Tasks in which every row has one class out of a few.
SINGLE_CLASS = frozenset({Task.BINARY, Task.MULTICLASS, Task.ORDINAL})
CLASSIFICATION = SINGLE_CLASS | {Task.MULTILABEL}
LABELED = frozenset(Task) - {Task.UNLABELED}


class LabelIs(StrEnum):
    """Who wrote the label; it decides what the data can tell about its own errors."""

    ANNOTATION = "annotation"  # an expert could read it off the row: an intent, a picture's class
    OUTCOME = "outcome"  # the world decided: income, relapse
    DECISION = "decision"  # an institution decided: arrest, hire, loan


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column is what. `label` has one name, or one for each label of a multi-label task; or none.

    One `annotator` column says who gave the label; several hold a label each. `pred_probs` hold what a model of
    the user's predicts, and are no features.
    """

    label: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    annotator: tuple[str, ...] = ()
    pred_probs: tuple[str, ...] = ()
    id: str | None = None
    split: str | None = None
    time: str | None = None
    weight: str | None = None
    group: str | None = None

    def columns(self, role: Role) -> tuple[str, ...]:
        """The columns in a role; empty where it is not filled."""
        held: str | tuple[str, ...] | None = getattr(self, role.value)
        if held is None:
            return ()
        return (held,) if isinstance(held, str) else held


@dataclass(frozen=True, slots=True, eq=False)
class PredProbs:
    """`probabilities[i, k]` that row i has class k, by a model of the user's that has not seen the row."""

    classes: tuple[str, ...]
    probabilities: NDArray[np.float32]
    source: str  # what the user calls it: a file, columns, an array


@dataclass(frozen=True, slots=True)
class Dataset:
    """The rows to audit and all that is known of them before they are looked into.

    `positive` is the class whose rate is shown for a binary label. `no_people` is the user's word that no
    column stands for people, so that nothing about bias can be asked. `votes` is true where a row is no example
    but one annotator's vote on the example that the id names, so that an id repeats. `verdicts` are
    those people gave on these labels before; `pred_probs` what a model of the user's predicts; `reference` is the
    data that these are held against.
    """

    name: str
    frame: nw.LazyFrame[Any]
    columns: tuple[Column, ...]
    roles: Roles
    task: Task
    label_is: LabelIs | None
    source: Source
    positive: str | None = None
    label_order: tuple[str, ...] = ()
    no_people: bool = False
    votes: bool = False
    verdicts: tuple[Remembered, ...] = ()
    verdicts_from: str | None = None  # the file they were read from
    pred_probs: PredProbs | None = field(default=None, repr=False)
    reference: Reference | None = field(default=None, repr=False)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def is_batch(self) -> bool:
        """Whether these rows are to join the reference, which is then their base."""
        return self.reference is not None and self.reference.is_base

    @property
    def label(self) -> Column:
        """The single label column; ValueError where there is none or several."""
        (name,) = self.roles.label
        return self.column(name)


@dataclass(frozen=True, slots=True)
class Reference:
    """The other data as a dataset of the columns that match, and the columns that do not.

    `dataset` has the roles of the data as far as its columns allow; without the label it is unlabeled. `lacking`
    are columns of the data that the other lacks, `besides` those it has besides, `unlike` those of another kind,
    with both kinds: None is that of a column without any value. What was made for the audit (the parts' names,
    probabilities) is lacking nowhere. `is_base` is true where the data is a batch of rows that are to join it.
    """

    dataset: Dataset
    lacking: tuple[str, ...]
    besides: tuple[str, ...]
    unlike: dict[str, tuple[Kind | None, Kind | None]]
    is_base: bool = False
