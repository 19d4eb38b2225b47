"""What people said of labels: the words they use, and the file beside the data in which it is remembered."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from auditor.dataset.cells import shielded, unshielded
from auditor.errors import UsageError


class Verdict(StrEnum):
    """What a person says of a row's label."""

    ACCEPT = "accept"  # wrong; the suggested one is right
    KEEP = "keep"  # right
    RELABEL = "relabel"  # wrong; the person gives another
    WRONG = "wrong"  # wrong; which is right, the person does not say
    UNCLEAR = "unclear"  # cannot be told

    @property
    def wrong(self) -> bool:
        """Whether it says that the label is wrong."""
        return self in (Verdict.ACCEPT, Verdict.RELABEL, Verdict.WRONG)


_WORDS = {
    "accept": Verdict.ACCEPT, "accepted": Verdict.ACCEPT, "take": Verdict.ACCEPT,
    "keep": Verdict.KEEP, "kept": Verdict.KEEP, "right": Verdict.KEEP, "correct": Verdict.KEEP,
    "relabel": Verdict.RELABEL, "relabeled": Verdict.RELABEL, "relabelled": Verdict.RELABEL,
    "change": Verdict.RELABEL, "wrong": Verdict.WRONG, "false": Verdict.WRONG, "incorrect": Verdict.WRONG,
    "unclear": Verdict.UNCLEAR, "cant tell": Verdict.UNCLEAR, "cannot tell": Verdict.UNCLEAR,
    "can not tell": Verdict.UNCLEAR, "dont know": Verdict.UNCLEAR, "unsure": Verdict.UNCLEAR, "?": Verdict.UNCLEAR,
}  # fmt: skip
_NEAR = 0.8
#: The name of a sample: a letter, so many signs of its own, and so many of the labels it was drawn from.
_OF_ITS_OWN, OF_LABELS = 9, 8
_MOST_STRATA = 3
_WHICH = re.compile(r"(\d+)([fs])(\d*)", re.ASCII)
_FALLS_OUT = re.compile(r"['’`.!]")


def verdict_of(text: str) -> Verdict | None:
    """The verdict a person wrote, case and small slips forgiven; None for an empty cell.

    Raises ValueError for a word that is none of them.
    """
    word = " ".join(_FALLS_OUT.sub("", text.casefold()).replace("-", " ").replace("_", " ").split())
    if not word:
        return None
    if word in _WORDS:
        return _WORDS[word]
    if near := difflib.get_close_matches(word, _WORDS, 1, cutoff=_NEAR):
        return _WORDS[near[0]]
    remedy = "Write accept, keep, relabel, wrong or unclear, or leave it empty."
    raise ValueError(f"{text.strip()!r} is no verdict. {remedy}")


