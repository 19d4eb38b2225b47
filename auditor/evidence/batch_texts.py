"""A batch's texts beside those of the base that it is to join: near repeats, and near texts with another label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.errors import NotPossible
from auditor.evidence.both_labels import labels_of_both
from auditor.evidence.near_texts import MAX_TEXTS, distinct_texts, near_pairs, text_columns
from auditor.evidence.nearness import MIN_SIMILARITY, NEARLY_SAME
from auditor.stats.mantel_haenszel import Stratum

if TYPE_CHECKING:
    import polars as pl

    from auditor.evidence import Evidence

_EDGES = (0.95, 1.0)

Ordinals = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Against:
    """Labeled rows of the batch near a labeled text of the base, none of which has their label, the nearest first.

    `base` is the row of the base with the nearest text, `similarity` how near, `labels` the two rows' labels, the
    batch's first; `compared` are the rows with such a text near. `strata` counts by how near the nearest text is,
    from NEARLY_SAME on: of the batch's rows (a) and of the base's, each held against the others (b), those with a
    label that none near them has.
    """

    rows: Ordinals
    base: Ordinals
    similarity: NDArray[np.float64]
    labels: tuple[tuple[str, str], ...]
    compared: int
    strata: tuple[Stratum, ...]


@dataclass(frozen=True, slots=True, eq=False)
class NearBase:
    """What near texts tell. `near` are the batch's rows, of the `compared` with words, whose text is near one of the
    base or the same but for case, blanks and punctuation, and `similarity` says how near the nearest is; of the
    base's `base_compared` rows those near another row of the base are as near as `base_similarity`. `against` is
    None where one side has no classes.
    """

    columns: tuple[str, ...]
    near: Ordinals
    similarity: NDArray[np.float64]
    compared: int
    base_similarity: NDArray[np.float64]
    base_compared: int
    against: Against | None


@dataclass(frozen=True, slots=True)
class AskNearBase:
    """The question: which texts of the batch are near texts of the base, and labeled otherwise?"""

    min_similarity: float = MIN_SIMILARITY

    def collect(self, evidence: Evidence) -> NearBase:
        """One pass over the text columns of both sides, then candidates by MinHash, each looked at.

        NotPossible where there is no text in common, or more than MAX_TEXTS different ones in all.
        """
        base = evidence.reference
        columns = tuple(name for name in text_columns(evidence) if name in base.dataset.roles.text)
        if not columns:
            raise NotPossible("the base has no text in common with the batch")
        text, frame = distinct_texts((base.dataset.frame, evidence.dataset.frame), columns)
        if len(frame) > MAX_TEXTS:
            raise NotPossible(
                f"{len(frame):,} different texts: to compare more than {MAX_TEXTS:,} is not yet supported"
            )
        pairs, alike = near_pairs(frame["text"].to_list(), frame["letters"].to_numpy(), self.min_similarity)
        of_base = base.profile.rows
        beside = _beside(text, _neighbours(pairs, alike, len(frame)), of_base)
        row, nearest = beside["row"].to_numpy(), beside["nearest"].to_numpy()
        in_batch = row >= of_base
        return NearBase(
            columns,
            row[in_batch] - of_base,
            nearest[in_batch],
            int((text[of_base:] >= 0).sum()),
            nearest[~in_batch],
            int((text[:of_base] >= 0).sum()),
            _against(evidence, text, pairs, alike),
        )


def _neighbours(pairs: Ordinals, alike: NDArray[np.float64], texts: int) -> pl.DataFrame:
    """Each text with those near it and with itself: `text`, `other`, `similarity`."""
    import polars as pl

    one, other = pairs.T
    itself = np.arange(texts)
    return pl.DataFrame(
        {
            "text": np.concatenate([one, other, itself]),
            "other": np.concatenate([other, one, itself]),
            "similarity": np.concatenate([alike, alike, np.ones(texts)]),
        }
    )


def _beside(text: Ordinals, neighbours: pl.DataFrame, of_base: int) -> pl.DataFrame:
    """The rows with another row of the base beside them, in order, each with the `nearest` similarity."""
    import polars as pl

    rows = pl.DataFrame({"row": np.arange(len(text)), "text": text}).filter(pl.col("text") >= 0)
    held = rows.filter(pl.col("row") < of_base).group_by("text").agg(pl.len().alias("held"), pl.col("row").min())
    held = held.rename({"text": "other", "row": "first"})
    near = neighbours.join(held, on="other")
    found = rows.join(near, on="text")
    itself = (pl.col("row") < of_base) & (pl.col("text") == pl.col("other"))
    found = found.filter(~itself | (pl.col("held") > 1))
    nearest = found.sort("row", "similarity", "other", descending=[False, True, False])
    return nearest.group_by("row", maintain_order=True).agg(
        pl.col("similarity").first().alias("nearest"), pl.col("first").first()
    )


def _against(evidence: Evidence, text: Ordinals, pairs: Ordinals, alike: NDArray[np.float64]) -> Against | None:
    import polars as pl

    both = labels_of_both(evidence)
    if both is None:
        return None
    names, label, of_base = both.classes, both.codes, both.of_base
    known = np.where(label >= 0, text, -1)
    neighbours = _neighbours(pairs, alike, int(text.max(initial=-1)) + 1)
    beside = _beside(known, neighbours, of_base)
    rows = pl.DataFrame({"row": np.arange(len(known)), "text": known, "label": label}).filter(pl.col("text") >= 0)
    same = _with_their_label(rows, neighbours, of_base)
    beside = beside.join(same, on="row", how="left").with_columns(
        (pl.col("same").fill_null(0) == 0).alias("against"),
        pl.sum_horizontal((pl.col("nearest") >= edge).cast(pl.Int64) for edge in _EDGES).alias("stratum"),
        (pl.col("row") < of_base).alias("base"),
    )
    told = beside.filter(~pl.col("base") & pl.col("against")).sort("nearest", "row", descending=[True, False])
    ours, theirs = told["row"].to_numpy(), told["first"].to_numpy()
    labels = [(names[label[a]], names[label[b]]) for a, b in zip(ours.tolist(), theirs.tolist(), strict=True)]
    compared = len(beside.filter(~pl.col("base")))
    return Against(ours - of_base, theirs, told["nearest"].to_numpy(), tuple(labels), compared, _strata(beside))


def _with_their_label(rows: pl.DataFrame, neighbours: pl.DataFrame, of_base: int) -> pl.DataFrame:
    """For each row with a row of the base near it that has its label: how many of these there are, besides itself."""
    import polars as pl

    held = rows.filter(pl.col("row") < of_base).group_by("text", "label").agg(pl.len().cast(pl.Int64).alias("held"))
    near = (
        neighbours.join(held.rename({"text": "other"}), on="other").group_by("text", "label").agg(pl.col("held").sum())
    )
    found = rows.join(near, on=["text", "label"])
    return found.select("row", (pl.col("held") - (pl.col("row") < of_base).cast(pl.Int64)).alias("same"))


def _strata(beside: pl.DataFrame) -> tuple[Stratum, ...]:
    import polars as pl

    counted = (
        beside.filter(pl.col("nearest") >= NEARLY_SAME)
        .group_by("stratum")
        .agg(
            (~pl.col("base") & pl.col("against")).sum().alias("a"),
            (~pl.col("base")).sum().alias("n_a"),
            (pl.col("base") & pl.col("against")).sum().alias("b"),
            pl.col("base").sum().alias("n_b"),
        )
        .sort("stratum")
    )
    return tuple(Stratum(*counts) for counts in counted.select("a", "n_a", "b", "n_b").iter_rows())
