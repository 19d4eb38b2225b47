"""The sets: features, labels, and what is known of the labels' errors, each by its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.label_noise import worlds

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Found:
    """Errors that people found in labels as they are: the given codes, and of the reviewed rows which are wrong."""

    given: Codes
    error: Mask
    reviewed: Mask


@dataclass(frozen=True, slots=True)
class LabelSet:
    """A set before noise: features, true codes into `classes` (sorted), and what a detector may be told.

    `truth[i, k]` is P(class k | row i) where the world is ours; `found` replaces injected noise; `probabilities`
    are out-of-sample predictions that come with the set, to be taken instead of a model's.
    """

    name: str
    features: pl.DataFrame
    labels: Codes
    classes: tuple[str, ...]
    label_is: str
    text: str | None = None
    truth: Floats | None = None
    found: Found | None = None
    probabilities: Floats | None = None

    @property
    def categorical(self) -> tuple[str, ...]:
        """The text columns that hold categories."""
        return tuple(name for name, kind in self.features.schema.items() if kind == pl.String and name != self.text)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of a set: rows at most (0: all there are), the seed, and the folder of the real data."""

    rows: int
    seed: int
    data: Path


def load(name: str, wanted: Wanted) -> LabelSet:
    """The set of that name. KeyError for an unknown one, FileNotFoundError where its data is not there."""
    base, _, size = name.rpartition("@")
    if base:  # such as census-interacting@100000
        return _named(LOADERS[base](Wanted(int(size), wanted.seed, wanted.data)), name)
    return LOADERS[name](wanted)


def _named(labels: LabelSet, name: str) -> LabelSet:
    from dataclasses import replace

    return replace(labels, name=name)


def _census(truth: str) -> Callable[[Wanted], LabelSet]:
    def made(wanted: Wanted) -> LabelSet:
        features = worlds.columns(wanted.rows or 20_000, wanted.seed)
        chances = worlds.true_probabilities(features, truth)
        labels = worlds.draw(chances, wanted.seed)
        return LabelSet(f"census-{truth}", features, labels, worlds.CLASSES, "outcome", truth=chances)

    return made


def _coded(values: pl.Series) -> tuple[Codes, tuple[str, ...]]:
    if missing := values.null_count():  # it would become a class, and noise would flip rows into it
        raise ValueError(f"{missing} rows have no label in {values.name!r}")
    classes, codes = np.unique(values.cast(pl.String).to_numpy().astype(str), return_inverse=True)
    return codes.astype(np.int64), tuple(str(name) for name in classes)


def _sampled(frame: pl.DataFrame, wanted: Wanted) -> pl.DataFrame:
    """At most the wanted rows, drawn at random and left in their order."""
    if not 0 < wanted.rows < frame.height:
        return frame
    chosen = np.random.default_rng((wanted.seed, 3)).choice(frame.height, wanted.rows, replace=False)
    return frame[np.sort(chosen)]


def _labelled(name: str, frame: pl.DataFrame, label: str, label_is: str, text: str | None = None) -> LabelSet:
    codes, classes = _coded(frame[label])
    return LabelSet(name, frame.drop(label), codes, classes, label_is, text)


_ADULT = (
    "age", "workclass", "fnlwgt", "education", "education-num", "marital-status", "occupation", "relationship",
    "race", "sex", "capital-gain", "capital-loss", "hours-per-week", "native-country", "income",
)  # fmt: skip


def _adult(wanted: Wanted) -> LabelSet:
    path = wanted.data / "adult" / "adult-train.csv"
    frame = pl.read_csv(path, has_header=False, new_columns=list(_ADULT), infer_schema=False)
    frame = frame.with_columns(pl.all().str.strip_chars().replace("?", None))
    frame = frame.filter(pl.col("income").is_not_null())  # the file ends in a blank line
    whole = ("age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week")
    frame = frame.with_columns(pl.col(whole).cast(pl.Int64))
    return _labelled("adult", _sampled(frame, wanted), "income", "outcome")


def _german(wanted: Wanted) -> LabelSet:
    frame = pl.read_csv(wanted.data / "german" / "german_data_credit.csv")
    return _labelled("german", _sampled(frame, wanted), "class-label", "outcome")


