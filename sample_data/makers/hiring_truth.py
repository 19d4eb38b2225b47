"""The truth about hiring.csv: for each check, what was done, to which rows, and what is to be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sample_data.makers.applicants import HIRED, LABEL, REJECTED, SENSITIVE
from sample_data.makers.text import Row, truth_text

TURNED = {HIRED: REJECTED, REJECTED: HIRED}
#: A wrong spelling of a label → what was meant.
SPELLINGS = {"Hired": HIRED, "rejected ": REJECTED, "rejcted": REJECTED}
#: What stands in `source` where nothing is known.
UNKNOWN = ("", "?", "NA")

Planted = Mapping[str, Sequence[int]]
Pairs = Mapping[str, Sequence[Sequence[int]]]
Entries = Iterator[dict[str, Any]]


def truth(rows: Sequence[Row], planted: Planted, pairs: Pairs) -> str:
    """The text of the truth file; `planted` and `pairs` name rows by check."""
    head = {
        "data": "hiring.csv",
        "rows": len(rows),
        "label": LABEL,
        "sensitive": SENSITIVE,
        "counted": "rows from 0, without the header; cells as they stand in the file",
    }
    entries = (
        *_of_labels(rows, planted),
        *_of_copies(pairs),
        *_of_groups(rows, planted),
        *_of_values(rows, planted),
    )
    return truth_text(head, entries)


def _of_labels(rows: Sequence[Row], planted: Planted) -> Entries:
    yield {
        "check": "missing-labels",
        "what": "the label was blanked",
        "rows": planted["missing-labels"],
        "expected": {"count": len(planted["missing-labels"])},
    }
    yield {
        "check": "label-spelling",
        "what": "a label was spelled with a capital, with a blank at its end, or with a letter lost",
        "rows": planted["label-spelling"],
        "right_labels": [SPELLINGS[rows[place][LABEL]] for place in planted["label-spelling"]],
        "expected": {"spellings": _counted(rows[place][LABEL] for place in planted["label-spelling"])},
    }
    yield {
        "check": "label-errors",
        "what": "the label was turned around where it was plain: for the best and the worst of a group",
        "rows": planted["label-errors"],
        "right_labels": [TURNED[rows[place][LABEL]] for place in planted["label-errors"]],
        "expected": {"count": len(planted["label-errors"])},
    }
    yield {
        "check": "class-imbalance",
        "what": "a third class was made of a few rows",
        "rows": planted["class-imbalance"],
        "expected": {"classes": _counted(row[LABEL] for row in rows if row[LABEL])},
    }


def _of_copies(pairs: Pairs) -> Entries:
    conflicts, copies = pairs["conflicting-labels"], pairs["duplicate-rows"]
    yield {
        "check": "conflicting-labels",
        "what": "an applicant was entered a second time, under a new id and with the other label",
        "rows": sorted(place for pair in conflicts for place in pair),
        "pairs": conflicts,
        "expected": {"rows": 2 * len(conflicts), "groups": len(conflicts), "contradicted": len(conflicts)},
    }
    yield {
        "check": "duplicate-rows",
        "what": "a row was entered a second time, under a new id; the later of the two is listed",
        "rows": sorted(later for _, later in copies),
        "pairs": copies,
        "expected": {"repeats": len(copies), "groups": len(copies)},
    }


def _of_groups(rows: Sequence[Row], planted: Planted) -> Entries:
    yield {
        "check": "group-representation",
        "what": "an ethnicity is nearly absent, and nearly nobody has a disability",
        "rows": planted["group-representation"],
        "expected": {name: _counted(row[name] for row in rows) for name in ("ethnicity", "disability")},
    }
    groups = (("sex",), ("ethnicity",), ("sex", "ethnicity"))
    yield {
        "check": "label-rate-disparity",
        "what": "women needed more than men to be hired, and Black women more than anybody",
        "rows": [],
        "expected": {", ".join(names): _hired(rows, names) for names in groups},
    }


def _hired(rows: Sequence[Row], names: Sequence[str]) -> dict[str, dict[str, int]]:
    """Rows with a label, by group, and how many of them are spelled `hired`."""
    group = [", ".join(row[name] for name in names) for row in rows]
    labeled = _counted(name for name, row in zip(group, rows, strict=True) if row[LABEL])
    hired = Counter(name for name, row in zip(group, rows, strict=True) if row[LABEL] == HIRED)
    return {name: {"labeled": count, "hired": hired[name]} for name, count in labeled.items()}


def _of_values(rows: Sequence[Row], planted: Planted) -> Entries:
    unknown = [place for place, row in enumerate(rows) if row["source"] in UNKNOWN]
    tokens = _counted(rows[place]["source"] for place in unknown)
    yield {
        "check": "missing-values",
        "what": "the source of two in five applicants is empty, ? or NA",
        "rows": unknown,
        "expected": {"column": "source", "count": len(unknown), "tokens": tokens},
    }
    yield {
        "check": "schema",
        "what": "years of experience below zero",
        "rows": planted["schema"],
        "expected": {
            "column": "years_experience",
            "rule": "greater_than_or_equal_to",
            "count": len(planted["schema"]),
        },
    }
    yield {
        "check": "expectations",
        "what": "a degree that the suite does not list",
        "rows": planted["expectations"],
        "expected": {
            "column": "education",
            "expectation": "expect_column_values_to_be_in_set",
            "severity": "critical",
            "count": len(planted["expectations"]),
        },
    }


def _counted(values: Iterator[str]) -> dict[str, int]:
    """How often each value occurs, the most frequent first."""
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
