from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.check import Measure
from auditor.errors import UsageError
from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.bias.identity_terms import IdentityTerms

NAMED = ("women", "Muslims", "gay people", "black people")


def told(texts: list[str], labels: list[str], check: IdentityTerms | None = None) -> dict[str, list[Measure]]:
    found = measures_of(check or IdentityTerms(), {"t": texts, "y": labels}, label="y", text="t", positive="bad")
    sorted_: dict[str, list[Measure]] = {"term swapped": [], "like texts": []}
    for measure in found:
        for kind, measures in sorted_.items():
            if measure.name.endswith(kind):
                measures.append(measure)
    return sorted_


def twins(effect: bool) -> tuple[list[str], list[str]]:
    """Forty sentences about each of four; half are bad, and with an effect all about women."""
    rows = [(f"I met {who} on day {n} x{n}", n % 2 or (effect and who == "women")) for n in range(40) for who in NAMED]
    return [text for text, _ in rows], ["bad" if bad else "ok" for _, bad in rows]


def world(n: int, seed: int, effect: float = 0.0) -> tuple[list[str], list[str]]:
    """Texts of four topics: the label hangs on the topic, as does who is mentioned; `effect` is added for women."""
    rng = np.random.default_rng(seed)
    topic = rng.integers(0, 4, n)
    named = (rng.random(n) < np.array([0.3, 0.1, 0.03, 0.03])[topic]) * rng.integers(1, 3, n)
    rate = np.array([0.8, 0.55, 0.3, 0.05])[topic] + effect * (named == 1)
    words = np.where(rng.random((n, 8)) < 0.6, 30 * (1 + topic[:, None]), 200) + rng.integers(0, 30, (n, 8))
    texts = [
        " ".join([*(f"w{word}" for word in row), ["", "women", "Jews"][who]])
        for row, who in zip(words, named, strict=True)
    ]
    return texts, np.where(rng.random(n) < rate, "bad", "ok").tolist()


def test_labels_that_do_not_hang_on_the_term_pass() -> None:
    swapped = told(*twins(effect=False))["term swapped"]
    assert [str(measure.subject) for measure in swapped] == [
        *("mentions = Black people", "mentions = Muslim people", "mentions = gay people", "mentions = women")
    ]
    assert {measure.estimate.value for measure in swapped} == {0.0}
    texts, labels = twins(effect=False)
    assert decided(IdentityTerms(), {"t": texts, "y": labels}, label="y", text="t").status is Status.PASS


def test_labels_that_do_fail_and_the_pairs_are_named() -> None:
    texts, labels = twins(effect=True)
    result = decided(IdentityTerms(), {"t": texts, "y": labels}, label="y", text="t", positive="bad")
    assert result.status is Status.FAIL
    (finding,) = result.outcome.findings
    assert (finding.subject, finding.count) == ("20 templates", 80)
    assert list(finding.rows[:4]) == [0, 1, 2, 3]
    assert finding.details["mentions"][:4] == ("women", "Muslim people", "gay people", "Black people")
    assert finding.details["label"][:4] == ("bad", "ok", "ok", "ok")
    women = next(m for m in told(texts, labels)["term swapped"] if "women" in str(m.subject))
    assert women.estimate.value == pytest.approx(0.5)


def test_a_conflict_within_one_text_is_no_swap() -> None:
    texts = ["I like women", "I like women", "I like Muslims", "I like Muslims"] * 10
    assert findings_of(IdentityTerms(), {"t": texts, "y": ["bad", "ok"] * 20}, label="y", text="t") == []


def test_an_article_and_punctuation_make_no_other_text() -> None:
    texts = ["Nobody but a woman!", "nobody but AN immigrant"] + ["x"] * 38
    finding, _ = findings_of(IdentityTerms(), {"t": texts, "y": ["bad", "ok"] * 20}, label="y", text="t")
    assert finding.rows == (0, 1)


@pytest.mark.slow
def test_a_topic_that_comes_with_the_term_is_not_taken_for_the_term() -> None:
    texts, labels = world(6_000, seed=1)
    says = np.array(labels) == "bad"
    women = np.array(["women" in text for text in texts])
    (measure,) = (m for m in told(texts, labels)["like texts"] if "women" in str(m.subject))
    crude = says[women].mean() - says[~women].mean()
    assert crude > 0.2
    assert abs(measure.estimate.value) < 0.08
    assert decided(IdentityTerms(), {"t": texts, "y": labels}, label="y", text="t").status is not Status.FAIL


@pytest.mark.slow
def test_what_the_term_adds_is_found_beside_the_topic() -> None:
    texts, labels = world(6_000, seed=2, effect=0.3)
    found = {str(m.subject): m.estimate.value for m in told(texts, labels)["like texts"]}
    assert found["mentions = women"] == pytest.approx(0.27, abs=0.1)
    assert abs(found["mentions = Jewish people"]) < 0.1
    assert decided(IdentityTerms(), {"t": texts, "y": labels}, label="y", text="t").status is Status.FAIL


