from __future__ import annotations

import numpy as np
import pytest

from auditor.stats.crowdlab import crowdlab
from auditor.stats.dawid_skene import dawid_skene
from auditor.stats.vote_arrays import VoteArrays

VOTES = VoteArrays.from_table(
    np.array(
        [[0, 0, 1], [1, 1, -1], [2, -1, 2], [0, 1, 2], [1, 1, 1], [0, -1, 0], [-1, 2, 1], [-1, -1, 0]],
    ),
    classes=3,
)
MODEL = np.array(
    [
        [0.7, 0.2, 0.1], [0.2, 0.6, 0.2], [0.1, 0.2, 0.7], [0.3, 0.3, 0.4],
        [0.2, 0.5, 0.3], [0.4, 0.5, 0.1], [0.1, 0.3, 0.6], [0.6, 0.3, 0.1],
    ]
)  # fmt: skip


def test_weights_and_scores_are_those_of_the_reference() -> None:
    """Computed with cleanlab 2.9.0: get_label_quality_multiannotator, best_quality and crowdlab."""
    found = crowdlab(VOTES, MODEL)
    labels = [0, 1, 2, 0, 1, 0, 2, 0]
    scores = [
        0.7227067669172932, 0.6778801843317972, 0.7318936877076412, 0.43105263157894724,
        0.6233082706766917, 0.5435215946843854, 0.6105494505494505, 0.6066326530612244,
    ]  # fmt: skip
    assert found.posterior[np.arange(8), labels] == pytest.approx(scores, abs=1e-12)
    assert found.model_weight == pytest.approx(0.75)
    assert found.weights == pytest.approx([0.4166666666666665, 0.125, 0.02777777777777768])
    assert found.best.tolist() == labels
    assert found.posterior.sum(axis=1) == pytest.approx(1.0)


def simulated(model: float, items: int = 600) -> tuple[VoteArrays, np.ndarray, np.ndarray]:
    """Two votes an item out of four annotators, each right in seven of ten; the model is right in its share."""
    rng = np.random.default_rng(2)
    gold = rng.integers(0, 3, items)
    wrong = (gold[:, None] + rng.integers(1, 3, (items, 4))) % 3
    said = np.where(rng.random((items, 4)) < 0.7, gold[:, None], wrong)
    said[rng.random((items, 4)).argsort(axis=1) >= 2] = -1
    guessed = np.where(rng.random(items) < model, gold, rng.integers(0, 3, items))
    probabilities = np.full((items, 3), 0.05)
    probabilities[np.arange(items), guessed] = 0.9
    return VoteArrays.from_table(said, classes=3), probabilities, gold


def test_a_good_model_helps_where_votes_are_few() -> None:
    votes, model, gold = simulated(0.9)
    helped, alone = crowdlab(votes, model), dawid_skene(votes)
    assert (helped.best == gold).mean() > (alone.best == gold).mean() + 0.05


def test_a_useless_model_weighs_less_than_a_good_one_though_it_breaks_ties() -> None:
    weights = [crowdlab(*simulated(share)[:2]).model_weight for share in (0.0, 0.5, 0.9)]
    assert weights == sorted(weights)
    assert weights[0] < 0.6 * weights[2]


def test_a_calibrated_posterior_is_about_as_sure_as_it_is_right() -> None:
    votes, model, gold = simulated(0.8, 2000)
    fitted = dawid_skene(votes, smoothing=1 / 3)
    found = crowdlab(votes, model)
    posterior = np.exp(found.calibrated(votes, fitted.log_confusion[fitted.pair]))
    assert posterior.sum(axis=1) == pytest.approx(1.0)
    right = (posterior.argmax(axis=1) == gold).mean()
    off = [abs(sure.max(axis=1).mean() - right) for sure in (posterior, found.posterior)]
    assert off[0] < 0.1
    assert off[0] < off[1]


def test_what_is_no_set_of_votes_and_predictions_is_refused() -> None:
    with pytest.raises(ValueError, match="shape 8 × 3"):
        crowdlab(VOTES, MODEL[:5])
    with pytest.raises(ValueError, match="finite"):
        crowdlab(VOTES, MODEL * np.nan)
    with pytest.raises(ValueError, match="an item with two votes"):
        crowdlab(VoteArrays.from_table(np.array([[0, -1], [-1, 1]]), classes=2), np.full((2, 2), 0.5))
