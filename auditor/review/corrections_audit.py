"""An audit of the corrections themselves: who flips labels en masse, where users disagree, whom they touch."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass

from auditor.check import Evidence
from auditor.dataset.batches import batches
from auditor.dataset.values import text_of
from auditor.errors import UsageError, did_you_mean
from auditor.report.numbers import counted
from auditor.review.corrections import Correction, Taken, by_row
from auditor.review.labels import Labels
from auditor.stats.estimates import proportion
from auditor.stats.written import percent

#: A user who alone makes more than this share of all corrections is looked at, where there are enough of both.
MAX_SHARE = 0.5
_FEWEST_USERS, _FEWEST_CORRECTIONS = 3, 20
_CONFIDENCE = 0.95
_MOST_GROUPS = 50
_MOST_TOLD = 1_000  # conflicts that are written one by one


@dataclass(frozen=True, slots=True)
class UserAudit:
    """A user's corrections: how many, how many of those on rows others spoke of too contradict their majority.

    `reason` says why they are left out; "" where they are not.
    """

    user: str
    corrections: int
    share: float
    compared: int
    contradicting: int
    commonest: str  # the class this user asks for most
    to_commonest: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row for which users ask for different classes."""

    row: int
    label: str
    asked: dict[str, int]


@dataclass(frozen=True, slots=True)
class GroupAudit:
    """Of a group's rows, those whose label changes, with the 95 % interval of the share."""

    column: str
    group: str
    rows: int
    changed: int
    share: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class CorrectionsAudit:
    """What the corrections look like, and what became of them."""

    rule: str
    corrections: int
    rows: int
    changed: int
    users: tuple[UserAudit, ...]
    conflicts: tuple[Conflict, ...]
    conflicts_left_out: int
    groups: tuple[GroupAudit, ...]

    def to_json(self) -> str:
        """As JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    def lines(self) -> Iterator[str]:
        """For a terminal."""
        change = "changes" if self.changed == 1 else "change"
        yield (
            f"corrections: {self.corrections} by {counted(len(self.users), 'user')} on {counted(self.rows, 'row')};"
            f" by the rule {self.rule!r} {counted(self.changed, 'label')} {change}"
        )
        conflicts = len(self.conflicts) + self.conflicts_left_out
        yield f"conflicts: users ask for different classes in {counted(conflicts, 'row')}"
        suspects = [user for user in self.users if user.reason]
        yield from (f"left out: {user.user}: {user.reason}" for user in suspects[:10])
        if len(suspects) > 10:
            yield f"left out: {counted(len(suspects) - 10, 'more user')}"
        for group in self.groups[:20]:
            interval = f"{percent(group.share)} ({percent(group.lower)} to {percent(group.upper)})"
            of = f"{group.changed} of {counted(group.rows, 'row')}"
            yield f"changed: {group.column} = {group.group}: {of}, {interval}"


def audit_users(corrections: Sequence[Correction], *, max_share: float = MAX_SHARE) -> tuple[UserAudit, ...]:
    """Each user, the busiest first.

    A user is left out who contradicts the majority of the others surely more often than not (the lower bound of
    Clopper and Pearson at 95 % is above a half), or who alone makes more than `max_share` of 20 corrections and
    more by three users and more. Where most users are malicious, the honest ones look like them.
    """
    rows = by_row(corrections)
    contradicting: Counter[str] = Counter()
    compared: Counter[str] = Counter()
    for votes in rows.values():
        total = Counter(one.label for one in votes)
        for one in votes:
            others = (total - Counter([one.label])).most_common(2)  # a user has one vote a row
            if others and (len(others) == 1 or others[0][1] > others[1][1]):
                compared[one.user] += 1
                contradicting[one.user] += one.label != others[0][0]
    counts = Counter(one.user for one in corrections)
    asked: dict[str, Counter[str]] = {}
    for one in corrections:
        asked.setdefault(one.user, Counter())[one.label] += 1
    found: list[UserAudit] = []
    for user, count in counts.most_common():
        share = count / len(corrections)
        reason = _against_all(contradicting[user], compared[user]) or (
            f"makes {share:.0%} of all corrections alone"
            if share > max_share and len(counts) >= _FEWEST_USERS and len(corrections) >= _FEWEST_CORRECTIONS
            else ""
        )
        commonest, times = asked[user].most_common(1)[0]
        found.append(
            UserAudit(user, count, round(share, 4), compared[user], contradicting[user], commonest, times, reason)
        )
    return tuple(found)


def _against_all(contradicting: int, compared: int) -> str:
    if not compared or proportion(contradicting, compared, "clopper-pearson").bounds(_CONFIDENCE)[0] <= 0.5:
        return ""
    return f"contradicts the majority of the others in {contradicting} of {counted(compared, 'row')}"


def audited(
    evidence: Evidence,
    labels: Labels,
    corrections: Sequence[Correction],
    users: Sequence[UserAudit],
    changed: Sequence[Taken],
    rule: str,
    sensitive: Collection[str] = (),
) -> CorrectionsAudit:
    """The audit of what was asked for and what was taken. Raises UsageError for a column that is not there."""
    rows = by_row(corrections)
    asked = {row: Counter(one.label for one in votes) for row, votes in sorted(rows.items())}
    torn = [Conflict(row, labels.of_row[row], dict(votes)) for row, votes in asked.items() if len(votes) > 1]
    return CorrectionsAudit(
        rule=rule,
        corrections=len(corrections),
        rows=len(rows),
        changed=len(changed),
        users=tuple(users),
        conflicts=tuple(torn[:_MOST_TOLD]),
        conflicts_left_out=max(0, len(torn) - _MOST_TOLD),
        groups=tuple(group for column in sensitive for group in _groups(evidence, column, changed)),
    )


def _groups(evidence: Evidence, column: str, changed: Sequence[Taken]) -> Iterator[GroupAudit]:
    names = [one.name for one in evidence.dataset.columns]
    if column not in names:
        raise UsageError(f"no column {column!r}. {did_you_mean(column, names)}", "dataset.sensitive")
    values: list[str] = []
    for batch in batches(evidence.dataset.frame, [column]):
        values += map(text_of, batch.columns[0].to_pylist())
    sizes, hit = Counter(values), Counter(values[one.row] for one in changed)
    if len(sizes) > _MOST_GROUPS:
        raise UsageError(f"{column!r} has {len(sizes)} values: too many to compare", "dataset.sensitive")
    for group, rows in sizes.most_common():
        share = proportion(hit[group], rows)
        low, high = share.bounds(_CONFIDENCE)
        yield GroupAudit(column, group, rows, hit[group], round(share.value, 6), round(low, 6), round(high, 6))
