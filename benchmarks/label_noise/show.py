"""The tables: what each detector did on each cell, and which of the promises hold."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence

from benchmarks.label_noise import peer
from benchmarks.label_noise.cases import Cell
from benchmarks.label_noise.scores import OURS, Line, Score, Standing, geometric_mean, mean

_HEAD = (
    f"{'who':<12}{'AP':>8}{'±sd':>7}  {'by score: self / margin / entropy':<34}"
    f"{'precision':>10}{'recall':>8}{'flagged':>9}{'CPU s':>8}{'MiB':>7}  note"
)


def cell_table(standing: Standing, scores: Sequence[Score]) -> Iterator[str]:
    """One cell: a line for each detector, and what ours said of itself at the first seed."""
    cell = standing.ours.cell
    mine = [one for one in scores if one.cell == cell and one.who == OURS]
    wrong = f", best cleanlab {standing.best.who}/{standing.best.score}" if standing.best else ""
    yield ""
    yield f"== {cell}: {mine[0].rows:,} rows, {len(mine)} seeds{wrong}, ours/best {_number(standing.ratio)}"
    yield _HEAD
    for one in (standing.ours, *standing.peers, *([standing.oracle] if standing.oracle else [])):
        yield _line(one)
    if said := mine[0].said:
        yield f"   ours says: {json.dumps(said)[:600]}"


def _line(one: Line) -> str:
    each = " / ".join(_number(value) for value in one.by_score.values()) if len(one.by_score) > 1 else ""
    return (
        f"{one.who:<12}{_number(one.average_precision):>8}{_number(one.deviation):>7}  {each:<34}"
        f"{_number(one.precision):>10}{_number(one.recall):>8}{_number(one.flagged, 0):>9}"
        f"{_number(one.cpu, 1):>8}{_number(one.memory_mib, 0):>7}  {one.note}"
    )


def _number(value: float, digits: int = 3) -> str:
    return "–" if math.isnan(value) else f"{value:,.{digits}f}"


def mixed(scores: Sequence[Score]) -> Iterator[str]:
    """A warning where the scores are not all by the same version of the code."""
    versions = {str(one.said.get("code", "unknown")) for one in scores if one.who == OURS}
    if len(versions) > 1:
        yield ""
        yield f"NOT ONE DETECTOR: ours is {len(versions)} versions of the code ({', '.join(sorted(versions))})."


def summary(found: Sequence[Standing]) -> Iterator[str]:
    """Each set in a line, then the promises."""
    yield ""
    yield "== Summary: means over the cells of each set"
    yield (
        f"{'set':<28}{'ours AP':>9}{'best AP':>9}{'ratio':>8}{'worst':>8}{'/oracle':>9}{'way':>7}"
        f"{'CPU s':>8}{'/boosting':>11}{'/linear':>9}"
    )
    for name in dict.fromkeys(one.ours.cell.set for one in found):
        yield _set_line(name, _judged([one for one in found if one.ours.cell.set == name]), found)
    yield ""
    yield from promises(found)


def _judged(found: Sequence[Standing]) -> list[Standing]:
    """Those in which both sides ranked rows of which some are wrong."""
    return [one for one in found if not math.isnan(one.ratio)]


def _set_line(name: str, judged: Sequence[Standing], found: Sequence[Standing]) -> str:
    every = [one for one in found if one.ours.cell.set == name]
    ratios = [one.ratio for one in judged]
    best = mean(one.best.average_precision for one in judged if one.best)
    linear = mean(_linear_ratio(one) for one in every)
    return (
        f"{name:<28}{_number(mean(one.ours.average_precision for one in every)):>9}{_number(best):>9}"
        f"{_number(geometric_mean(ratios)):>8}{_number(min(ratios, default=math.nan)):>8}"
        f"{_number(mean(one.to_oracle for one in every)):>9}{_number(mean(one.way_to_oracle for one in every)):>7}"
        f"{_number(mean(one.ours.cpu for one in every), 1):>8}"
        f"{_number(mean(one.cpu_ratio(peer.BOOSTING) for one in every), 2):>11}{_number(linear, 2):>9}"
    )


def _linear_ratio(one: Standing) -> float:
    """Our CPU over that of the peer's linear route, whichever fits the set."""
    return mean((one.cpu_ratio(peer.LOGISTIC), one.cpu_ratio(peer.TFIDF)))


def promises(found: Sequence[Standing]) -> Iterator[str]:
    """Each promise with its figure, and whether it holds in this run. What was not run is said to be open."""
    judged = _judged(found)
    worst = min(judged, key=lambda one: one.ratio, default=None)
    where = f" ({worst.ours.cell})" if worst else ""
    yield _promise("AP at least 0.98 of the best cleanlab, worst cell", worst.ratio if worst else math.nan, 0.98, where)
    by_set: dict[str, list[float]] = {one.ours.cell.set: [] for one in judged}
    for one in judged:
        if one.probe_is_ours and not one.peer_is_at_the_oracle:
            by_set[one.ours.cell.set].append(one.ratio)
    means = [geometric_mean(ratios) for ratios in by_set.values() if ratios]
    yield _promise("AP at least 1.10 of the best cleanlab, geometric mean", geometric_mean(means), 1.10, _of(means))
    linear = [one for one in _of_set(found, "census-linear") if not math.isnan(one.to_oracle)]
    for kind in dict.fromkeys(one.ours.cell.kind for one in linear):
        least = min(one.to_oracle for one in linear if one.ours.cell.kind == kind)
        yield _promise(f"linear world: AP at least 0.99 of the oracle, {kind}", least, 0.99)
    big = [one for one in _of_set(judged, "census-interacting") if _rows_at_least(one.ours.cell, 100_000)]
    way = [one.way_to_oracle for one in big]
    yield _promise("interacting @100000: at least 1/3 of the way, worst", min(way, default=math.nan), 1 / 3)
    cheap = [one.cpu_ratio(peer.BOOSTING) for one in _of_set(found, "census-linear")]
    yield _promise("linear world: CPU at most that of boosting, worst", _highest(cheap), 1.0, at_most=True)
    text = [one.cpu_ratio(peer.TFIDF) for one in found if one.probe_is_ours]
    note = " (against TF-IDF + logistic regression: boosting is not run on text, and costs more)"
    yield _promise("text: CPU at most that of the text route, worst", _highest(text), 1.0, note, at_most=True)
    climbing = [one.cpu_ratio(peer.BOOSTING) for one in found]
    yield _promise("all tables: CPU at most 2.5 of boosting, worst", _highest(climbing), 2.5, at_most=True)


def _of_set(found: Sequence[Standing], base: str) -> list[Standing]:
    return [one for one in found if one.ours.cell.set.partition("@")[0] == base]


def _rows_at_least(cell: Cell, rows: int) -> bool:
    return int(cell.set.partition("@")[2] or 0) >= rows


def _of(means: Sequence[float]) -> str:
    return f" ({len(means)} sets)"


def _highest(values: Sequence[float]) -> float:
    return max((value for value in values if not math.isnan(value)), default=math.nan)


def _promise(what: str, figure: float, limit: float, note: str = "", at_most: bool = False) -> str:
    if math.isnan(figure):
        return f"{what:<56}{'':>8}  not run"
    holds = figure <= limit if at_most else figure >= limit
    return f"{what:<56}{figure:>8.3f}  {'holds' if holds else 'DOES NOT HOLD'}{note}"
