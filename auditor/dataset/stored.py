"""A file as it lies on the disk: what its first bytes say it is, and its bytes with the compression undone."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from auditor.errors import DataError, UsageError

SAMPLE_BYTES = 1 << 18

_GZIP = b"\x1f\x8b"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins like it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: What is not a table of text, by its first bytes.
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook", "Unpack it, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save the sheet as CSV"),
    (b"%PDF", "a PDF", "Export the table as CSV"),
    (
        b"\x80\x02",
        "a pickle, which is never opened because it can run code",
        "Save the data as Parquet or CSV",
    ),
    (
        b"\x80\x03",
        "a pickle, which is never opened because it can run code",
        "Save the data as Parquet or CSV",
    ),
    (
        b"\x80\x04",
        "a pickle, which is never opened because it can run code",
        "Save the data as Parquet or CSV",
    ),
    (
        b"\x80\x05",
        "a pickle, which is never opened because it can run code",
        "Save the data as Parquet or CSV",
    ),
    (b"BZh", "compressed with bzip2", "Unpack it first, or use gzip"),
    (b"\xfd7zXZ\x00", "compressed with xz", "Unpack it first, or use gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard", "Unpack it first, or use gzip"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first"),
    (b"SQLite format 3\x00", "an SQLite database", "Export the table as CSV or Parquet"),
    (b"\x89HDF", "an HDF5 file", "Save the table as Parquet or CSV"),
    (b"\x93NUMPY", "a NumPy array", "Save it as Parquet or CSV with column names"),
    (b"Obj\x01", "an Avro file", "Convert it to Parquet"),
    (b"ORC", "an ORC file", "Convert it to Parquet"),
    (b"\x89PNG", "a picture", "Give the table that describes the pictures"),
    (b"\xff\xd8\xff", "a picture", "Give the table that describes the pictures"),
)
_PAGES = (b"<!doctype html", b"<html", b"<?xml")


def refuse_foreign(path: Path, head: bytes) -> None:
    """Raise DataError where the first bytes are those of a format that is no table we read."""
    for magic, what, remedy in _FOREIGN:
        if head.startswith(magic):
            raise DataError(str(path), f"is {what}: not supported", f"{remedy}.")
    if head.lstrip().lower().startswith(_PAGES):
        what = "a web page or XML, perhaps an error page saved in place of the data"
        raise DataError(str(path), f"is {what}: not supported", "Download or export the table itself.")


def is_gzip(head: bytes) -> bool:
    """Whether the bytes are gzip's, whatever the file is called."""
    return head.startswith(_GZIP)


def head_of(path: Path, *, unzip: bool, size: int = SAMPLE_BYTES) -> bytes:
    """The first bytes of the content. Raises DataError where they cannot be had."""
    with opened_bytes(path, unzip=unzip) as file, damage_told(path, lambda: None):
        return file.read(size)


@contextmanager
def opened_bytes(path: Path, *, unzip: bool) -> Iterator[IO[bytes]]:
    """The content as a stream of bytes."""
    try:
        raw = path.open("rb")
    except PermissionError as error:
        raise no_permission(path) from error
    with raw:
        yield gzip.GzipFile(fileobj=raw) if unzip else raw  # type: ignore[misc]  # a GzipFile reads like any file


def no_permission(path: Path) -> DataError:
    """The error for what this user may not read."""
    return DataError(str(path), "you have no permission to read it", "Ask its owner, or correct its mode (chmod).")


@contextmanager
def damage_told(path: Path, line: object) -> Iterator[None]:
    """Turn what a broken gzip raises into a DataError. `line` is called for the last line that was whole."""
    try:
        yield
    except EOFError as error:
        raise DataError(
            str(path),
            "the gzip file ends too early: it is truncated",
            "Copy or download it again.",
            _called(line),
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        problem = f"the gzip file is corrupted ({error})"
        raise DataError(str(path), problem, "Copy or download it again.", _called(line)) from error


def _called(line: object) -> int | None:
    value = line() if callable(line) else None
    return int(value) if value is not None else None


def encoding_of(head: bytes, wanted: str | None) -> tuple[str, int, str]:
    """The encoding, the bytes of its mark, and how it is known. UTF-8 unless something says otherwise.

    Raises UsageError for an encoding Python does not know.
    """
    mark, marked = next(((bom, name) for bom, name in _BOMS if head.startswith(bom)), (b"", ""))
    if wanted is not None:
        name = _codec(wanted)
        same = marked and _family(marked) == _family(name)
        if same:
            return marked, len(mark), "as told"
        # A bare "utf-16" would look for the mark that is not there.
        return {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(name, name), 0, "as told"
    if marked:
        return marked, len(mark), "by its byte-order mark"
    pairs = head[: len(head) // 2 * 2]
    even, odd = pairs[::2].count(0), pairs[1::2].count(0)
    if len(pairs) >= 4 and max(even, odd) > 0.4 * len(pairs) / 2 and min(even, odd) < 0.1 * len(pairs) / 2:
        return ("utf-16-le" if odd > even else "utf-16-be"), 0, "guessed from its zero bytes"
    return "utf-8", 0, "assumed"


def _codec(wanted: str) -> str:
    try:
        name = codecs.lookup(wanted).name
        "a".encode(name).decode(name, "surrogateescape")
    except (LookupError, TypeError, ValueError):  # no codec, or none of whole texts: hex, idna, undefined
        problem = f"unknown encoding {wanted!r}: try utf-8, cp1252, latin-1 or utf-16"
        raise UsageError(problem, "read.encoding") from None
    return "utf-8" if name in ("utf-8-sig", "ascii") else name


def _family(name: str) -> str:
    return name.removesuffix("-le").removesuffix("-be")


def text_of(stream: IO[bytes], encoding: str) -> io.TextIOWrapper:
    """The text, its line ends untouched; bytes that are not UTF-8 become lone surrogates, to be found again."""
    errors = "surrogateescape" if not encoding.startswith(("utf-16", "utf-32")) else "strict"
    return io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="")
