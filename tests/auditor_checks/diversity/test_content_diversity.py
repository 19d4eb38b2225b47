from __future__ import annotations

import numpy as np
import pytest

from auditor.evidence.text_content import scripts
from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.diversity.content_diversity import ContentDiversity

_OPENING = "Dear team, I am writing to you today because my"
WORDS = ["card", "loan", "account", "limit", "payment", "transfer", "bill", "phone", "pin", "cheque"]


def _texts(templates: int, of: int = 100) -> dict[str, list[str]]:
    rng = np.random.default_rng(0)
    own = [" ".join(rng.choice(WORDS, 12)) for _ in range(of)]
    return {"x": [f"{_OPENING} {text}" if at < templates else text for at, text in enumerate(own)]}


def test_words_that_many_texts_open_with_are_told() -> None:
    (finding,) = findings_of(ContentDiversity(), _texts(20), text="x")
    assert (finding.subject, finding.count) == ("shared opening", 20)
    assert "“dear team i am writing to you today because my”" in finding.message
    assert list(finding.rows) == list(range(20))


def test_and_words_that_they_close_with() -> None:
    table = {
        "x": [
            f"{at} {at + 1000} {text}"
            for at, text in enumerate(["our terms and conditions apply see the web site"] * 20)
        ]
    }
    table["x"] = [f"{WORDS[at % 10]} {WORDS[at // 10]} {text}" for at, text in enumerate(table["x"])]
    (finding,) = findings_of(ContentDiversity(), table, text="x")
    assert finding.subject == "shared closing"
    assert finding.message.endswith("our terms and conditions apply see the web site”")


@pytest.mark.parametrize(("templates", "status"), [(10, Status.PASS), (11, Status.FAIL)])
def test_few_texts_of_a_template_are_within_the_limit(templates: int, status: Status) -> None:
    assert decided(ContentDiversity(), _texts(templates), text="x").status is status


def test_the_same_text_again_is_no_template() -> None:
    assert decided(ContentDiversity(), {"x": [_OPENING + " card"] * 50}, text="x").status is Status.PASS


def test_how_rich_the_texts_are_is_shown_and_held_to_nothing() -> None:
    measures = {m.name: m for m in measures_of(ContentDiversity(), {"x": ["ab cd", "ab ef"]}, text="x")}
    assert measures["distinct-1"].estimate.value == 0.75
    assert measures["distinct-1"].at_most is None
    assert measures["distinct-1"].at_least is None
    assert "Heaps' exponent" not in measures  # of four words none can be told


def test_scripts_are_shares_of_letters() -> None:
    assert scripts("abc, где!") == (("Cyrillic", 0.5), ("Latin", 0.5))
    assert scripts("12 \ud800") == ()


def test_one_cluster_of_nearly_all_rows_is_past_the_limit() -> None:
    rng = np.random.default_rng(0)
    lump = np.zeros((150, 3)) + rng.standard_normal((150, 3)) * 1e-3
    table = {"v": np.concatenate([lump, rng.standard_normal((50, 3)) * 50]).tolist()}
    assert decided(ContentDiversity(), table).status is Status.FAIL


def test_vectors_that_spread_are_within_it() -> None:
    table = {"v": np.random.default_rng(0).standard_normal((400, 8)).tolist()}
    measures = {m.name: m.estimate.value for m in measures_of(ContentDiversity(), table)}
    assert measures["dimensions in use"] == pytest.approx(8, abs=0.6)
    assert measures["clusters that hold 90 %"] > 12
    assert decided(ContentDiversity(), table).status is Status.PASS


def test_without_text_or_vectors_it_does_not_apply() -> None:
    result = decided(ContentDiversity(), {"x": [1, 2]})
    assert (result.status, result.outcome.skip is not None and result.outcome.skip.applies) == (Status.SKIPPED, False)


@pytest.mark.parametrize(("table", "text"), [({"x": ["?", "!"]}, "x"), ({"v": [[0.1], [0.2]]}, ())])
def test_nothing_to_look_at_is_no_pass(table: dict[str, list[object]], text: str) -> None:
    assert decided(ContentDiversity(), table, text=text).status is Status.SKIPPED


def test_what_could_not_be_looked_at_beside_what_could_is_said() -> None:
    table = {"v": np.random.default_rng(0).standard_normal((400, 8)).tolist(), "w": [[0.0, 0.0]] * 400}
    result = decided(ContentDiversity(), table)
    assert result.status is Status.PASS
    (found,) = result.outcome.findings
    assert (found.subject, found.message) == ("w", "not looked at: 'w' holds no vector but missing ones and zeros")
    alone = decided(ContentDiversity(), {"w": table["w"]})
    assert (alone.status, alone.reason) == (Status.SKIPPED, "'w' holds no vector but missing ones and zeros")
