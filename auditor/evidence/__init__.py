"""Evidence: everything that touches the data, computed once a run, small when it is done.

A kind of evidence is a frozen value that says what is asked (`Profile()`, `Counts(("sex",))`) and knows how to
collect it. Equal questions are asked of the data once; the time each took is kept.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from auditor.dataset.table import Dataset, Role
from auditor.errors import NotPossible

if TYPE_CHECKING:
    from auditor.evidence.counts import Counts, LabelCounts
    from auditor.evidence.duplicates import Duplicates
    from auditor.evidence.predictions import Predictions
    from auditor.evidence.profile import Profile

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Question(Protocol[T_co]):
    """What can be asked of the data. Hashable: equal questions share one answer."""

    def collect(self, evidence: Evidence) -> T_co:
        """Answer from the data, or from other evidence."""

    def __hash__(self) -> int: ...


class Evidence:
    """The evidence of one run over one dataset."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._answers: dict[Question[Any], Any] = {}
        self._seconds: dict[str, float] = {}
        self._reference: Evidence | None = None

    def ask(self, question: Question[T]) -> T:
        """The answer, from memory where the question was asked before.

        That there is none (NotPossible) is an answer too: it is raised again, not looked for again.
        """
        if question not in self._answers:
            started = time.perf_counter()
            try:
                self._answers[question] = question.collect(self)
            except NotPossible as reason:
                self._answers[question] = reason
            name = type(question).__name__
            self._seconds[name] = self._seconds.get(name, 0.0) + time.perf_counter() - started
        answer = self._answers[question]
        if isinstance(answer, NotPossible):
            raise answer
        return cast("T", answer)

    def known(self, kind: type[Question[T]]) -> tuple[T, ...]:
        """The answers to questions of a kind that were asked already, in that order; nothing is collected."""
        found = [answer for question, answer in self._answers.items() if isinstance(question, kind)]
        return tuple(cast("T", answer) for answer in found if not isinstance(answer, NotPossible))

    @property
    def reference(self) -> Evidence:
        """The evidence of the data that this one is held against. NotPossible where there is none."""
        if self.dataset.reference is None:
            raise NotPossible("there is no reference")
        if self._reference is None:
            self._reference = Evidence(self.dataset.reference.dataset)
        return self._reference

    @property
    def seconds(self) -> Mapping[str, float]:
        """Wall-clock seconds by kind of evidence; a kind that asks another includes it."""
        return MappingProxyType(self._seconds)

    @property
    def profile(self) -> Profile:
        """Every column at a glance: missing, distinct, range, moments, quantiles, top values."""
        from auditor.evidence.profile import AskProfile

        return self.ask(AskProfile())

    def counts(self, *columns: str | Role) -> Counts:
        """Rows by the values of low-cardinality columns; continuous sensitive columns are binned."""
        from auditor.evidence.counts import AskCounts

        names: list[str] = []
        for column in columns:
            names += self.dataset.roles.columns(column) if isinstance(column, Role) else (column,)
        return self.ask(AskCounts(tuple(names)))

    def label_counts(self, *by: str) -> LabelCounts:
        """Rows that have each class, within each group of the columns `by`; several labels a row count each."""
        from auditor.evidence.counts import AskLabelCounts

        return self.ask(AskLabelCounts(by))

    @property
    def duplicates(self) -> Duplicates:
        """Groups of rows that are identical in all their features, and how their labels differ."""
        from auditor.evidence.duplicates import AskDuplicates

        return self.ask(AskDuplicates())

    @property
    def predictions(self) -> Predictions:
        """Out-of-sample class probabilities of every row."""
        from auditor.evidence.predictions import AskPredictions

        return self.ask(AskPredictions())
