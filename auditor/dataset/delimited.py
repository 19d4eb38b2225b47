"""CSV, TSV and their like: guessed, surveyed, read strictly, typed over all rows, and kept as Arrow in scratch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.dataset.forms import Form
from auditor.dataset.guess import guessed, plain_layout
from auditor.dataset.header import Header, header_of
from auditor.dataset.keys import file_digest
from auditor.dataset.kinds import assign
from auditor.dataset.layout import DEFAULT_MISSING, Guess, Layout
from auditor.dataset.misread import notes_on
from auditor.dataset.parse import TextColumn
from auditor.dataset.rewrite import Skipped, cleaned, first_problem, told, transcoded
from auditor.dataset.scratch import ScratchTable, scanned
from auditor.dataset.stored import head_of
from auditor.dataset.survey import Survey, surveyed
from auditor.dataset.table import Loaded, Source
from auditor.errors import DataError

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa

    from auditor.dataset.options import ReadOptions

#: Bytes the parser takes at a time, and what it may take where one record is longer than that.
_BLOCKS = (1 << 20, 1 << 24, 1 << 27, (1 << 31) - 1)
#: Of a wide table it takes this much a column: a column costs the same in every batch, however few its rows.
_COLUMN_BYTES = 1 << 13


class _Unreadable(Exception):
    """The fast reader stopped; the exact one has to say why."""


def read_delimited(
    path: Path, options: ReadOptions, scratch: Path, *, unzip: bool, least: Mapping[str, Form] | None = None
) -> Loaded:
    """Read a delimited text file. `least` names columns whose form is known to be at least so wide.

    Raises DataError, with the line, for the first record that cannot be read.
    """
    before = path.stat()
    guess = guessed(path, head_of(path, unzip=unzip), options, unzip=unzip)
    text = _Text(path, guess.layout, options, scratch)
    columns = [_column(name, text.layout, options, least or {}) for name in text.header.names]
    place = scratch / f"{path.name}.arrow"
    rows = text.typed_into(place, columns)
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise DataError(str(path), "changed while it was being read", "Wait until it is written, then audit again.")
    if not rows:
        raise _no_rows(path, text)
    return _loaded(path, guess, text, columns, place, rows)


def _column(name: str, layout: Layout, options: ReadOptions, least: Mapping[str, Form]) -> TextColumn:
    missing = DEFAULT_MISSING if options.missing is None else options.missing
    return TextColumn(missing, padded=layout.padded, decimal=layout.decimal, least=least.get(name))


def _no_rows(path: Path, text: _Text) -> DataError:
    if text.skipped.count:
        first = text.skipped.lines[0]
        return DataError(str(path), f"no line could be read: {first.problem}", "Check the delimiter.", first.line)
    remedy = "Check what wrote it: there is nothing to audit. If the first line is data, pass --no-header."
    return DataError(str(path), "has a header but no rows", remedy)


class _Text:
    """The file as UTF-8 text somewhere, with its header read and its bytes surveyed."""

    def __init__(self, path: Path, layout: Layout, options: ReadOptions, scratch: Path) -> None:
        self.path, self.options, self.scratch = path, options, scratch
        self.skipped = Skipped()
        self.plain, self.inner = path, layout
        self.is_copy = layout.gzip or layout.encoding != "utf-8"
        if self.is_copy:
            self.plain, self.inner = scratch / f"{path.name}.plain", plain_layout(layout)
            transcoded(path, layout, self.plain)
        self.survey = surveyed(self.plain, layout.delimiter, self.inner.bom)
        self.digest = file_digest(path) if self.is_copy else self.survey.digest
        self.inner = replace(self.inner, quoted=self.survey.quotes)
        self.header: Header = header_of(self.plain, path, self.inner, options)
        self.inner = replace(self.inner, width=self.header.width)
        self.layout = replace(layout, width=self.header.width, quoted=self.survey.quotes)
        self.start = self.header.start

    def even(self, rows: int) -> bool:
        """Whether each line is one record, where `rows` were read: a record takes a line at least."""
        return not self.skipped.count and self.survey.lines == rows + self.layout.header

    def typed_into(self, place: Path, columns: list[TextColumn]) -> int:
        """Write the typed table; gives its rows."""
        if self.survey.nul or not self.survey.tidy or (self.survey.quotes and self.layout.padded):
            self._clean()
        try:
            return self._typed(place, columns)
        except _Unreadable as stopped:
            problem = first_problem(self.plain, self.inner)
            if problem is not None and not self.options.skip_bad_lines:
                raise told(self.path, problem) from stopped
            for column in columns:
                column.again()
            self._clean()
        try:
            return self._typed(place, columns)
        except _Unreadable as stopped:
            raise DataError(str(self.path), f"cannot be parsed ({stopped})", "Correct the file.") from stopped

    def _clean(self) -> None:
        copy = self.scratch / f"{self.path.name}.clean"
        self.skipped = cleaned(self.plain, self.path, self.inner, copy, skip=self.options.skip_bad_lines)
        self._drop_copy()
        self.plain, self.is_copy, self.start = copy, True, 0
        self.inner = Layout(width=self.inner.width, decimal=self.inner.decimal)

    def _drop_copy(self) -> None:
        if self.is_copy:
            self.plain.unlink(missing_ok=True)

    def _typed(self, place: Path, columns: list[TextColumn]) -> int:
        """Go through the file until no column's form has changed on the way: once, as a rule."""
        while True:
            with ScratchTable(place, list(self.header.names)) as table:
                for batch in self._batches():
                    cells = zip(columns, batch.columns[: len(columns)], strict=True)
                    table.add([column.read(part) for column, part in cells], batch.num_rows)
            if not table.broken:
                self._drop_copy()
                return table.rows
            for column in columns:
                column.again()

    def _batches(self) -> Iterator[pa.RecordBatch]:
        """The records as strings, in batches, whichever block size their length asks for."""
        import pyarrow as pa

        for block in _blocks(self.layout.width):
            try:
                with closing(_opened(self.plain, self.start, self.inner, block, self.survey)) as reader:
                    first = next(iter(reader), None)
                    if first is not None:
                        yield first
                        yield from reader
                return
            except pa.ArrowInvalid as error:
                if "Empty CSV file" in str(error):
                    return
                if "straddling" not in str(error):
                    raise _Unreadable(str(error)) from error
        raise _Unreadable("a record is too long")


