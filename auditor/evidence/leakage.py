"""Rows of one split that another split gives away: the same example, or one that belongs together with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.keys import row_hashes
from auditor.errors import NotPossible
from auditor.evidence.group_rows import AskGroupRows, GroupRows
from auditor.evidence.near_texts import AskNearTexts
from auditor.evidence.redundancy import near_copies_of

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: More parts than this are no splits (a column of fold numbers is one).
MAX_SPLITS = 50
_TRAINING = ("train", "training")
_SEED = 0x1EA4

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shared:
    """The rows of a split `name`, of the `size` that it has, that share something with a row of the training split.

    Of the `trained` rows of the training split itself, `own` share the same with another of them: rows that coincide
    do so there as often, rows that were copied from one split to the other do not.
    """

    name: str
    size: int
    rows: tuple[int, ...]
    own: int
    trained: int


@dataclass(frozen=True, slots=True)
class Leakage:
    """What the other splits share with `training`.

    `examples` are rows equal in all their features, whatever their label; `groups` rows of one group (a patient),
    empty where no column says so; `texts` rows with the same text but for case, blanks and punctuation, `near` the
    others whose text is nearly the same, both empty where there is no text; `ids` rows of one id, empty where there
    is none, or where it only numbers the rows of each part anew; `copies` rows that are one but for a little noise in
    their numbers or, where nothing else tells rows apart, in their vector, empty where there are none.
    """

    training: str
    examples: tuple[Shared, ...]
    groups: tuple[Shared, ...]
    texts: tuple[Shared, ...] = ()
    near: tuple[Shared, ...] = ()
    ids: tuple[Shared, ...] = ()
    copies: tuple[Shared, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Splits:
    """The split of each row, and the place of the training split among them."""

    rows: GroupRows
    training: int

    @property
    def others(self) -> list[tuple[int, str]]:
        """The other splits, by place and name."""
        return [(at, name) for at, (name,) in enumerate(self.rows.names) if at != self.training]


def splits_of(evidence: Evidence) -> Splits:
    """The training split is the one called so, else the largest. NotPossible without two splits, or with too many."""
    column = evidence.dataset.roles.split
    if column is None:
        raise NotPossible("no column tells the splits apart")
    splits = evidence.ask(AskGroupRows((column,)))
    names = [name for (name,) in splits.names]
    if not 2 <= len(names) <= MAX_SPLITS:
        many = f"{len(names):,} split{'' if len(names) == 1 else 's'}"
        raise NotPossible(f"{column!r} holds {many}: two are needed, and {MAX_SPLITS} are the most")
    return Splits(splits, next((at for at, name in enumerate(names) if name.lower() in _TRAINING), 0))


@dataclass(frozen=True, slots=True)
class AskLeakage:
    """The question: which rows of the other splits does the training split give away?"""

    def collect(self, evidence: Evidence) -> Leakage:
        """From the groups of identical rows, and one pass over the group column and the id.

        NotPossible without two splits.
        """
        splits = splits_of(evidence)
        roles = evidence.dataset.roles
        return Leakage(
            splits.rows.names[splits.training][0],
            _shared(splits, _alike(evidence, len(splits.rows.codes))),
            _shared(splits, _hashed(evidence, roles.group)) if roles.group else (),
            *_of_texts(evidence, splits),
            _shared(splits, _hashed(evidence, roles.id)) if roles.id and not _numbered_anew(evidence, roles.id) else (),
            _of_copies(evidence, splits),
        )


def _numbered_anew(evidence: Evidence, name: str) -> bool:
    """Whether whole numbers from 0, 1 or so on name the rows of each part, so that one of them names two examples."""
    profile, rows = evidence.profile[name], evidence.profile.rows
    if not isinstance(profile.maximum, float):
        return False
    return profile.maximum <= rows and (profile.distinct or 0) < rows - profile.missing


def _alike(evidence: Evidence, rows: int) -> NDArray[np.int64]:
    """A number for each row, the same for rows that are equal in their features; -1 for a row without its like."""
    found = np.full(rows, -1, dtype=np.int64)
    alike = evidence.duplicates.alike
    found[alike.rows] = alike.group
    return found


def _hashed(evidence: Evidence, column: str) -> NDArray[np.int64]:
    """The same for rows of one group; a row without one stands alone."""
    found = []
    for batch in batches(evidence.dataset.frame, (column,)):
        hashes = (row_hashes(batch, _SEED) >> np.uint64(1)).astype(np.int64)
        missing = batch.column(0).is_null().to_numpy(zero_copy_only=False)
        found.append(np.where(missing, -1, hashes))
    return np.concatenate(found)


def _of_texts(evidence: Evidence, splits: Splits) -> tuple[tuple[Shared, ...], tuple[Shared, ...]]:
    try:
        found = evidence.ask(AskNearTexts())
    except NotPossible:
        return (), ()
    worded = found.text >= 0
    trained = worded & (splits.rows.codes == splits.training)
    times = np.bincount(found.text[trained], minlength=found.texts)  # how often each text is trained on
    one, other = found.pairs.T
    beside = np.zeros(found.texts, dtype=bool)
    beside[one[times[other] > 0]] = beside[other[times[one] > 0]] = True
    near = np.zeros(len(worded), dtype=bool)
    near[worded] = (beside & (times == 0))[found.text[worded]]
    return _shared(splits, found.text), _by_split(splits, near, int(np.count_nonzero(beside & (times == 1))))


def _of_copies(evidence: Evidence, splits: Splits) -> tuple[Shared, ...]:
    """From the pairs of near copies, none of which are equal in all."""
    pairs = near_copies_of(evidence)
    if not len(pairs):
        return ()
    trained = (splits.rows.codes == splits.training)[pairs]
    given_away = np.zeros(len(splits.rows.codes), dtype=bool)
    given_away[pairs[trained[:, 1] & ~trained[:, 0], 0]] = given_away[pairs[trained[:, 0] & ~trained[:, 1], 1]] = True
    return _by_split(splits, given_away, len(np.unique(pairs[trained.all(axis=1)])))


def _shared(splits: Splits, key: NDArray[np.int64]) -> tuple[Shared, ...]:
    seen, times = np.unique(key[(splits.rows.codes == splits.training) & (key >= 0)], return_counts=True)
    return _by_split(splits, (key >= 0) & np.isin(key, seen), int(times[times > 1].sum()))


def _by_split(splits: Splits, given_away: NDArray[np.bool_], own: int) -> tuple[Shared, ...]:
    sizes = np.bincount(splits.rows.codes, minlength=len(splits.rows.names)).tolist()
    return tuple(
        Shared(
            name,
            sizes[at],
            tuple(np.flatnonzero(given_away & (splits.rows.codes == at)).tolist()),
            own,
            sizes[splits.training],
        )
        for at, name in splits.others
    )
