from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from auditor import pipeline
from auditor.check import Check, Evidence, Family, Finding, Measure, Skip, exact
from auditor.config import load_config
from auditor.evidence.predictions import AskPredictions
from auditor.evidence.review import AskReview
from auditor.evidence.suspicion import AskSuspicion
from auditor.plugins import Broken, Found, Plugin, find_checks
from auditor.report.review import review_files
from auditor.review.labels import labels_of


@pytest.fixture
def add_checks(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the pipeline find checks besides the built-in ones, or entry points that are broken."""

    def add(*checks: type[Check], broken: tuple[Broken, ...] = ()) -> None:
        built_in = find_checks()
        found = Found((*built_in.plugins, *(Plugin(check, "mine") for check in checks)), broken)
        monkeypatch.setattr(pipeline, "find_checks", lambda: found)

    return add


def suspect(evidence: Evidence, flagged: Mapping[int, str]) -> Evidence:
    """The evidence as if a model had flagged these rows and suggested these classes: no model is fitted."""
    labels = labels_of(evidence)
    classes = sorted(labels.classes)
    given = np.array([classes.index(label) if label in classes else -1 for label in labels.of_row])
    scores = np.where(given >= 0, 0.1, np.nan)
    scores[list(flagged)] = 0.9
    share = np.full((len(given), len(classes)), 1 / len(classes))
    answers: dict[Any, Any] = evidence._answers
    answers[AskPredictions()] = SimpleNamespace(classes=tuple(classes), given=given, probabilities=share)
    answers[AskSuspicion()] = SimpleNamespace(
        scores=scores,
        chances=scores,
        rows=tuple(flagged),
        suggested=tuple(flagged.values()),
        probability=(0.95,) * len(flagged),
    )
    return evidence


WriteSheet = Callable[..., Path]


@pytest.fixture
def write_sheet(tmp_path: Path) -> WriteSheet:
    """Writes the review.csv of a file, as a run does that has flagged these rows."""

    def write(data: Path, flagged: Mapping[int, str], *, label: str = "y", size: int = 4, **roles: Any) -> Path:
        flags = {"dataset": {"label": label, "sensitive": "none", "split": "none", "id": "none", **roles}}
        dataset, _ = pipeline.load(str(data), load_config(flags, None, data), tmp_path / "scratch")
        evidence = suspect(Evidence(dataset), flagged)
        evidence.ask(AskReview(size=size))
        files = review_files(evidence)
        assert files is not None
        folder = tmp_path / "report"
        folder.mkdir(exist_ok=True)
        path = folder / "review.csv"
        path.write_bytes(files.sheet.encode())
        pq.write_table(files.table, folder / "review.parquet")
        return path

    return write


class Reviewing(Check):
    """A check that has rows reviewed."""

    id = "reviewing"
    family = Family.ANNOTATIONS

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """Flag two rows without a model, and ask for the queue."""
        suspect(evidence, {3: "u", 8: "v"}).ask(AskReview(size=4))
        yield Measure("rows", "all", exact(1))


@pytest.fixture
def reviewing(add_checks: Callable[..., None]) -> None:
    """Lets the pipeline run a check that asks for a review."""
    add_checks(Reviewing)
