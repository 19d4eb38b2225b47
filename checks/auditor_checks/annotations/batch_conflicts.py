"""`batch-conflicts`: rows of a batch that the base it is to join labels otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from auditor.check import (
    LABELED,
    Check,
    Evidence,
    Family,
    Finding,
    LabelIs,
    Measure,
    Needs,
    Role,
    Share,
    Skip,
    Unit,
)
from auditor.errors import NotPossible
from auditor.evidence.nearness import MIN_SIMILARITY
from auditor.stats.estimates import Estimate, difference, proportion
from auditor.stats.mantel_haenszel import Stratum, risk_difference
from auditor.stats.relative import Scaled
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.batch_copies import NearLabels
    from auditor.evidence.batch_matches import Contradictions, Matches
    from auditor.evidence.batch_texts import Against, NearBase

#: Rows of the base near another one, for its own contradictions to be known among such rows.
_LIKE_ENOUGH = 200
#: So many times the rows that coincidence gives are copies.
_COPIED = 5
#: Comparisons of either side below which their difference says nothing: few groups may hold most of them.
_HELD_ENOUGH = 30
#: Of annotations too, so many rows must be contradicted: one or two of a few are slips, as the base has them.
_NO_SLIP = 3
#: Columns told by name.
_NAMED = 3


class BatchConflicts(Check):
    """The batch labels examples otherwise than the base it is to join.

    Whoever labeled the batch worked to another guideline, made errors, or the labels were tampered with; merged, the
    two teach a model that the same example is one thing and the other. Decide whose label is right before merging.

    Method: labeled rows of the batch that equal a labeled row of the base in every column that tells examples apart,
    and those of them whose label no such row has. For annotations the share is held to `max_share` as it is: equal
    examples have one right label (one or two rows fail nothing). Outcomes and decisions truly differ among equal rows,
    so there it is the share less that of the base's own rows, each held against the others (Newcombe's interval, of a
    pair of equal rows as of one: they contradict each other both or neither); fewer than 30 comparisons of either are
    shown and decide nothing. Where the batch has five times as many such rows as coincidence gives in the base, they
    are copies, and the base's own share of all rows is taken off. Where there is text, the same for texts that are
    nearly equal (at least .9 of `near-duplicate-texts`): rows with a label that none of the base's near rows has, less
    the base's own share among rows whose nearest text is as near (Mantel and Haenszel 1959; where there are under 200,
    copies as above, and others decide nothing), held to `max_near_share`: one word may make the difference, so that
    there are always some. Texts a little less near are listed too. Rows that are one of the base but for a little
    noise in their numbers, or in their vector where nothing else tells rows apart, are asked as texts are (which are
    copies, `batch-gain` says). How many rows can be compared is said: a batch that repeats nothing cannot be
    contradicted.
    """

    id: ClassVar[str] = "batch-conflicts"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL}), tasks=LABELED, examples=True, reference=True, batch=True
    )
    remedy: ClassVar[str] = "Decide whose label is right, the batch's or the base's, before the two are merged."
    when_undecided: ClassVar[str] = "Too few rows of the batch are like rows of the base: verify a sample of its labels"

    max_share: Share = 0.01
    max_near_share: Share = 0.02
    min_similarity: Annotated[float, Field(ge=0.7, le=1)] = MIN_SIMILARITY

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The shares of comparable rows whose label the base contradicts, and these rows beside the base's."""
        from auditor.evidence.batch_matches import AskMatches

        matches = evidence.ask(AskMatches())
        found = matches.contradictions
        if found is None:
            yield Skip("the base has no label of the same name and kind to hold the batch's against")
            return
        if found.alike:
            yield self._equal(evidence, matches, found)
        if len(found.rows):
            yield _told(evidence, found)
        near = self._near(evidence)
        against = near.against if near is not None else None
        same = sum(one.rows_a for one in against.strata) if against is not None else 0
        if near is not None and against is not None:
            if same:
                yield self._texts(near, against.strata)
            yield from _listed(against, set(found.rows.tolist()))
        for copies in _near_copies(evidence):
            same += copies.alike
            yield from self._copies(copies)
        if not found.alike and not same:
            yield Skip("no row of the batch is like one of the base, so none could contradict it", applies=False)

    def _equal(self, evidence: Evidence, matches: Matches, found: Contradictions) -> Measure:
        note = f"{len(found.rows)} of {counted(found.alike, 'row')} that equal a labeled row of the base"
        if evidence.dataset.label_is is LabelIs.ANNOTATION:
            share = proportion(len(found.rows), found.alike)
            return Measure(
                "contradicted-labels",
                "rows that the base has",
                share,
                self.max_share,
                support=found.alike,
                note=note,
                can_fail=len(found.rows) >= _NO_SLIP,
            )
        ours = _Side(len(found.rows), found.alike, matches.rows)
        base = _Side(found.base_rows, found.base_alike, matches.base_rows)
        copied = _copied(ours, base)
        beyond = _beyond_all(ours, base) if copied else difference(*ours.of(found.held), *base.of(found.base_held))
        note += f"; {found.base_rows} of {found.base_alike} of the base's own"
        return Measure(
            "contradicted-labels-beyond-the-base's-own",
            "rows that the base has",
            beyond,
            self.max_share if copied or min(found.held, found.base_held) >= _HELD_ENOUGH else None,
            support=found.alike,
            unit=Unit.POINTS,
            note=note,
        )

    def _near(self, evidence: Evidence) -> NearBase | None:
        from auditor.evidence.batch_texts import AskNearBase

        try:
            return evidence.ask(AskNearBase(self.min_similarity))
        except NotPossible:  # no text, or too much of it
            return None

    def _texts(self, near: NearBase, strata: Sequence[Stratum]) -> Measure:
        ours = _Side(sum(one.having_a for one in strata), sum(one.rows_a for one in strata), near.compared)
        base = _Side(sum(one.having_b for one in strata), sum(one.rows_b for one in strata), near.base_compared)
        enough = base.alike >= _LIKE_ENOUGH
        copied = not enough and _copied(ours, base)
        beyond = _beyond_all(ours, base) if copied else risk_difference(strata)
        return Measure(
            "nearly-equal-texts-with-other-labels-beyond-the-base's-own",
            "rows whose text the base nearly has",
            beyond,
            self.max_near_share if enough or copied else None,
            support=ours.alike,
            unit=Unit.POINTS,
            note=f"{ours.wrong} of {counted(ours.alike, 'row')}; {base.wrong} of {base.alike} of the base's own",
        )

    def _copies(self, found: _NearCopies) -> Iterator[Measure | Finding]:
        """Near copies with another label, less the base's own where these are no coincidence."""
        copied = _copied(found.ours, found.base)
        enough = min(found.ours.alike, found.base.alike) >= _HELD_ENOUGH
        pairs = (found.ours.wrong, found.ours.alike, found.base.wrong, found.base.alike)
        yield Measure(
            "near-copies-with-other-labels-beyond-the-base's-own",
            found.subject,
            _beyond_all(found.ours, found.base) if copied else difference(*pairs),
            self.max_near_share if copied or enough else None,
            support=found.ours.alike,
            unit=Unit.POINTS,
            note=f"{pairs[0]:,} of {counted(pairs[1], 'row')}; {pairs[2]:,} of {pairs[3]:,} of the base's own",
        )
        if len(found.labels.rows):
            rows, details = found.labels.rows.tolist(), _beside(found.labels.labels, found.labels.base.tolist())
            message = f"{counted(len(rows), 'row')} nearly the same as a row of the base, with another label"
            yield Finding(found.subject, message, len(rows), rows, details)


