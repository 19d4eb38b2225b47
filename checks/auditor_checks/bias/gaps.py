"""A rate in each group, held against that of the largest group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.check import Measure, Slice, Unit
from auditor.stats.estimates import difference

Group = tuple[str, ...]


def gaps(
    name: str,
    by: tuple[str, ...],
    having: Mapping[Group, int],
    rows: Mapping[Group, int],
    most: float | None,
    min_rows: int,
    note: str = "",
) -> Iterator[Measure]:
    """The difference of each group's rate to that of the largest group, which must not leave ± `most`, if given.

    `having[g]` of the `rows[g]` rows of group g count; a group that is not in `having` has none. Groups of fewer
    than `min_rows` rows can never fail.
    """
    reference, *others = sorted((group for group in rows if rows[group]), key=lambda group: (-rows[group], group))
    against = f"against {Slice(tuple(zip(by, reference, strict=True)))}"
    for group in others:
        yield Measure(
            name,
            Slice(tuple(zip(by, group, strict=True))),
            difference(having.get(group, 0), rows[group], having.get(reference, 0), rows[reference]),
            at_most=most,
            at_least=None if most is None else -most,
            support=rows[group],
            unit=Unit.POINTS,
            note=f"{against}; {note}" if note else against,
            can_fail=rows[group] >= min_rows,
        )
