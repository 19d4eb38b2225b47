"""Several files as one table: `--split train=A --split test=B`, each row with the name of its part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.dataset.finish import words_of
from auditor.dataset.forms import Form
from auditor.dataset.keys import combined_digest
from auditor.dataset.kinds import assign
from auditor.dataset.opening import opened
from auditor.dataset.table import ROW, SPLIT, Column, Kind, Loaded, SkippedLine, Source
from auditor.errors import DataError, UsageError

if TYPE_CHECKING:
    import narwhals as nw

    from auditor.dataset.options import ReadOptions

_TOLD = 1_000


def joined(paths: Mapping[str, Path], options: ReadOptions, scratch: Path) -> Loaded:
    """Read each part, bring their columns to common types, and put them one below the other."""
    if not paths:
        raise UsageError("no part was given: name at least one, as in train=train.csv")
    parts = {name: opened(path, options, scratch) for name, path in paths.items()}
    _same_columns(parts)
    goals = _goals(parts)
    told = tuple(_unlike(parts, goals))
    least = {name: Form.STRING for name, goal in goals.items() if goal == "String"}
    for part, loaded in parts.items():
        if loaded.source.format == "csv" and any(_differs(loaded, name) for name in least):
            parts[part] = opened(paths[part], options, scratch, least)
    loaded = _below_each_other(parts, goals)
    return replace(loaded, source=replace(loaded.source, notes=(*told, *loaded.source.notes)))


def _differs(loaded: Loaded, name: str) -> bool:
    return _dtypes(loaded)[name] != "String"


def _dtypes(loaded: Loaded) -> dict[str, str]:
    return {column.name: column.dtype for column in loaded.columns}


def _same_columns(parts: Mapping[str, Loaded]) -> None:
    first_part, first = next(iter(parts.items()))
    wanted = list(_dtypes(first))
    for part, loaded in parts.items():
        names = list(_dtypes(loaded))
        if SPLIT in names:
            raise UsageError(
                f"{loaded.source.name} has a column {SPLIT!r} of its own: rename it, or give one file and name that "
                "column as the split"
            )
        lacks = [name for name in wanted if name not in names]
        extra = [name for name in names if name not in wanted]
        if lacks or extra:
            told = [f"lacks {_quoted(lacks)}"] * bool(lacks) + [f"has {_quoted(extra)} besides"] * bool(extra)
            problem = f"part {part!r} does not have the columns of part {first_part!r}: it {' and '.join(told)}"
            remedy = "Give all parts the same columns, or audit them apart."
            raise DataError(loaded.source.name, problem, remedy)


def _quoted(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


def _goals(parts: Mapping[str, Loaded]) -> dict[str, str]:
    """The columns whose types differ, with the one type that holds them all: of all rows of all parts."""
    goals: dict[str, str] = {}
    for name in _dtypes(next(iter(parts.values()))):
        kinds = {_dtypes(loaded)[name] for loaded in parts.values() if _holds_any(loaded, name, parts)}
        if len(kinds) > 1:
            goals[name] = "Float64" if kinds == {"Int64", "Float64"} else "String"
        elif kinds and any(_dtypes(loaded)[name] not in kinds for loaded in parts.values()):
            goals[name] = kinds.pop()
    return goals


def _holds_any(loaded: Loaded, name: str, parts: Mapping[str, Loaded]) -> bool:
    """Whether the column has any value: where it has none, its type says nothing."""
    import narwhals as nw

    if len({_dtypes(other)[name] for other in parts.values()}) == 1:
        return True
    return int(loaded.frame.select(nw.col(name).count()).collect().item()) > 0


def _below_each_other(parts: Mapping[str, Loaded], goals: Mapping[str, str]) -> Loaded:
    import narwhals as nw

    names = list(_dtypes(next(iter(parts.values()))))
    frames, start = [], 0
    for part, loaded in parts.items():
        cells = [_brought(name, _dtypes(loaded)[name], goals.get(name)) for name in names]
        split = nw.lit(part).alias(SPLIT)
        frames.append(loaded.frame.select((nw.col(ROW) + start).cast(nw.Int64).alias(ROW), *cells, split))
        start += loaded.source.rows_read
    frame = nw.concat(frames, how="vertical")
    return Loaded(frame, _columns(frame, parts, names), _source(parts))


def _unlike(parts: Mapping[str, Loaded], goals: Mapping[str, str]) -> Iterator[str]:
    """A column that holds numbers in one part and words in another is said, and read as text."""
    for name in (name for name, goal in goals.items() if goal == "String"):
        kinds = ", ".join(f"{_kind(loaded, name)} in {part}" for part, loaded in parts.items())
        yield f"{name}: {kinds}: read as text, so that no value of one is taken for one of the other"


def _brought(name: str, dtype: str, goal: str | None) -> nw.Expr:
    import narwhals as nw

    column = nw.col(name)
    if goal is None or goal == dtype:
        return column
    plain: dict[str, Any] = {
        "Float64": nw.Float64,
        "String": nw.String,
        "Int64": nw.Int64,
        "Boolean": nw.Boolean,
    }
    return column.cast(plain.get(goal, nw.Datetime("us")))


def _columns(frame: nw.LazyFrame[Any], parts: Mapping[str, Loaded], names: list[str]) -> tuple[Column, ...]:
    """The kinds: prose or not is decided anew over all rows where the parts do not agree."""
    schema = frame.collect_schema()
    kinds = {name: {_kind(loaded, name) for loaded in parts.values()} for name in names}
    unclear = [name for name in names if str(schema[name]) == "String" and len(kinds[name]) > 1]
    wording = words_of(frame, unclear, unclear)[0] if unclear else {}
    first = next(iter(parts.values()))
    agreed = {column.name: column for column in first.columns}
    fresh = {column.name: column for column in assign(schema, wording)}
    same = {name for name in names if len(kinds[name]) == 1 and agreed[name].dtype == str(schema[name])}
    return (
        *(agreed[name] if name in same else fresh[name] for name in names),
        Column(SPLIT, Kind.CATEGORICAL, "String"),
    )


def _kind(loaded: Loaded, name: str) -> Kind:
    return next(column.kind for column in loaded.columns if column.name == name)


def _source(parts: Mapping[str, Loaded]) -> Source:
    sources = {part: loaded.source for part, loaded in parts.items()}
    held = tuple(sources.values())
    formats = {source.format for source in held}
    skipped = [
        SkippedLine(line.line, f"{part}: {line.problem}")
        for part, source in sources.items()
        for line in source.skipped_lines
    ]
    dialect = {f"{part}: {key}": value for part, source in sources.items() for key, value in source.dialect.items()}
    return Source(
        ", ".join(f"{part}={source.name}" for part, source in sources.items()),
        formats.pop() if len(formats) == 1 else "several",
        paths=tuple(path for source in held for path in source.paths),
        digest=combined_digest([source.digest or "" for source in held]),
        size_bytes=sum(source.size_bytes or 0 for source in held),
        rows_in_file=sum(source.rows_in_file for source in held),
        rows_read=sum(source.rows_read for source in held),
        skipped_lines=tuple(skipped[:_TOLD]),
        skipped_count=sum(source.skipped_count for source in held),
        dialect=dict(held[0].dialect) if all(source.dialect == held[0].dialect for source in held) else dialect,
        missing_tokens=_added(held),
        notes=tuple(f"{part}: {note}" for part, source in sources.items() for note in source.notes),
        parts=tuple(replace(source, name=f"{part}={source.name}") for part, source in sources.items()),
    )


def _added(sources: tuple[Source, ...]) -> dict[str, dict[str, int]]:
    names = dict.fromkeys(name for source in sources for name in source.missing_tokens)
    sums: dict[str, Counter[str]] = {name: Counter() for name in names}
    for source in sources:
        for name, counts in source.missing_tokens.items():
            sums[name].update(counts)
    return {name: dict(counts) for name, counts in sums.items()}