@dataclass(frozen=True, slots=True)
class _NearCopies:
    """What near copies tell of labels, by numbers or by vectors."""

    subject: str
    labels: NearLabels
    ours: _Side
    base: _Side

    @property
    def alike(self) -> int:
        """The batch's labeled rows with a near labeled one in the base."""
        return self.ours.alike


def _near_copies(evidence: Evidence) -> Iterator[_NearCopies]:
    """Of numbers, and of each embedding, where any row of the batch can be compared."""
    from auditor.evidence.batch_copies import near_copies

    for found in near_copies(evidence):
        if (told := found.labels) is not None and told.alike:
            ours = _Side(len(told.rows), told.alike, found.compared)
            base = _Side(told.base_wrong, told.base_alike, found.base_compared)
            yield _NearCopies(", ".join(found.columns[:_NAMED]), told, ours, base)


def _beside(labels: Sequence[tuple[str, str]], base: Sequence[int]) -> dict[str, Sequence[str | int]]:
    return {
        "label": [ours for ours, _ in labels],
        "label in the base": [theirs for _, theirs in labels],
        "row of the base": base,
    }


@dataclass(frozen=True, slots=True)
class _Side:
    """Of so many rows, those that are like a row of the base, and those of them with a label that none of these has."""

    wrong: int
    alike: int
    rows: int

    def of(self, held: int) -> tuple[int, int]:
        """The wrong ones and all, if so many comparisons tell the share of the wrong ones."""
        return round(self.wrong * held / self.alike) if self.alike else 0, held


def _copied(ours: _Side, base: _Side) -> bool:
    """Whether far more rows have their like than by coincidence, told by the base's own; one more for having none."""
    return ours.alike * base.rows > _COPIED * (base.alike + 1) * ours.rows


def _beyond_all(ours: _Side, base: _Side) -> Estimate:
    """The share of contradicted rows among those alike, less what coincidence gives, told by all rows of the base.

    So few of the base's rows have their like that rows of the batch which have are copies of them.
    """
    beyond = difference(ours.wrong, ours.rows, base.wrong, base.rows)
    return Scaled(beyond, ours.rows / ours.alike, lower=-1.0, upper=1.0)


def _told(evidence: Evidence, found: Contradictions) -> Finding:
    from auditor.evidence.group_rows import AskGroupRows

    details: dict[str, Sequence[str | int]] = {}
    try:
        here, there = (one.ask(AskGroupRows(one.dataset.roles.label)) for one in (evidence, evidence.reference))
        details["label"] = [here.names[at][0] for at in here.codes[found.rows].tolist()]
        details["label in the base"] = [there.names[at][0] for at in there.codes[found.against].tolist()]
    except NotPossible:  # too many labels to name
        pass
    details["row of the base"] = found.against.tolist()
    message = f"{counted(len(found.rows), 'row')} that the base has with another label"
    return Finding("rows that the base has", message, len(found.rows), found.rows.tolist(), details)


def _listed(near: Against, told: set[int]) -> Iterator[Finding]:
    """The rows near a text with another label, but those told already; the nearest first."""
    places = [at for at, row in enumerate(near.rows.tolist()) if row not in told]
    if not places:
        return
    similarity = [round(float(near.similarity[at]), 3) for at in places]
    details = {
        "similarity": similarity,
        **_beside([near.labels[at] for at in places], near.base[places].tolist()),
    }
    message = f"{counted(len(places), 'row')} near a text of the base, none with this label: a place to look"
    yield Finding("near texts", message, len(places), near.rows[places].tolist(), details)
