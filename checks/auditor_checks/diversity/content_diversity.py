"""`content-diversity`: how varied texts and embeddings are, and what many of them share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip, Unit, exact
from auditor.errors import NotPossible

if TYPE_CHECKING:
    from auditor.evidence.templates import Shared
    from auditor.evidence.text_content import TextContent

_SCRIPTS = 3
_EXAMPLES = 20
_LENGTHS = ("5 %", "median", "95 %")


class ContentDiversity(Check):
    """Many texts open or close with the same words, or one cluster of an embedding holds most of the rows.

    A template or a footer teaches the model the template; what differs between its texts is little. Take boilerplate
    out, write texts anew, collect what lies outside the large cluster. How varied the content is otherwise is shown
    and decides nothing: compare it with the run before.

    Method: of different texts, the share that begins, or ends, with the same eight words (numbers as one word) and
    goes on. Shown: distinct-1 and distinct-2 (Li et al. 2016) and Heaps' exponent of the first 20,000 words in a
    seeded order, words a text, scripts of the letters; languages are not told apart. 50,000 rows at most, of each
    text 5,000 letters. Of an embedding, how many of up to 50 k-means clusters (one for 20 rows) hold 90 % of 5,000
    rows at most, and the participation ratio: over how many dimensions they spread.
    """

    id: ClassVar[str] = "content-diversity"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(examples=True)
    remedy: ClassVar[str] = "Take boilerplate out, and collect content of other kinds."
    default_level: ClassVar[Literal["error", "warn"]] = "warn"

    max_template_share: Share = 0.1
    max_cluster_share: Share = 0.5

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """What is shared and how varied the rest is: of the texts, then of each embedding."""
        from auditor.evidence.embedding_copies import embeddings

        texts, vectors = evidence.dataset.roles.columns(Role.TEXT), embeddings(evidence)
        if not texts and not vectors:
            yield Skip("no column holds text, or an embedding", applies=False)
            return
        from auditor.evidence.text_content import AskTextContent

        reasons: dict[str, str] = {}
        if texts:
            try:
                yield from self._texts(evidence.ask(AskTextContent()))
            except NotPossible as reason:
                reasons[", ".join(texts)] = str(reason)
        for name in vectors:
            try:
                yield from self._vectors(evidence, name)
            except NotPossible as reason:
                reasons[name] = str(reason)
        if len(reasons) == len(vectors) + bool(texts):
            yield Skip("; ".join(reasons.values()))
            return
        for subject, why in reasons.items():
            yield Finding(subject, f"not looked at: {why}", 0)

    def _texts(self, found: TextContent) -> Iterator[Measure | Finding]:
        subject = ", ".join(found.columns)
        for end, shared in (("opening", found.opening), ("closing", found.closing)):
            share = exact((shared.texts if shared else 0) / found.different, found.different)
            yield Measure(f"shared {end}", subject, share, at_most=self.max_template_share, support=found.texts)
            if shared and share.value > self.max_template_share:
                yield _finding(end, shared)
        note = f"of {found.words:,} words"
        shown = zip(("distinct-1", "distinct-2", "Heaps' exponent"), (*found.distinct, found.heaps), strict=True)
        for name, value in shown:
            if value == value:
                yield Measure(name, subject, exact(value, found.words), unit=Unit.RATIO, note=note)
        for name, words in zip(_LENGTHS, found.lengths, strict=True):
            yield Measure("words a text", f"{subject} ({name})", exact(words, found.texts), unit=Unit.NUMBER)
        for script, part in found.scripts[:_SCRIPTS]:
            yield Measure("script", script, exact(part, found.texts), note="of the letters")

    def _vectors(self, evidence: Evidence, name: str) -> Iterator[Measure]:
        from auditor.evidence.embedding_content import AskEmbeddingContent

        found = evidence.ask(AskEmbeddingContent(name))
        note = f"of {found.clusters} clusters of {found.vectors:,} rows"
        largest = exact(found.largest, found.vectors)
        limit = self.max_cluster_share if found.clusters > 2 else None
        yield Measure("largest cluster", name, largest, at_most=limit, support=found.vectors, note=note)
        holding = exact(found.holding, found.vectors)
        yield Measure("clusters that hold 90 %", name, holding, unit=Unit.NUMBER, note=note)
        dimensions = exact(found.dimensions, found.vectors)
        yield Measure("dimensions in use", name, dimensions, unit=Unit.NUMBER, note="participation ratio")


def _finding(end: str, shared: Shared) -> Finding:
    """The words, and rows that have them."""
    return Finding(f"shared {end}", f"texts that share: “{shared.words}”", shared.texts, shared.examples[:_EXAMPLES])
