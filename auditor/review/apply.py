"""Corrected labels written: the data, what was changed, and what is remembered of it; all or nothing."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from auditor.check import Evidence
from auditor.dataset.cells import shielded
from auditor.dataset.lines import lines_of
from auditor.dataset.table import Dataset, Source
from auditor.dataset.verdicts import Remembered, beside, written
from auditor.errors import AuditError, UsageError
from auditor.evidence.identity import labels_digest
from auditor.review.labels import Cell, Labels, LabelSets, column_texts, labels_of
from auditor.review.plan import Change, merged

#: Reads a file in the way the data was read.
Reader = Callable[[Path], Dataset]


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written."""

    data: Path
    log: Path
    verdicts: Path | None
    audit: Path | None = None


def write_corrected(
    evidence: Evidence,
    labels: Labels,
    changes: Sequence[Change],
    output: Path,
    reader: Reader,
    *,
    earlier: Sequence[Remembered] = (),
    remembered: Sequence[Remembered] = (),
    spoken_for: bool = True,
    audit: str = "",
) -> Written:
    """Write the data with its labels changed, the log of changes and the verdicts, each beside the other.

    The file is read back and every label compared before anything takes its place. `spoken_for` says that the
    changes are verdicts, so that a sample verified before goes on to speak for the data. `audit` is what is to be
    written of the corrections. Raises AuditError where the file read back is not what was meant or there is no
    room, UsageError for a format that cannot be written.
    """
    wanted = {change.row: change.new for change in changes}
    before = labels_digest(evidence.dataset)
    try:
        with ExitStack() as stack:
            draft = stack.enter_context(_draft(output))
            _rewrite(evidence.dataset, labels, changes, draft, zipped=output.suffix.lower() == ".gz")
            after = _read_back(reader, draft, labels, wanted)
            texts = {output.with_name(f"{output.name}.changes.csv"): _log_text(evidence, changes)}
            if entries := merged(earlier, remembered, before, after if spoken_for else before):
                texts[beside(output)] = written(entries)
            if audit:
                texts[output.with_name(f"{output.name}.corrections.json")] = audit
            drafts = [(stack.enter_context(_draft(target)), target, text) for target, text in texts.items()]
            for place, _, text in drafts:
                place.write_bytes(text.encode("utf-8", "backslashreplace"))
            for place, target in (*((place, target) for place, target, _ in drafts), (draft, output)):
                os.replace(place, target)
    except OSError as error:
        raise AuditError(f"{output}: cannot be written: {error.strerror or error}.") from error
    log, *rest = texts
    return Written(output, log, rest.pop(0) if entries else None, rest.pop() if audit else None)


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """A file beside the target that is gone at the end, unless it has taken its place."""
    suffix = f".partial{target.suffix}"  # by which some formats are known
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=suffix, dir=target.parent)
    os.close(handle)
    try:
        os.chmod(name, 0o666 & ~_umask())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _rewrite(dataset: Dataset, labels: Labels, changes: Sequence[Change], output: Path, *, zipped: bool) -> None:
    """One label column after the other, each from the file that the one before has left."""
    source = dataset.source
    if zipped and source.format in ("parquet", "arrow"):
        raise UsageError(f"{source.name}: {source.format} is not compressed as a whole. Name an output without .gz.")
    if len(source.paths) != 1 or source.parts or Path(source.paths[0]).is_dir():
        raise UsageError(f"{source.name}: apply changes one file. Give the one that holds the rows.")
    steps = list(_by_column(dataset, labels, changes))
    between = source.layout is not None and source.layout.gzip
    with ExitStack() as stack:
        for at, (column, texts, wanted) in enumerate(steps):
            last = at == len(steps) - 1
            target = output if last else stack.enter_context(_draft(output))
            place = [one.name for one in dataset.columns].index(column)
            _rewrite_column(source, column, place, texts, wanted, target, zipped=zipped if last else between)
            source = replace(source, paths=(str(target),))


def _by_column(
    dataset: Dataset, labels: Labels, changes: Sequence[Change]
) -> Iterator[tuple[str, Sequence[str], Mapping[int, Cell]]]:
    """Each label column of which a cell changes (one at least) with its texts and its new cells by row."""
    columns = dataset.roles.label
    if not isinstance(labels, LabelSets):
        yield columns[0], labels.of_row, {one.row: one.new for one in changes}
    elif len(columns) == 1:
        yield columns[0], (), {one.row: one.cells[0] for one in changes}
    else:
        for at, column in enumerate(columns):
            texts = column_texts(dataset, column)
            wanted = {one.row: one.cells[at] for one in changes if one.cells[at] != texts[one.row]}
            if wanted or (not changes and not at):
                yield column, texts, wanted


def _rewrite_column(
    source: Source,
    column: str,
    place: int,
    texts: Sequence[str],
    changes: Mapping[int, Cell],
    output: Path,
    *,
    zipped: bool,
) -> None:
    from auditor.review.columnar import rewrite_arrow, rewrite_parquet
    from auditor.review.delimited import rewrite_delimited
    from auditor.review.json_text import rewrite_json_lines

    path = Path(source.paths[0])
    if source.format == "csv":
        words = {row: cell for row, cell in changes.items() if isinstance(cell, str)}  # it holds no lists
        rewrite_delimited(source, place, texts, words, output, zipped=zipped)
    elif source.format == "jsonl":
        rewrite_json_lines(source, column, texts, changes, output, zipped=zipped)
    elif source.format == "parquet":
        rewrite_parquet(path, column, texts, changes, output)
    elif source.format == "arrow":
        rewrite_arrow(path, column, texts, changes, output)
    else:
        raise UsageError(f"{path}: a {source.format} document cannot be changed cell by cell. Save it as JSON Lines.")


def _read_back(reader: Reader, draft: Path, labels: Labels, changes: Mapping[int, str]) -> str:
    """The digest of the labels that were written. Raises AuditError unless they are the ones that were meant."""
    dataset = reader(draft)
    found = labels_of(Evidence(dataset)).of_row
    wanted = [changes.get(row, label) for row, label in enumerate(labels.of_row)]
    if len(found) != len(wanted):
        raise AuditError(f"the corrected file holds {len(found)} rows, not {len(wanted)}: nothing was written.")
    new = set(changes.values()) - set(labels.of_row)
    wrong = [row for row, (a, b) in enumerate(zip(found, wanted, strict=True)) if a != b]
    if wrong and (not new or any(row in changes for row in wrong)):
        row = wrong[0]
        told = f"row {row} would have the label {found[row]!r}, not {wanted[row]!r}"
        raise AuditError(f"the corrected file would not be read as it is meant: {told}. Nothing was written.")
    return labels_digest(dataset)


def _log_text(evidence: Evidence, changes: Sequence[Change]) -> str:
    lines = lines_of(evidence.dataset.source, [change.row for change in changes])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("row", "line", "key", "old", "new", "verdict", "who", "when"))
    for one in sorted(changes, key=lambda change: change.row):
        told = (one.key, one.old, one.new, one.verdict, one.who, one.when)
        writer.writerow((one.row, lines.get(one.row, ""), *map(shielded, told)))
    return out.getvalue()
