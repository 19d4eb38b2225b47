"""From a path to the reader that can take it: by what the file's first bytes are, not by what it is called."""

from __future__ import annotations

import difflib
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.dataset.stored import head_of, is_gzip, no_permission, refuse_foreign
from auditor.dataset.table import Loaded
from auditor.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.dataset.forms import Form
    from auditor.dataset.options import ReadOptions

_TEXT_NAMES = (".csv", ".tsv", ".tab", ".txt", ".data")
_TABLE_NAMES = (".csv", ".tsv", ".jsonl", ".json", ".csv.gz", ".arrow", ".feather")
_JSON_LINES_NAMES = (".jsonl", ".ndjson", ".jsonlines")


def opened(path: Path, options: ReadOptions, scratch: Path, least: Mapping[str, Form] | None = None) -> Loaded:
    """Read a file or a folder of Parquet parts. Raises DataError for what cannot be read whole.

    `least` names columns of a delimited file whose form is known to be at least so wide.
    """
    _present(path)
    _named_in_unicode(path)
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix="read_", dir=scratch))  # files of the same name do not meet
        if path.is_dir():
            return _folder(path, options)
        return _file(path, options, scratch, least or {})
    except PermissionError as error:
        raise no_permission(path) from error
    except OSError as error:
        raise DataError(
            str(path), f"cannot be read ({error.strerror or error})", "Check the disk and its space."
        ) from error


def _present(path: Path) -> None:
    try:
        if path.exists():
            return
        nearby = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
    except PermissionError as error:
        raise no_permission(path) from error
    near = difflib.get_close_matches(path.name, nearby, n=1)
    remedy = f"Did you mean {path.parent / near[0]}?" if near else "Check the path."
    raise DataError(str(path), "there is no such file", remedy)


def _named_in_unicode(path: Path) -> None:
    """Reports are UTF-8, and name the file; neither they nor the fast reader can take any other name."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError as error:
        raise DataError(
            str(path), "its name is not UTF-8", "Rename the file, or its folder, and audit that."
        ) from error


def _folder(path: Path, options: ReadOptions) -> Loaded:
    from auditor.dataset.columnar import parquet_parts, read_parquet

    parts = parquet_parts(path)
    if not parts:
        remedy = "Give a file, or a folder that holds *.parquet files."
        if tables := sorted(one.name for one in path.iterdir() if one.name.lower().endswith(_TABLE_NAMES)):
            first = path / tables[0]
            remedy = f"Name its files one by one, as in {first}; or as parts of one: --split {first.stem}={first} …"
        raise DataError(str(path), "is a folder without Parquet files", remedy)
    return read_parquet(parts, str(path), options)


def _file(path: Path, options: ReadOptions, scratch: Path, least: Mapping[str, Form]) -> Loaded:
    head = head_of(path, unzip=False, size=64)
    if not head:
        raise DataError(str(path), "is empty (0 bytes)", "Check what wrote it: there is nothing to audit.")
    refuse_foreign(path, head)
    if head.startswith(b"PAR1") or path.suffix == ".parquet":
        from auditor.dataset.columnar import read_parquet

        return _said(read_parquet([path], str(path), options), path, "Parquet", (".parquet", ".pq", ".parq"))
    if _is_arrow(path, head):
        from auditor.dataset.columnar import read_arrow

        return _said(
            read_arrow(path, str(path), scratch, options),
            path,
            "Arrow",
            (".arrow", ".feather", ".ipc", ".arrows"),
        )
    return _text(path, options, scratch, least, unzip=is_gzip(head))


def _is_arrow(path: Path, head: bytes) -> bool:
    stream = head.startswith(b"\xff\xff\xff\xff") and path.suffix in (".arrow", ".arrows", ".ipc", ".feather")
    return head.startswith((b"ARROW1", b"FEA1")) or stream


def _said(loaded: Loaded, path: Path, form: str, suffixes: tuple[str, ...]) -> Loaded:
    """The loaded data with a note where the file's name says it is something else."""
    if path.suffix.lower() in suffixes or not path.suffix:
        return loaded
    note = f"{path.name} is {form} inside, whatever its name says, and was read as that"
    return replace(loaded, source=replace(loaded.source, notes=(note, *loaded.source.notes)))


def _text(path: Path, options: ReadOptions, scratch: Path, least: Mapping[str, Form], *, unzip: bool) -> Loaded:
    head = head_of(path, unzip=unzip, size=64)
    if unzip:
        if not head:
            raise DataError(str(path), "holds nothing (an empty file, compressed)", "Check what wrote it.")
        if is_gzip(head):
            raise DataError(str(path), "is compressed twice with gzip: not supported", "Unpack it once.")
        refuse_foreign(path, head)
    form = _json_form(path, head)
    if form:
        from auditor.dataset.json_tables import read_json

        return read_json(path, options, scratch, unzip=unzip, as_lines=form == "lines")
    from auditor.dataset.delimited import read_delimited

    return read_delimited(path, options, scratch, unzip=unzip, least=least)


def _json_form(path: Path, head: bytes) -> str:
    """ "lines", "document", or "" for what is not JSON."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(_JSON_LINES_NAMES):
        return "lines"
    if name.endswith(".json"):
        return "document"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if name.endswith(_TEXT_NAMES) or not text.startswith((b"{", b"[")):
        return ""
    return "document" if text.startswith(b"[") else "lines"