def test_the_plain_difference_stands_beside_it_and_decides_nothing() -> None:
    texts, labels = world(3_000, seed=1)
    table = {"t": texts, "y": labels}
    measures = measures_of(IdentityTerms(), table, label="y", text="t", positive="bad")
    of_women = {m.name: m for m in measures if "women" in str(m.subject)}
    unadjusted, alike = (of_women[f"difference in bad, {kind}"] for kind in ("unadjusted", "like texts"))
    says, women = np.array(labels) == "bad", np.array(["women" in text for text in texts])
    nobody = ~(women | np.array(["Jews" in text for text in texts]))
    assert unadjusted.estimate.value == pytest.approx(says[women].mean() - says[nobody].mean())
    assert unadjusted.at_most is None
    assert alike.at_most == 0.1
    assert abs(alike.estimate.value) < unadjusted.estimate.value / 2


def words_that_say_nothing(n: int = 400) -> tuple[list[str], list[str]]:
    """Texts that mention women have words of their own, which say nothing; those of the others say all."""
    rng = np.random.default_rng(5)
    bad = rng.random(n) < 0.5
    other = [f"{'vile rotten' if is_bad else 'kind sunny'} day w{rng.integers(50)}" for is_bad in bad]
    women = [f"women in the town v{rng.integers(50)}" for _ in range(n)]
    labels = ["bad" if is_bad else "ok" for is_bad in bad] + ["bad" if x < 0.8 else "ok" for x in rng.random(n)]
    return [*other, *women], labels


def test_where_the_words_tell_nothing_of_these_texts_like_texts_decide_nothing() -> None:
    texts, labels = words_that_say_nothing()
    (alike,) = told(texts, labels)["like texts"]
    assert alike.at_most is None
    assert "AUC of the other words 0.5" in alike.note
    assert alike.note.endswith("1.00 elsewhere: too little to find like texts by, so it decides nothing")


def test_an_identity_whose_texts_all_have_the_class_is_compared_all_the_same() -> None:
    texts, labels = world(3_000, seed=3)
    labels = ["bad" if "women" in text else label for text, label in zip(texts, labels, strict=True)]
    women = next(m for m in told(texts, labels)["like texts"] if "women" in str(m.subject))
    assert women.at_most == 0.1
    assert women.estimate.bounds(0.95)[0] > 0.1


def test_an_identity_of_few_texts_is_counted_and_named() -> None:
    texts, labels = twins(effect=False)
    (finding,) = findings_of(
        IdentityTerms(), {"t": [*texts, "two nuns and a Sikh"], "y": [*labels, "ok"]}, label="y", text="t"
    )
    assert finding.message == "mentioned in fewer than 30 texts, too few to compare: Sikh people (1)"


def test_the_result_says_which_languages_were_looked_at() -> None:
    texts, labels = twins(effect=False)
    first = measures_of(IdentityTerms(), {"t": texts, "y": labels}, label="y", text="t")[0]
    assert first.estimate.value == 1.0
    assert "English, German, French and Spanish: texts in other languages are not looked at" in first.note


def skipped(table: dict[str, Any], **roles: Any) -> tuple[str, bool]:
    skip = decided(IdentityTerms(), table, label="y", **roles).outcome.skip
    assert skip is not None
    return skip.reason, skip.applies


def test_no_text_and_no_mention_ask_nothing() -> None:
    assert skipped({"x": [1, 2], "y": ["a", "b"]}) == ("there is no text column", False)
    reason, applies = skipped({"t": ["a car", "a boat"], "y": ["a", "b"]}, text="t")
    assert not applies
    assert reason.startswith("no identity is mentioned in 30 texts (none at all); terms in English")


def test_terms_can_be_added() -> None:
    texts, labels = [f"the Elbonian-born no {n}" for n in range(40)], ["bad", "ok"] * 20
    check = IdentityTerms(terms={"Elbonians": ["Elbonian born"]})
    result = decided(check, {"t": texts, "y": labels}, label="y", text="t")
    assert result.decided[0].measure.estimate.value == 1.0


def test_a_term_without_a_letter_is_refused() -> None:
    with pytest.raises(UsageError, match=r"'\?!' holds no letter or digit. Write a word"):
        told(["a", "b"], ["bad", "ok"], IdentityTerms(terms={"nobody": ["?!"]}))


def test_many_classes_are_bounded() -> None:
    texts, _ = twins(effect=False)
    labels = [f"class {n % 9}" for n in range(len(texts))]
    found = measures_of(IdentityTerms(max_classes=2), {"t": texts, "y": labels}, label="y", text="t")
    assert {m.name for m in found if m.at_most} <= {f"difference in class {k}, term swapped" for k in (0, 1)}


def test_missing_texts_and_labels_are_left_out() -> None:
    texts: list[str | None] = [None, "", "I like women"] * 20
    labels: list[str | None] = ["a", "b", None, "b", "a", "b"] * 10
    result = decided(IdentityTerms(), {"t": texts, "y": labels}, label="y", text="t")
    assert result.status is not Status.ERROR, result.reason
