"""`identity-terms`: texts that are labeled otherwise where they mention an identity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import PositiveInt

from auditor.check import (
    SINGLE_CLASS,
    Check,
    Evidence,
    Family,
    Finding,
    Measure,
    Needs,
    Role,
    Share,
    Skip,
    Slice,
    Task,
    Unit,
    exact,
)
from auditor.stats.estimates import difference
from auditor.stats.mantel_haenszel import risk_difference
from auditor_checks.bias.classes import called
from auditor_checks.bias.lexicon import lexicon
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.identity_terms import Alike, Matched, TermRates

_NAMED = 12


class IdentityTerms(Check):
    """Texts are labeled otherwise where they mention an identity.

    A model learns that the word itself is toxic, or a complaint, or spam, and silences the people it names. The
    usual cause is that the data holds the word in one kind of text alone. Collect texts of the other kind that
    mention it, relabel pairs that differ in nothing but the term, or document why they should.

    What it does not show: that the label is wrong, or right. What the other words do not tell of the topic stays in
    the difference, the more so the fewer texts there are to learn from: hence it warns by default. Like words are not
    a like sense: irony, negation and the order of words are not seen, nor is a topic that comes with the identity
    alone. Texts that repeat each other with small changes count as many. A term may mean something else than people.

    Options: terms are looked for in English, German, French and Spanish, as whole words without regard to case; slurs
    are not listed, and words like `black` count where they stand beside a word for people. `terms` adds to the lists
    (`terms = {"Black people" = ["…"]}`), which are compiled for this project and under its licence.

    Method: for each identity that `min_rows` texts mention, and each of up to `max_classes` classes (of two, the
    positive one), the rate of the class in these texts less that in texts like them, by Mantel and Haenszel's risk
    difference with the variance of Sato (1989). "Term swapped": the same text, but for punctuation, with another
    identity in its place, as in the templates of Röttger et al. (2021, HateCheck); shown where `min_rows` texts
    have such a twin. "Like texts": texts that mention nobody, in strata by length and by how much their other words
    speak for the class (a prognostic score, Hansen 2008: logistic regression on naive Bayes' log odds of words,
    Wang and Manning 2012, learnt from texts that mention nobody, in parts that score each other). Where these words
    tell the class of the texts that mention an identity surely less than half as well (AUC over 0.5) as that of the
    others, what makes texts alike is not known, and the difference is shown and decides nothing. "Unadjusted": the
    plain difference to texts that mention nobody, with Newcombe's interval (1998, method 10), which decides
    nothing. Of many texts that mention nobody, about 100,000 are used, and a million words to learn from. A group
    of fewer than `min_rows` matched texts can never fail; what is mentioned less often is counted and named.
    """

    id: ClassVar[str] = "identity-terms"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL}), tasks=SINGLE_CLASS, not_yet=frozenset({Task.MULTILABEL}), examples=True
    )
    remedy: ClassVar[str] = "Collect texts that mention the identity with the other label, or relabel the pairs named."
    default_level: ClassVar[Literal["error", "warn"]] = "warn"  # what makes texts alike is more than their words

    max_difference: Share = 0.1
    min_rows: PositiveInt = 30
    max_classes: PositiveInt = 5
    terms: dict[str, list[str]] = {}  # noqa: RUF012  # pydantic gives each check its own

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The difference that the mention of each identity makes, to twins and to like texts."""

        if not evidence.dataset.roles.text:
            yield Skip("there is no text column", applies=False)
            return
        from auditor.evidence.identity_terms import AskIdentityTerms

        terms, languages = lexicon(self.terms, f"checks.{self.id}")
        scope = f"terms in {languages}: texts in other languages are not looked at"
        sizes = evidence.label_counts().classes()
        if len(sizes) < 2:
            yield Skip("there are no two classes, so no rate can differ", applies=False)
            return
        classes = self._classes(evidence, list(sizes))
        found = evidence.ask(AskIdentityTerms(terms, classes, self.min_rows))
        most = next(iter(found.sizes.values()), 0)
        if most < self.min_rows and not found.swapped.templates:
            often = f"the one mentioned most, in {counted(most, 'text')}" if most else "none at all"
            yield Skip(f"no identity is mentioned in {self.min_rows} texts ({often}); {scope}", applies=False)
            return
        yield _mentioning(found, scope)
        for identity, name in found.alike:
            yield from self._differences(evidence.dataset.roles.label[0], identity, name, found)
        yield from _swapped(found)
        yield from self._rare(found)

    def _classes(self, evidence: Evidence, classes: list[str]) -> tuple[str, ...]:
        """Of two, the positive one; of more, the largest."""
        if len(classes) == 2:
            return (evidence.dataset.positive or classes[-1],)
        return tuple(classes[: self.max_classes])

    def _differences(self, label: str, identity: str, name: str, found: TermRates) -> Iterator[Measure]:
        twins, alike = found.twins[identity, name], found.alike[identity, name]
        name = called(label, name)
        yield _unadjusted(identity, name, alike)
        if twins.matched >= self.min_rows:
            yield self._difference(f"difference in {name}, term swapped", identity, twins)
        if alike.matched.strata:
            told = f"; AUC of the other words {alike.skill.value:.2f}, {alike.elsewhere.value:.2f} elsewhere"
            like = f"difference in {name}, like texts"
            yield self._difference(like, identity, alike.matched, told, alike.comparable)

    def _difference(self, name: str, identity: str, matched: Matched, told: str = "", held: bool = True) -> Measure:
        """The difference in strata; held to no limit where it is not known what makes texts alike."""
        note = (
            f"{matched.having / matched.texts:.1%} of {counted(matched.texts, 'text')}, {matched.matched} matched{told}"
        )
        return Measure(
            name,
            Slice((("mentions", identity),)),
            risk_difference(matched.strata),
            at_most=self.max_difference if held else None,
            at_least=-self.max_difference if held else None,
            support=matched.matched,
            unit=Unit.POINTS,
            note=note if held else f"{note}: too little to find like texts by, so it decides nothing",
            can_fail=min(matched.matched, matched.others) >= self.min_rows,
        )

    def _rare(self, found: TermRates) -> Iterator[Finding]:
        rare = {name: size for name, size in found.sizes.items() if size < self.min_rows}
        if rare:
            named = ", ".join(f"{name} ({size})" for name, size in [*rare.items()][:_NAMED])
            more = f" and {len(rare) - _NAMED} more" if len(rare) > _NAMED else ""
            message = f"mentioned in fewer than {self.min_rows} texts, too few to compare: {named}{more}"
            yield Finding(counted(len(rare), "identity", "identities"), message, sum(rare.values()))


def _unadjusted(identity: str, name: str, alike: Alike) -> Measure:
    """The plain difference, in which topic and term are one."""
    matched = alike.matched
    return Measure(
        f"difference in {name}, unadjusted",
        Slice((("mentions", identity),)),
        difference(matched.having, matched.texts, alike.having, alike.rows),
        support=matched.texts,
        unit=Unit.POINTS,
        note="against texts that mention nobody, whatever they are about: it decides nothing",
    )


def _mentioning(found: TermRates, scope: str) -> Measure:
    share = exact(found.mentioning / found.total, found.total)
    return Measure("texts that mention an identity", "all texts", share, support=found.total, note=scope)


def _swapped(found: TermRates) -> Iterator[Finding]:
    swapped = found.swapped
    if swapped.templates:
        yield Finding(
            counted(swapped.templates, "template"),
            "the same text but for the identity it mentions, with different labels",
            len(swapped.rows),
            swapped.rows,
            {"template": swapped.template, "mentions": swapped.mentions, "label": swapped.label},
        )
