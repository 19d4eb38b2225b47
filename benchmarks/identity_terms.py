"""How much of a topic is left in the difference that the mention of an identity makes: real texts, drawn labels.

    python benchmarks/identity_terms.py --data FOLDER [--replications 5]

The texts are those of Davidson et al. (2017) and HateCheck (Röttger et al. 2021), in FOLDER/davidson and
FOLDER/hatecheck. Their labels are drawn anew from a model of the other words (gradient boosting on 40 components of
tf-idf, cross-fitted; another kind of model than the check's own), so that by construction no term makes a difference,
and whom the texts are about and what they are about still go together as they do. Then a difference is planted for
one identity. Shown: the error of the plain difference and of that to like texts over the identities (root of the mean
square, in points), the share of 95 % intervals that hold the truth, and of datasets in which the check fails.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

if __name__ == "__main__":  # run from a checkout that is not installed
    import sys

    sys.path[0] = str(Path(__file__).parents[1])

from auditor.evidence.mentions import AskMentions, Mentions, Texts
from auditor.gate.decide import Status
from auditor.testing import decided, evidence_of
from auditor_checks.bias.identity_terms import IdentityTerms
from auditor_checks.bias.lexicon import lexicon

PLANTED = "women"
WORDS = 1 << 18


def davidson(folder: Path) -> pl.DataFrame:
    """Tweets, of which a sixth offend nobody."""
    table = pl.read_csv(folder / "davidson" / "labeled_data.csv")
    return table.select(t="tweet", y=pl.when(pl.col("class") == 2).then(pl.lit("ok")).otherwise(pl.lit("bad")))


def hatecheck(folder: Path) -> pl.DataFrame:
    """Templates, each with seven identities; the texts that mention nobody are of other templates."""
    table = pl.read_csv(folder / "hatecheck" / "cases.csv")
    hateful = pl.col("label_gold") == "hateful"
    return table.select(t="test_case", y=pl.when(hateful).then(pl.lit("bad")).otherwise(pl.lit("ok")))


@dataclass
class Errors:
    """What was estimated less what is so, by kind of difference."""

    plain: list[float] = field(default_factory=list)
    like: list[float] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)
    decides: list[bool] = field(default_factory=list)
    failed: int = 0

    def told(self, replications: int) -> str:
        """A line of the table."""
        plain, like = (100 * float(np.sqrt(np.mean(np.square(errors)))) for errors in (self.plain, self.like))
        shares = f"{np.mean(self.held):>9.0%}{np.mean(self.decides):>10.0%}{self.failed / replications:>8.0%}"
        return f"{plain:>8.1f}{like:>8.1f}{shares}"


def chances(mentions: Mentions, bad: int) -> tuple[np.ndarray, np.ndarray]:
    """Of each text that is compared, its row and the chance that its words give it of being bad."""
    from scipy.sparse import csr_matrix, vstack
    from sklearn.decomposition import TruncatedSVD
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.model_selection import cross_val_predict

    def counted(texts: Texts) -> Any:
        cells = (np.ones(len(texts.words)), (texts.of_word, texts.words))
        return csr_matrix(cells, shape=(len(texts.row), WORDS))

    words = vstack([counted(mentions.those), counted(mentions.others)]).tocsr()
    words = TfidfTransformer(sublinear_tf=True).fit_transform(words[:, np.flatnonzero(words.getnnz(axis=0) >= 3)])
    topics = TruncatedSVD(40, random_state=0).fit_transform(words)
    label = np.concatenate([mentions.those.label, mentions.others.label]) == bad
    model = HistGradientBoostingClassifier(max_iter=80, random_state=0)
    found = cross_val_predict(model, topics, label, cv=5, method="predict_proba")[:, 1]
    return np.concatenate([mentions.those.row, mentions.others.row]), np.asarray(found)


def named(mentions: Mentions) -> list[tuple[int, str]]:
    """The identities that any text mentions, with their places."""
    met = mentions.mentions.sum(axis=0)
    return [(place, name) for place, name in enumerate(mentions.names) if met[place] > 0]


def measured(frame: pl.DataFrame, planted: float, replications: int) -> str:
    """The errors over so many drawings of the labels."""
    mentions = evidence_of(frame, label="y", text="t").ask(AskMentions(lexicon({}, "")[0]))
    rows, chance = chances(mentions, mentions.classes.index("bad"))
    about = mentions.those.row[mentions.mentions[:, mentions.names.index(PLANTED)]]
    raised = np.zeros(frame.height)
    raised[rows] = chance
    raised[about] = np.clip(raised[about] + planted, 0, 1)
    base = np.zeros(frame.height)
    base[rows] = chance
    added = raised - base  # a text may mention others beside those for whom it was planted
    truths = {
        name: float(added[mentions.those.row[mentions.mentions[:, place]]].mean()) for place, name in named(mentions)
    }
    errors = Errors()
    for seed in range(replications):
        bad = np.random.default_rng(seed).random(frame.height) < raised
        result = decided(
            IdentityTerms(), frame.with_columns(y=np.where(bad, "bad", "ok")), label="y", text="t", positive="bad"
        )
        errors.failed += result.status is Status.FAIL
        for told in result.decided:
            measure = told.measure
            truth = truths.get(str(measure.subject).removeprefix("mentions = "), 0.0)
            if measure.name.endswith("unadjusted"):
                errors.plain.append(measure.estimate.value - truth)
            elif measure.name.endswith("like texts"):
                low, high = measure.estimate.bounds(0.95)
                errors.like.append(measure.estimate.value - truth)
                errors.held.append(low <= truth <= high)
                errors.decides.append(measure.at_most is not None)
    return errors.told(replications)


def lines(folder: Path, replications: int) -> Iterator[str]:
    """The table."""
    yield f"error in points; a difference is planted for {PLANTED}; limit of the check: ten points"
    yield f"{'':<12}{'planted':>8}{'plain':>8}{'like':>8}{'held':>9}{'decides':>10}{'fails':>8}"
    for name, read, planted in (
        ("davidson", davidson, 0.0),
        ("davidson", davidson, -0.25),
        ("hatecheck", hatecheck, 0.0),
    ):
        yield f"{name:<12}{planted:>8.0%}{measured(read(folder), planted, replications)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--replications", type=int, default=5)
    told = parser.parse_args()
    for line in lines(told.data, told.replications):
        print(line, flush=True)


if __name__ == "__main__":
    main()
