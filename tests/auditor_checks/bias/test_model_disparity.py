from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from auditor.evidence.model_rates import AskModelRates
from auditor.testing import Status, decided, evidence_of, measures_of
from auditor_checks.bias.model_disparity import ModelDisparity

pytestmark = pytest.mark.slow


def people(clear_for_b: bool, rows: int = 1200, classes: int = 2, seed: int = 2) -> dict[str, Any]:
    """The feature tells the label of group a; that of group b only where `clear_for_b`."""
    draw = np.random.default_rng(seed)
    label = draw.integers(0, classes, rows)
    group = np.where(np.arange(rows) % 3 == 0, "b", "a")
    told = np.where((group == "a") | clear_for_b, label, draw.integers(0, classes, rows))
    x = told + draw.normal(scale=0.15, size=rows)
    return {"group": group.tolist(), "x": x.tolist(), "y": [f"c{k}" for k in label]}


def test_a_group_that_the_features_say_nothing_of_is_served_worse() -> None:
    table = people(clear_for_b=False)
    measures = measures_of(ModelDisparity(), table, label="y", sensitive="group")
    misses = {m.name: m.estimate.value for m in measures if str(m.subject) == "group = b"}
    assert misses["model: false negatives"] > 0.3
    assert misses["model: false positives"] > 0.3
    assert decided(ModelDisparity(), table, label="y", sensitive="group").status is Status.FAIL


def test_groups_served_alike_do_not_fail() -> None:
    assert decided(ModelDisparity(), people(True, 4000), label="y", sensitive="group").status is Status.PASS


def test_of_many_classes_errors_are_told() -> None:
    measures = measures_of(ModelDisparity(), people(False, classes=3), label="y", sensitive="group")
    (gap,) = measures
    assert (gap.name, str(gap.subject)) == ("model: errors", "group = b")
    assert gap.estimate.value > 0.4


def test_the_rates_are_those_of_the_predictions() -> None:
    evidence = evidence_of(people(False), label="y", sensitive="group", positive="c1")
    found, rates = evidence.predictions, evidence.ask(AskModelRates(("group",)))
    group = np.array(people(False)["group"])
    for name in ("a", "b"):
        mine = group == name
        predicted = found.probabilities[mine].argmax(axis=1)
        tn, fp, fn, tp = confusion_matrix(found.given[mine], predicted).ravel()
        assert (rates.rates["false positives"][(name,)].having, rates.rates["false positives"][(name,)].of) == (
            fp,
            tn + fp,
        )
        assert rates.rates["false negatives"][(name,)].having == fn
        assert rates.rates["selected"][(name,)].having == fp + tp
        excess = found.probabilities[mine, 1].astype(float) - (found.given[mine] == 1)
        assert rates.miscalibrated[(name,)].mean == pytest.approx(excess.mean())
        assert rates.miscalibrated[(name,)].sd == pytest.approx(excess.std(ddof=1))


def test_it_only_warns() -> None:
    assert ModelDisparity.default_level == "warn"