def _digits(wanted: Wanted) -> LabelSet:
    from sklearn.datasets import load_digits

    return _bundled("digits", load_digits(), "annotation", wanted)


def _breast_cancer(wanted: Wanted) -> LabelSet:
    from sklearn.datasets import load_breast_cancer

    return _bundled("breast_cancer", load_breast_cancer(), "outcome", wanted)


def _bundled(name: str, bunch: object, label_is: str, wanted: Wanted) -> LabelSet:
    names = [str(feature) for feature in bunch.feature_names]  # type: ignore[attr-defined]  # a Bunch has no types
    frame = pl.DataFrame(bunch.data, schema=names).with_columns(label=bunch.target)  # type: ignore[attr-defined]
    return _labelled(name, _sampled(frame, wanted), "label", label_is)


def _banking77(wanted: Wanted) -> LabelSet:
    frame = pl.read_csv(wanted.data / "banking77" / "train.csv")
    return _labelled("banking77", _sampled(frame, wanted), "category", "annotation", "text")


def _clinc150(wanted: Wanted) -> LabelSet:
    stored = json.loads((wanted.data / "clinc150" / "data_full.json").read_text())
    frame = pl.DataFrame(stored["train"], schema=["text", "intent"], orient="row")
    return _labelled("clinc150", _sampled(frame, wanted), "intent", "annotation", "text")


def _nessie(wanted: Wanted) -> LabelSet:
    path = wanted.data / "nessie" / "easy_text.tsv"
    names = ["text", "gold", "noisy"]
    frame = pl.read_csv(path, has_header=False, new_columns=names, separator="\t", quote_char=None)
    codes, classes = _coded(pl.concat([frame["gold"], frame["noisy"]]))
    gold, given = codes[: frame.height], codes[frame.height :]
    found = Found(given, given != gold, np.ones(frame.height, dtype=bool))
    return LabelSet("nessie", frame.select("text"), gold, classes, "annotation", "text", found=found)


def _mnist(given_probabilities: bool) -> Callable[[Wanted], LabelSet]:
    def made(wanted: Wanted) -> LabelSet:
        folder = wanted.data / "mnist_verified"
        frame = pl.read_parquet(folder / "mnist_test.parquet").drop("row")
        labels = frame["label"].to_numpy().astype(np.int64)
        found = _verified(folder, labels)
        classes = tuple(str(digit) for digit in range(10))
        features = frame.drop("label")
        if not given_probabilities:
            return LabelSet("mnist_verified", features, labels, classes, "annotation", found=found)
        chances = np.load(folder / "pred_probs.npy")
        return LabelSet("mnist_given", features, labels, classes, "annotation", found=found, probabilities=chances)

    return made


def _newsgroups(wanted: Wanted) -> LabelSet:
    folder = wanted.data / "newsgroups_verified"
    labels = np.load(folder / "labels.npy").astype(np.int64)
    chances = np.load(folder / "pred_probs.npy")
    classes = tuple(f"{group:02}" for group in range(20))
    features = pl.DataFrame({"row": np.arange(len(labels))})  # no texts come with it
    found = _verified(folder, labels)
    return LabelSet("newsgroups_given", features, labels, classes, "annotation", found=found, probabilities=chances)


def _verified(folder: Path, given: Codes) -> Found:
    verdicts = pl.read_csv(folder / "verified.csv")
    rows = verdicts["row"].to_numpy()
    reviewed, error = np.zeros(len(given), dtype=bool), np.zeros(len(given), dtype=bool)
    reviewed[rows] = True
    error[rows] = verdicts["is_error"].to_numpy()
    return Found(given, error, reviewed)


LOADERS: dict[str, Callable[[Wanted], LabelSet]] = {
    "census-linear": _census("linear"),
    "census-interacting": _census("interacting"),
    "census-smooth": _census("smooth"),
    "adult": _adult,
    "german": _german,
    "digits": _digits,
    "breast_cancer": _breast_cancer,
    "banking77": _banking77,
    "clinc150": _clinc150,
    "nessie": _nessie,
    "mnist_verified": _mnist(given_probabilities=False),
    "mnist_given": _mnist(given_probabilities=True),
    "newsgroups_given": _newsgroups,
}
