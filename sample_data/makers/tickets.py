"""tickets.jsonl: messages to a shop's support, each with its intent; some intents wrong, some rows twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sample_data.makers.text import Row, jsonl_text, truth_text
from sample_data.makers.ticket_phrases import CHANNELS, CLOSINGS, INTENTS, OPENINGS

Pairs = Sequence[Sequence[int]]

ROWS = 1500  # copies included
WRONG = 60
COPIES, CONFLICTS = 15, 20


def files() -> dict[str, str]:
    """The messages, and the truth beside them."""
    rng = np.random.default_rng(77)
    rows = _messages(rng, ROWS - COPIES - CONFLICTS)
    right = [row["intent"] for row in rows]
    chosen = [int(place) for place in rng.permutation(len(rows))]
    wrong, copied = chosen[:WRONG], chosen[WRONG : WRONG + COPIES + CONFLICTS]
    for place in wrong:
        rows[place]["intent"] = _another(rng, right[place])
    pairs = [(place, len(rows) + nth) for nth, place in enumerate(copied)]
    rows += [dict(rows[place]) for place in copied]
    for _, copy in pairs[COPIES:]:
        rows[copy]["intent"] = _another(rng, rows[copy]["intent"])
    order = [int(place) for place in rng.permutation(len(rows))]
    final = {place: ordinal for ordinal, place in enumerate(order)}
    rows = [rows[place] | {"ticket_id": f"T{ordinal + 1:05}"} for ordinal, place in enumerate(order)]
    turned = {final[place]: right[place] for place in wrong}
    same, other = _final(pairs[:COPIES], final), _final(pairs[COPIES:], final)
    return {"tickets.jsonl": jsonl_text(rows), "tickets.truth.json": _truth(len(rows), turned, same, other)}


def _final(pairs: Sequence[tuple[int, int]], final: dict[int, int]) -> Pairs:
    return sorted(sorted((final[a], final[b])) for a, b in pairs)


def _another(rng: np.random.Generator, intent: str) -> str:
    return _one_of(rng, [name for name in INTENTS if name != intent])


def _messages(rng: np.random.Generator, count: int) -> list[Row]:
    """That many messages, no text twice."""
    rows: dict[str, Row] = {}
    names = list(INTENTS)
    while len(rows) < count:
        intent = names[len(rows) % len(names)]
        text = _message(rng, intent)
        rows.setdefault(text, {"ticket_id": "", "channel": _one_of(rng, CHANNELS), "text": text, "intent": intent})
    return list(rows.values())


def _message(rng: np.random.Generator, intent: str) -> str:
    wishes, details = INTENTS[intent]
    parts = [_one_of(rng, part) for part in (OPENINGS, wishes, details, CLOSINGS)]
    text = " ".join(part for part in parts if part)
    number, days = str(10_000 + int(rng.random() * 90_000)), str(2 + int(rng.random() * 19))
    return text.replace("{order}", number).replace("{days}", days)


def _one_of(rng: np.random.Generator, choices: Sequence[str]) -> str:
    return choices[int(rng.random() * len(choices))]


def _truth(rows: int, right: dict[int, str], same: Pairs, other: Pairs) -> str:
    head = {"data": "tickets.jsonl", "rows": rows, "label": "intent", "counted": "rows from 0, a line each"}
    errors: dict[str, Any] = {
        "check": "label-errors",
        "what": "the intent was replaced by another",
        "rows": sorted(right),
        "right_labels": [right[place] for place in sorted(right)],
        "expected": {"count": len(right)},
    }
    conflicts: dict[str, Any] = {
        "check": "conflicting-labels",
        "what": "a message was filed a second time, under a new id and with another intent",
        "rows": sorted(place for pair in other for place in pair),
        "pairs": other,
        "expected": {"rows": 2 * len(other), "groups": len(other), "contradicted": len(other)},
    }
    copies: dict[str, Any] = {
        "check": "duplicate-rows",
        "what": "a message was filed a second time, under a new id; the later of the two is listed",
        "rows": sorted(later for _, later in same),
        "pairs": same,
        "expected": {"repeats": len(same), "groups": len(same)},
    }
    return truth_text(head, [errors, conflicts, copies])