def _blocks(width: int) -> list[int]:
    first = min(max(_BLOCKS[0], width * _COLUMN_BYTES), _BLOCKS[2])
    return [first, *(block for block in _BLOCKS[1:] if block > first)]


def _opened(path: Path, start: int, layout: Layout, block: int, survey: Survey) -> Any:
    import pyarrow as pa
    import pyarrow.csv as pc

    names = [str(at) for at in range(layout.width)]
    file = pa.OSFile(str(path))
    file.seek(start)
    return pc.open_csv(
        file,
        pc.ReadOptions(column_names=names, block_size=block),
        pc.ParseOptions(
            delimiter=layout.delimiter,
            quote_char='"' if survey.quotes else False,
            newlines_in_values=survey.quotes,
        ),
        pc.ConvertOptions(
            # The survey has seen whether all is ASCII; if so, nothing is left to check.
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            check_utf8=not survey.ascii,
        ),
    )


def _loaded(path: Path, guess: Guess, text: _Text, columns: list[TextColumn], place: Path, rows: int) -> Loaded:
    frame, trailing = _without_trailing(scanned(place), text.header, columns[-1])
    names = text.header.names
    wording = {name: column.wording for name, column in zip(names, columns, strict=True)}
    tokens = {name: dict(column.tokens) for name, column in zip(names, columns, strict=True) if column.tokens}
    assigned = assign(frame.collect_schema(), wording)
    source = Source(
        str(path),
        "csv",
        paths=(str(path),),
        digest=text.digest,
        size_bytes=path.stat().st_size,
        rows_in_file=rows + text.skipped.count,
        rows_read=rows,
        skipped_lines=tuple(text.skipped.lines),
        skipped_count=text.skipped.count,
        dialect=dict(guess.dialect),
        missing_tokens=tokens,
        notes=(*trailing, *text.header.notes, *_notes(tokens), *notes_on(frame, assigned, guess.dialect)),
        layout=replace(text.layout, even=text.even(rows)),
    )
    return Loaded(frame, assigned, source)


def _without_trailing(
    frame: nw.LazyFrame[Any], header: Header, last: TextColumn
) -> tuple[nw.LazyFrame[Any], tuple[str, ...]]:
    """The frame without a last column that only a delimiter at the end of every line has made."""
    name = header.names[-1]
    if not header.last_is_nameless or len(header.names) == 1 or last.form is not None or set(last.tokens) != {""}:
        return frame, ()
    last.tokens.clear()
    return frame.drop(name), (f"trailing delimiter on every line: the empty column {name} was left out",)


def _notes(tokens: Mapping[str, Mapping[str, int]]) -> list[str]:
    totals: Counter[str] = Counter()
    for counts in tokens.values():
        totals.update(counts)
    told = [f"{count:,} × {token!r}" if token else f"{count:,} empty" for token, count in totals.most_common()]
    return [f"cells read as missing: {', '.join(told)}"] if told else []
