"""The tables of what is stated: where the range holds and how wide it is, and what planted sensitivity is worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.label_noise.bounds import NOT_SYSTEMATIC, Stated
from benchmarks.label_noise.cases import AS_IS, Cell
from benchmarks.label_noise.scores import mean

_HEAD = (
    f"{'cell':<36}{'true':>7}{'low':>7}{'high':>7}{'width':>7}{'holds':>8}  {'recall':>6}  {'planted':<11}"
    f"{'holds':>6}  status"
)


def head() -> str:
    """The names of the columns of `cell_line`."""
    return f"\n== The stated share of wrong labels: means over the seeds\n{_HEAD}"


def cell_line(found: Sequence[Stated]) -> str:
    """One cell: the means over its seeds, how often the range held, and what the check came to."""
    first = found[0]
    statuses = ", ".join(f"{status} {n}" for status, n in Counter(one.status for one in found).most_common())
    recalls = [one.recall for one in found if one.recall is not None]
    planted = [one.planted for one in found if one.planted is not None]
    sensitivity = f"{mean(low for low, _ in planted):.2f}-{mean(high for _, high in planted):.2f}" if planted else "–"
    compared = [one.sensitivity_holds for one in found if one.sensitivity_holds is not None]
    return (
        f"{first.cell!s:<36}{mean(one.true for one in found):>7.3f}{mean(one.low for one in found):>7.3f}"
        f"{mean(one.high for one in found):>7.3f}{mean(one.width for one in found):>7.3f}"
        f"{_of(sum(one.holds for one in found), len(found)):>8}  {f'{mean(recalls):.2f}' if recalls else '–':>6}"
        f"  {sensitivity:<11}{_of(sum(compared), len(compared)) if compared else '–':>6}  {statuses}"
    )


def summary(every: Sequence[Stated]) -> Iterator[str]:
    """By kind of noise how often the range held, how wide it was; the same of sensitivity; and the promises."""
    yield ""
    yield (
        f"{'kind':<10}{'cases':>7}{'holds':>9}{'too low':>9}{'too high':>9}{'farthest':>10}{'no answer':>11}"
        f"{'width':>8}{'recall as planted':>19}"
    )
    for kind in dict.fromkeys(one.cell.kind for one in every):
        yield _kind_line(kind, [one for one in every if one.cell.kind == kind])
    yield ""
    yield from promises(every)


def _kind_line(kind: str, mine: Sequence[Stated]) -> str:
    answered = [one for one in mine if one.width < 1]
    compared = [one.sensitivity_holds for one in mine if one.sensitivity_holds is not None]
    under, over = sum(one.high < one.true for one in mine), sum(one.low > one.true for one in mine)
    return (
        f"{kind:<10}{len(mine):>7}{sum(one.holds for one in mine) / len(mine):>9.1%}{under:>9}{over:>9}"
        f"{max(one.missed_by for one in mine):>10.4f}{len(mine) - len(answered):>11}"
        f"{mean(one.width for one in answered):>8.3f}{_of(sum(compared), len(compared)) if compared else '–':>19}"
    )


def promises(every: Sequence[Stated]) -> Iterator[str]:
    """Each promise with its figure, and whether it holds in this run. What was not run is said to be open."""
    plain = [one for one in every if one.cell.kind in NOT_SYSTEMATIC]
    yield _promise("the range holds: no noise, uniform, class", [one.holds for one in plain], 0.95)
    assumed = [one for one in plain if one.assumed]
    yield _promise("… where also at least half of the flags are wrong", [one.holds for one in assumed], 0.95)
    answered = [one for one in assumed if one.width < 1]
    yield _promise("… and where there is an answer at all", [one.holds for one in answered], 0.95)
    clean = [one.status != "fail" for one in every if one.cell.kind == AS_IS]
    yield _promise("without noise nothing fails", clean, 1.0)
    for name in ("digits", "banking77"):
        noisy = Cell(name, 0.15, "uniform")
        failed = [one.status == "fail" for one in every if one.cell == noisy]
        yield _promise(f"{noisy} fails without verification", failed, 1.0)


def _promise(what: str, kept: Sequence[bool], least: float) -> str:
    if not kept:
        return f"{what:<56}  not run"
    share = sum(kept) / len(kept)
    return f"{what:<56}{_of(sum(kept), len(kept)):>9}{share:>8.1%}  {'holds' if share >= least else 'DOES NOT HOLD'}"


def _of(some: int, every: int) -> str:
    return f"{some}/{every}"
