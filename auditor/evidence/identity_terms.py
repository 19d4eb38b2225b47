"""How often texts that mention an identity have each class, beside texts that are like them and do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.mentions import AskMentions, Ints, Lexicon, Mentions
from auditor.evidence.topic_scores import Scores, Words
from auditor.stats.auc import Auc, auc
from auditor.stats.mantel_haenszel import Stratum

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Strata by the other words and by length: of a rare identity many hold one text, as the estimate allows.
_BY_WORDS, _BY_LENGTH = 20, 3
_SEED = 0x1D7


@dataclass(frozen=True, slots=True)
class Matched:
    """A class among the texts that mention an identity, in strata with texts like them that do not (b)."""

    strata: tuple[Stratum, ...]
    having: int  # of all `texts` that mention it
    texts: int

    @property
    def matched(self) -> int:
        """Texts that mention it and have texts like them."""
        return sum(stratum.rows_a for stratum in self.strata if stratum.shared)

    @property
    def others(self) -> int:
        """The texts like them."""
        return sum(stratum.rows_b for stratum in self.strata if stratum.shared)


@dataclass(frozen=True, slots=True)
class Alike:
    """A class among the texts that mention an identity and all `rows` that mention nobody, `having` of which have it.

    `skill` is how well the other words tell the class of the texts that mention it, as learnt from those that
    mention nobody; `elsewhere`, how well they do among these.
    """

    matched: Matched
    having: int
    rows: int
    skill: Auc
    elsewhere: Auc

    @property
    def comparable(self) -> bool:
        """Whether the words tell at least half as much here as elsewhere: if not, what makes texts alike is not known.

        False only where that is sure: templates whose words say nothing beside texts whose words say all.
        """
        here, there = self.skill.bounds(0.95)[1] - 0.5, self.elsewhere.bounds(0.95)[0] - 0.5
        return here >= there / 2


@dataclass(frozen=True, slots=True)
class Swapped:
    """Texts that differ in nothing but the term, and not only in the term but in the label.

    `rows` are theirs, with the number of the template, the terms' identities and the label of each.
    """

    templates: int
    rows: tuple[int, ...]
    template: tuple[int, ...]
    mentions: tuple[str, ...]
    label: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermRates:
    """Texts by what they mention; `twins` and `alike` by identity and class."""

    total: int
    mentioning: int
    sizes: Mapping[str, int]  # texts by identity, the most mentioned first
    twins: Mapping[tuple[str, str], Matched]  # the same text but for the term
    alike: Mapping[tuple[str, str], Alike]  # texts of like length and words that mention nobody
    swapped: Swapped


@dataclass(frozen=True, slots=True)
class AskIdentityTerms:
    """The question: what does the mention of an identity do to these classes?

    Asked of identities that at least `min_rows` texts mention.
    """

    lexicon: Lexicon
    classes: tuple[str, ...]
    min_rows: int

    def collect(self, evidence: Evidence) -> TermRates:
        """From the mentions, in memory."""
        mentions = evidence.ask(AskMentions(self.lexicon))
        sizes = dict(zip(mentions.names, mentions.mentions.sum(axis=0).tolist(), strict=True))
        known = {name: size for name, size in sizes.items() if size}
        ordered = dict(sorted(known.items(), key=lambda item: (-item[1], item[0])))
        asked = [mentions.names.index(name) for name, size in ordered.items() if size >= self.min_rows]
        templates = _templates(mentions)
        twins: dict[tuple[str, str], Matched] = {}
        alike: dict[tuple[str, str], Alike] = {}
        if asked:
            words = Words.of(mentions)
            for name in self.classes:
                k = mentions.classes.index(name)
                scores = words.scores(k)
                for i in asked:
                    twins[mentions.names[i], name] = _twins(mentions, templates, i, k)
                    alike[mentions.names[i], name] = _alike(mentions, scores, i, k)
        swapped = _swapped(mentions, templates)
        return TermRates(mentions.total, len(mentions.those.row), ordered, twins, alike, swapped)


@dataclass(frozen=True, slots=True, eq=False)
class _Templates:
    """Texts of templates that occur with several identities: their places, and the template of each."""

    text: Ints
    template: Ints  # numbered from 0 on
    named: Ints  # which set of identities stands in the slots


def _templates(mentions: Mentions) -> _Templates:
    # A set of identities is told by a sum of random numbers, one an identity: to compare rows of a matrix takes long.
    marks = np.random.default_rng(_SEED).integers(0, 2**63, size=len(mentions.names), dtype=np.int64)
    named = np.unique(mentions.mentions @ marks, return_inverse=True)[1]
    template = np.unique(mentions.those.template, return_inverse=True)[1]
    pairs = np.unique(np.stack([template, named], axis=1), axis=0)
    several = np.bincount(pairs[:, 0], minlength=1) > 1
    text = np.flatnonzero(several[template])
    return _Templates(text, np.unique(template[text], return_inverse=True)[1], named[text])


def _twins(mentions: Mentions, templates: _Templates, identity: int, k: int) -> Matched:
    mine = mentions.mentions[:, identity]
    has = mentions.those.label == k
    where = templates.text
    strata = _strata(templates.template, mine[where], has[where])
    return Matched(strata, int((has & mine).sum()), int(mine.sum()))


def _strata(stratum: Ints, mine: NDArray[np.bool_], has: NDArray[np.bool_]) -> tuple[Stratum, ...]:
    """Strata that both sides have texts in."""
    size = int(stratum.max()) + 1 if len(stratum) else 0
    counts = [np.bincount(stratum[chosen], minlength=size) for chosen in (mine & has, mine, ~mine & has, ~mine)]
    return tuple(Stratum(*map(int, cell)) for cell in zip(*counts, strict=True) if cell[1] and cell[3])


def _alike(mentions: Mentions, scores: Scores, identity: int, k: int) -> Alike:
    """Strata by score and length, cut so that each holds about as many texts that mention the identity."""
    those, others = mentions.those, mentions.others
    mine = mentions.mentions[:, identity]
    n, has, having = int(mine.sum()), those.label[mine] == k, others.label == k
    by_words = _cut(scores.those[mine], scores.others, _BY_WORDS)
    by_length = _cut(those.length[mine], others.length, _BY_LENGTH)
    stratum = np.concatenate([w * _BY_LENGTH + long for w, long in zip(by_words, by_length, strict=True)])
    strata = _strata(stratum, np.arange(len(stratum)) < n, np.concatenate([has, having]))
    matched = Matched(strata, int(has.sum()), n)
    return Alike(matched, int(having.sum()), len(having), auc(scores.those[mine], has), scores.skill)


def _cut(mine: NDArray[Any], others: NDArray[Any], parts: int) -> tuple[Ints, Ints]:
    """The part of each, from 0 on: cut at the quantiles of `mine`."""
    edges = np.quantile(mine, np.arange(1, parts) / parts)
    return np.searchsorted(edges, mine, side="right"), np.searchsorted(edges, others, side="right")


def _swapped(mentions: Mentions, templates: _Templates) -> Swapped:
    """The texts of templates in which the labels differ from one set of identities to another."""
    label = mentions.those.label[templates.text]
    cells = np.unique(np.stack([templates.template, templates.named, label], axis=1), axis=0)
    kinds = np.unique(cells[:, [0, 1]], axis=0)[:, 0]
    labels = np.unique(cells[:, [0, 2]], axis=0)[:, 0]
    size = int(cells[:, 0].max()) + 1 if len(cells) else 0
    per = [np.bincount(column, minlength=size) for column in (cells[:, 0], kinds, labels)]
    differ = per[0] < per[1] * per[2]  # some set lacks a label that another has
    chosen = np.flatnonzero(differ[templates.template]) if size else np.empty(0, dtype=np.int64)
    first, group = np.unique(templates.template[chosen], return_index=True, return_inverse=True)[1:]
    number = np.argsort(np.argsort(first))[group] + 1  # in the order of the rows
    order = np.argsort(number, kind="stable")
    text, number = templates.text[chosen[order]], number[order]
    names = np.array(mentions.names, dtype=object)
    told = tuple(" and ".join(names[mentions.mentions[t]]) for t in text)
    labeled = tuple(mentions.classes[place] for place in mentions.those.label[text])
    rows = tuple(mentions.those.row[text].tolist())
    return Swapped(int(number.max()) if len(number) else 0, rows, tuple(number.tolist()), told, labeled)
