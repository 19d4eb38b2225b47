"""What mentions of identities do to the labels of well-known texts."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from auditor.testing import Status, decided
from auditor_checks.bias.identity_terms import IdentityTerms

pytestmark = pytest.mark.realdata


def test_hatechecks_templates_are_twins_and_their_labels_do_not_differ(realdata: Path) -> None:
    table = pl.read_csv(realdata / "hatecheck" / "cases.csv")
    result = decided(IdentityTerms(), table, label="label_gold", text="test_case", positive="hateful")
    swapped = {str(d.measure.subject): d for d in result.decided if d.measure.name.endswith("term swapped")}
    assert len(swapped) == 7  # the seven groups that it targets
    for one in swapped.values():
        assert one.status is Status.PASS
        assert one.measure.estimate.value == pytest.approx(0, abs=1e-9)
        assert one.measure.support > 350
    assert [f for f in result.outcome.findings if "template" in str(f.subject)] == []


def test_bankings_questions_mention_hardly_anybody(realdata: Path) -> None:
    table = pl.read_csv(realdata / "banking77" / "train.csv")
    result = decided(IdentityTerms(), table, label="category", text="text")
    assert result.decided[0].measure.estimate.value < 0.01
    assert result.status is Status.PASS


@pytest.mark.slow
def test_tweets_that_mention_queer_people_are_called_hateful_more_often_than_like_ones(realdata: Path) -> None:
    table = pl.read_csv(realdata / "davidson" / "labeled_data.csv")
    result = decided(IdentityTerms(), table, label="class", text="tweet", task="multiclass")
    found = {(d.measure.name, str(d.measure.subject)): d for d in result.decided}
    queer = found["difference in class = 0, like texts", "mentions = queer people"]
    assert queer.status is Status.FAIL
    assert 0.15 < queer.measure.estimate.value < 0.4
    assert found["difference in class = 0, like texts", "mentions = women"].status is Status.PASS
