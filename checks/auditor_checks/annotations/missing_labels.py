"""`missing-labels`: rows that have no label."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import ClassVar

from auditor.check import LABELED, Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip, exact


class MissingLabels(Check):
    """A row has no label.

    A training script drops such rows without a word, or learns the blank as a class of its own. Label them, or
    take them out on purpose. If the set is only partly labeled by design, raise `max_share`.

    Method: rows whose label is missing, or is a word that stands for a missing one (blanks alone, `?`, `N/A`,
    `nan`, `null`, `None` and the like, in any case), counted. A class that is truly called so is named in `keep`,
    spelt as in the data; from a text file such a word is read as missing before, and `--missing` says which are.
    With a column per label, rows in which all are missing; with a list, also those with such a word in it.
    """

    id: ClassVar[str] = "missing-labels"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=LABELED)
    remedy: ClassVar[str] = "Label these rows, or take them out."

    max_share: Share = 0.0
    keep: tuple[str, ...] = ()

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of rows without a label, and which."""
        from auditor.evidence.missing import AskDisguisedLabels, AskMissingRows

        label, rows = evidence.dataset.roles.label, evidence.profile.rows
        name = ", ".join(label)
        some = len(label) > 1 or evidence.profile[name].missing
        missing = evidence.ask(AskMissingRows(label)) if some else ()
        words = {word: at for word, at in evidence.ask(AskDisguisedLabels()).items() if word not in self.keep}
        share = exact(len(set(missing).union(*words.values())) / rows, rows)
        note = f"read as missing: {_listed(words)}" if words else ""
        yield Measure("unlabeled-rows", name, share, at_most=self.max_share, support=rows, note=note)
        if missing:
            message = "rows without a label: label them or take them out" + _read_as_missing(evidence, label)
            yield Finding(name, message, len(missing), missing)
        for word, at in words.items():
            message = f"{word!r} stands for a missing label: label these rows, or name it in `keep` if it is a class"
            yield Finding(name, message, len(at), at)


def _read_as_missing(evidence: Evidence, label: tuple[str, ...]) -> str:
    """What the reader took for missing: one of the words may have been a class."""
    tokens = evidence.dataset.source.missing_tokens
    words = [word for name in label for word in tokens.get(name, {}) if word]
    if not words:
        return ""
    return f" (read as missing: {_listed(words)}; if one is a class, name the other words with --missing)"


def _listed(words: Collection[str]) -> str:
    told = [repr(word) for word in words]
    return ", ".join(told[:5]) + (f" and {len(told) - 5} more" if len(told) > 5 else "")