def agreed(first: Verdict | None, second: Verdict | None) -> Verdict | None:
    """One verdict out of two: what both say. Where they contradict each other, nothing is clear.

    Two who find the label wrong agree on that. Which one is right stays open where they say otherwise; where one
    does not say, the other's word holds.
    """
    if first is None or second is None or first is second:
        return first or second
    if not (first.wrong and second.wrong):
        return Verdict.UNCLEAR
    said = [one for one in (first, second) if one is not Verdict.WRONG]
    return said[0] if len(said) == 1 else Verdict.WRONG


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stood in the review: which sample it belongs to, its stratum, and how that was drawn.

    `sizes` are the rows of each stratum, `drawn` those of them in the sample. `turn` is the row's place in a sample
    that is looked at one by one, as far as one likes; None in one of fixed size.
    """

    sample: str
    stratum: int
    in_sample: bool
    sizes: tuple[int, ...]
    drawn: tuple[int, ...]
    turn: int | None = None

    def drawn_from(self, labels: str) -> bool:
        """Whether the sample was drawn from a table whose labels have this digest; an older sheet does not say."""
        return self.sample[_OF_ITS_OWN:] in ("", labels[:OF_LABELS])

    def __str__(self) -> str:
        which = f"{self.stratum}{'s' if self.in_sample else 'f'}{'' if self.turn is None else self.turn}"
        return ":".join((self.sample, which, ".".join(map(str, self.sizes)), ".".join(map(str, self.drawn))))


def place_of(text: str) -> Place:
    """The place that `str` wrote. Raises ValueError for any other text."""
    sample, which, sizes, drawn = text.split(":")
    form = _WHICH.fullmatch(which)
    if form is None or not sample:
        raise ValueError(f"{text!r} is no place in a sample")
    stratum, kind, turn = form.groups()
    place = Place(sample, int(stratum), kind == "s", _counts(sizes), _counts(drawn), int(turn) if turn else None)
    numbered = 0 <= place.stratum < len(place.sizes) == len(place.drawn) <= _MOST_STRATA
    if not numbered or (place.turn is not None and place.turn >= place.drawn[place.stratum]):
        raise ValueError(f"{text!r} is no place in a sample")
    if any(not 0 <= n <= rows for n, rows in zip(place.drawn, place.sizes, strict=True)):
        raise ValueError(f"{text!r}: more rows drawn than there are")
    return place


def _counts(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


@dataclass(frozen=True, slots=True)
class Remembered:
    """One row's verdict. Of the rows of a sample, those without a verdict are remembered too.

    `before` and `after` are the hashes of the row's content with the label it had and with the one it was given;
    `labels_before` and `labels_after` those of the whole table's labels.
    """

    key: str
    row: int
    verdict: Verdict | None
    given: str
    label: str  # the one it has now: `given` unless it was corrected
    before: str
    after: str
    labels_before: str
    labels_after: str
    place: Place | None = None
    twice: bool = False  # a second person said the same
    who: str = ""
    when: str = ""
    comment: str = ""


_COLUMNS = (
    "key", "row", "verdict", "given", "label", "before", "after", "labels_before", "labels_after", "place", "twice",
    "who", "when", "comment",
)  # fmt: skip


def beside(data: Path) -> Path:
    """Where the verdicts on a data file are kept: `people.verdicts.csv` beside `people.csv` (or `.csv.gz`)."""
    path = data.with_suffix("") if data.suffix.lower() == ".gz" else data
    return path.with_name(f"{path.stem}.verdicts.csv")


def written(remembered: Iterable[Remembered]) -> str:
    """The file's text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in remembered:
        told = {name: getattr(one, name) for name in _COLUMNS}
        told |= {"verdict": one.verdict or "", "place": one.place or "", "twice": "yes" if one.twice else "no"}
        writer.writerow(shielded(str(value)) for value in told.values())
    return out.getvalue()


def read_verdicts(path: Path) -> tuple[Remembered, ...]:
    """The remembered verdicts, in the file's order.

    Raises UsageError, with file and line, for a file that cannot be read or a line that makes no sense.
    """
    with io.StringIO(_text(path), newline="") as text:
        reader = csv.DictReader(text, strict=True)
        found: list[Remembered] = []
        try:
            missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                told = f"{path}: no file of verdicts: it has no column {missing[0]!r}"
                raise UsageError(f"{told}. Give the one that `dataaudit apply` wrote.")
            found += [_remembered(cells, f"{path}:{reader.line_num}") for cells in reader]
        except csv.Error as error:
            raise UsageError(f"{path}:{reader.line_num}: not valid CSV: {error}.") from error
    _no_more_than_drawn(path, found)
    return tuple(found)


def _no_more_than_drawn(path: Path, found: Iterable[Remembered]) -> None:
    """Raise UsageError where more rows of a stratum are said to be drawn, or to be there, than there are."""
    counts: Counter[Place] = Counter()
    for one in found:
        if one.place is None:
            continue
        place = replace(one.place, turn=None)
        counts[place] += 1
        most = (one.place.drawn if one.place.in_sample else one.place.sizes)[one.place.stratum]
        if counts[place] > most:
            problem = f"{counts[one.place]} rows of stratum {one.place.stratum} stand in it, and there were {most}"
            raise UsageError(f"{path}: {problem}. Restore the file that `dataaudit apply` wrote.")


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: the verdicts cannot be read: {error.strerror}.", "run.verdicts") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: the verdicts are not UTF-8 text.", "run.verdicts") from error


def _remembered(cells: Mapping[str | None, str | None], where: str) -> Remembered:
    if None in cells or None in cells.values():
        raise UsageError(f"{where}: expected as many fields as the header has.")
    told = {str(name): unshielded(str(cell)) for name, cell in cells.items()}
    try:
        row, verdict = int(told["row"]), verdict_of(told["verdict"])
        place = place_of(told["place"]) if told["place"] else None
    except (ValueError, IndexError) as error:
        raise UsageError(f"{where}: not a line that `dataaudit apply` wrote: {error}") from error
    if not told["key"] or not told["before"] or row < 0:
        raise UsageError(f"{where}: key, row and before must be there.")
    plain = {name: told[name] for name in _COLUMNS if name not in ("row", "verdict", "place", "twice")}
    return Remembered(row=row, verdict=verdict, place=place, twice=told["twice"] == "yes", **plain)
