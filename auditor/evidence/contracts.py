"""Committed contracts: what running one gives, where one is looked for, how its engine is imported and fed.

`pandera_contract.py` and `gx_suite.py` run the two kinds.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.dataset.table import ROW, Dataset
from auditor.errors import AuditError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from auditor.evidence import Evidence

_COMPRESSED = frozenset({".gz", ".bz2", ".xz", ".zst", ".zip"})
_EXACT_IN_FLOAT = 2**53
_LONGEST_RULE = 100


class Force(StrEnum):
    """What comes of a rule that is broken: the check fails, a warning, or nothing."""

    BINDS = "binds"
    WARNS = "warns"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a contract, and how the data kept it.

    `broken` counts rows where `counted`, else it is 1 for a rule that does not hold. `seen` are the rows the
    rule could speak of: with none, nothing was judged. `allowed` is the share of them that may break it. `force`
    is what comes of it.
    """

    subject: str  # the column, or "table"
    text: str
    broken: int
    seen: int
    rows: tuple[int, ...] = ()  # row ordinals
    allowed: float = 0.0
    counted: bool = True
    force: Force = Force.BINDS
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether the data keeps the rule, as far as anything could be judged."""
        return self.broken <= 0 or (self.counted and self.broken / max(self.seen, 1) <= self.allowed)


@dataclass(frozen=True, slots=True)
class ContractResult:
    """All rules of a contract, each with what it found; never empty."""

    path: str
    rows: int
    rules: tuple[Rule, ...]


def result_of(path: str, rows: int, rules: Iterable[Rule]) -> ContractResult:
    """The result, its rules told apart; AuditError where there is none, for that is no pass."""
    told: list[Rule] = []
    times: dict[tuple[str, str], int] = {}
    for rule in rules:
        text = rule.text if len(rule.text) <= _LONGEST_RULE else rule.text[: _LONGEST_RULE - 1] + "…"
        count = times[rule.subject, text] = times.get((rule.subject, text), 0) + 1
        told.append(replace(rule, text=text if count == 1 else f"{text} ({count})"))
    if not told:
        raise AuditError(f"{path} checks nothing: it holds no rule. Write rules into it, or remove it")
    return ContractResult(path, rows, tuple(told))


def beside(dataset: Dataset, endings: tuple[str, ...]) -> str | None:
    """The contract that lies beside the data file: its name without its ending, plus one of `endings`."""
    if not dataset.source.paths:
        return None
    data = Path(dataset.source.paths[0])
    stem = Path(data.stem).stem if data.suffix.lower() in _COMPRESSED else data.stem
    found = [str(path) for path in (data.parent / (stem + ending) for ending in endings) if path.exists()]
    if len(found) > 1:
        raise AuditError(f"several contracts lie beside the data, {' and '.join(found)}: keep one of them")
    return found[0] if found else None


def contract_text(path: str) -> str:
    """The text of a contract; AuditError where it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise AuditError(f"the contract {path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # a null byte in the path, bytes that are not UTF-8
        raise AuditError(f"the contract {path} is not UTF-8 text: {error}") from error


def without_repeats(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """A mapping of the pairs; ValueError for a key that comes twice, where parsers drop the first."""
    made: dict[Any, Any] = {}
    for key, value in pairs:
        if key in made:
            raise ValueError(f"{key!r} is declared twice")
        made[key] = value
    return made


def imported(module: str) -> Any:
    """An optional module; AuditError where it is missing, or where its import ends the process.

    pandera and great_expectations import pyspark where it is installed, and pyspark without grpc exits.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise AuditError(f"{module} is needed ({error}): pip install 'dataaudit[contracts]'") from error
    except SystemExit as error:
        raise AuditError(
            f"importing {module} tried to end the process, as pyspark does without grpc: "
            "pip install 'pyspark[connect]', or audit where pyspark is not installed"
        ) from error


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Nothing printed, logged or warned: what the engines have to say comes back as rules or errors."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def row_count(evidence: Evidence, path: str) -> int:
    """The rows of the table; AuditError where there is none, for every rule holds for no row."""
    import narwhals as nw

    rows = int(evidence.dataset.frame.select(nw.len()).collect().item())
    if not rows:
        raise AuditError(f"{path} cannot be checked: the table has no rows")
    return rows


def pandas_frame(evidence: Evidence, names: Iterable[str], *, nullable: bool) -> pd.DataFrame:
    """The named columns, whole, in row order; the index holds the row ordinals.

    Text comes as Python strings. Whole numbers and booleans with holes become pandas' nullable types; or,
    without `nullable`, what `pandas.read_csv` makes of them, unless that would round a number.
    """
    import pandas as pd
    import pyarrow as pa

    from auditor.dataset.batches import batches

    table = pa.Table.from_batches(
        part for batch in batches(evidence.dataset.frame, (ROW, *names)) for part in _parts(batch)
    ).sort_by(ROW)
    index = pd.Index(table.column(ROW).to_numpy())
    columns: Mapping[str, pd.Series[Any]] = {
        name: _series(table.column(name), nullable).set_axis(index) for name in names
    }
    return pd.DataFrame(columns, index=index)


def _parts(batch: pa.RecordBatch | pa.Table) -> list[pa.RecordBatch]:
    import pyarrow as pa

    return list(batch.to_batches()) if isinstance(batch, pa.Table) else [batch]


def _series(column: pa.ChunkedArray, nullable: bool) -> pd.Series[Any]:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    kind, holes = column.type, column.null_count > 0
    if pa.types.is_boolean(kind) and holes and nullable:
        return pd.Series(column.to_pylist(), dtype="boolean")
    if pa.types.is_integer(kind) and holes:
        ends = [value for value in pc.min_max(column).as_py().values() if value is not None]
        if nullable or max(map(abs, ends), default=0) > _EXACT_IN_FLOAT:
            filled = pd.Series(pc.fill_null(column, 0).to_numpy(), dtype="Int64")
            return filled.mask(column.is_null().to_numpy())
    if pa.types.is_timestamp(kind):
        moments = pd.Series(column.to_numpy())
        return moments.dt.tz_localize("UTC") if kind.tz else moments
    values = column.to_numpy()
    return pd.Series(values, dtype=object if values.dtype == object else None)
