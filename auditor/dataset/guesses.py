"""Guesses about columns and labels, each with its reason; all can be overruled by a flag or the config."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from auditor.dataset.sensitive_names import by_name, by_values, is_proxy
from auditor.dataset.table import Column, Kind, LabelIs, Roles, Task
from auditor.dataset.values import text_of
from auditor.errors import UsageError

if TYPE_CHECKING:
    import narwhals as nw

#: Usual names of a label, the surest first: a name of an earlier row beats one of a later row.
_LABEL_NAMES = (
    ("label", "labels", "target", "targets", "y", "class_label", "label_gold", "gold_label"),
    ("class", "classes", "outcome", "ground_truth", "gold", "category", "intent", "sentiment"),
    (
        "income",
        "hired",
        "approved",
        "churn",
        "default",
        "fraud",
        "is_fraud",
        "survived",
        "diagnosis",
        "relapse",
    ),
    ("quality", "rating", "score", "stars", "grade", "species", "result", "decision", "salary", "price"),
)
#: How sure a name is that of a label (`name_rank`): as sure as can be, and not at all.
SURE, UNNAMED = 0, len(_LABEL_NAMES)
#: What an institution says of people, in the words that labels are named by; accents are taken off.
_DECISIONS = frozenset(
    {"decision", "decided", "hired", "approved", "approval", "accepted", "rejected", "admitted", "granted", "denied"}
    | {"arrested", "arrest", "convicted", "conviction", "sentenced", "detained", "paroled", "promoted", "shortlisted"}
    | {"entscheidung", "eingestellt", "genehmigt", "bewilligt", "abgelehnt", "zugelassen", "verhaftet", "verurteilt"}
    | {"embauche", "embauchee", "recrute", "recrutee", "approuve", "approuvee", "accepte", "acceptee", "refuse"}
    | {"refusee", "admis", "admise", "accorde", "accordee", "arrete", "arretee", "condamne", "condamnee"}
    | {"contratado", "contratada", "aprobado", "aprobada", "aceptado", "aceptada", "rechazado", "rechazada"}
    | {"admitido", "admitida", "concedido", "concedida", "denegado", "denegada", "arrestado", "arrestada"}
    | {"detenido", "detenida", "condenado", "condenada", "decisao", "aprovado", "aprovada", "rejeitado", "rejeitada"}
    | {"decisione", "approvato", "approvata", "respinto", "respinta", "ammesso", "ammessa"}
    | {"beslissing", "aangenomen", "goedgekeurd", "afgewezen", "toegelaten", "toegekend", "gearresteerd"}
)
#: Words beside which `arrest` and the like tell of illness, not of the law.
_NO_DECISION = frozenset({"cardiac", "heart", "respiratory", "growth"})
_ORDERED_NAMES = ("quality", "rating", "stars", "grade", "score", "severity", "level")
_POSITIVE_NAMES = ("1", "true", "yes", "y", "positive", "pos", "good", "approved", "hired", "spam", "hateful")
#: A label with more values than this, in a column of that many rows, is hardly a class.
_MAX_GUESSED_CLASSES = 1_000
_FEW_NUMBERS = 20
_SAMPLE_ROWS = 10_000
_MAX_PEOPLE = 300  # there are fewer nationalities
_MAX_VALUES = 10_000


def guess_label(frame: nw.LazyFrame[Any], columns: Sequence[Column], doubt: str = "") -> tuple[str, str]:
    """The label column and the reason; UsageError where none or several fit equally well.

    `doubt` follows the error that there is none: how the file may have been misread.
    """
    by_name = {_plain(column.name): column.name for column in columns}
    for names in _LABEL_NAMES:
        found = [by_name[name] for name in names if name in by_name]
        if len(found) > 1:
            raise UsageError(f"several columns may be the label: {', '.join(found)}. Set one with --label.")
        if found:
            return found[0], "from its name"
    if columns and _could_be_classes(frame, columns[-1]):
        return columns[-1].name, "the last column, with few values"
    listed = ", ".join(column.name for column in columns[:20]) or "none"
    raise UsageError(f"no label column found. Set it with --label NAME, or say --unlabelled. Columns: {listed}.{doubt}")


def name_rank(name: str) -> int:
    """How surely a column of that name is the label: from SURE to UNNAMED."""
    plain = _plain(name)
    return next((rank for rank, names in enumerate(_LABEL_NAMES) if plain in names), UNNAMED)


def _could_be_classes(frame: nw.LazyFrame[Any], column: Column) -> bool:
    if column.kind is Kind.BOOLEAN or column.kind is Kind.LABELS:
        return True
    if column.kind not in {Kind.CATEGORICAL, Kind.NUMERIC}:
        return False
    values = label_values(frame, (column,), (column.name,))
    rows = sum(count for _, count in values)
    limit = _FEW_NUMBERS if column.kind is Kind.NUMERIC else _MAX_GUESSED_CLASSES
    return 0 < len(values) <= min(limit, max(2, rows // 2))


def guess_id(frame: nw.LazyFrame[Any], columns: Sequence[Column]) -> str | None:
    """A column named like an id in which no value occurs twice."""
    import narwhals as nw

    for column in columns:
        name = _plain(column.name)
        if name in {"id", "uuid", "guid", "row_id", "index", "key", "column_0"} or name.endswith("_id"):
            rows, distinct, missing = (
                frame.select(
                    nw.len().alias("rows"),
                    nw.col(column.name).n_unique().alias("distinct"),
                    nw.col(column.name).null_count().alias("missing"),
                )
                .collect()
                .row(0)
            )
            if rows == distinct and not missing:
                return column.name
    return None


def guess_sensitive(frame: nw.LazyFrame[Any], columns: Sequence[Column]) -> list[tuple[str, str]]:
    """Columns that stand for what people must not be judged by: known by name, or by their values.

    What has more than 300 different texts cuts nobody into groups, and is left out.
    """
    return [(name, why) for name, why, distinct in _sensitive(frame, columns) if distinct <= _MAX_PEOPLE]


def ask_sensitive(frame: nw.LazyFrame[Any], columns: Sequence[Column], *, proxies: bool) -> list[tuple[str, str]]:
    """Columns that look sensitive, whatever the number of their values; with `proxies`, what may stand in for one."""
    found = [(name, why) for name, why, _ in _sensitive(frame, columns)]
    known = {name for name, _ in found}
    stand_in = [c.name for c in columns if proxies and c.name not in known and is_proxy(c.name)]
    return found + [(name, "it may stand in for a sensitive one") for name in stand_in]


def _sensitive(frame: nw.LazyFrame[Any], columns: Sequence[Column]) -> list[tuple[str, str, int]]:
    """The columns that look sensitive, why, and how many different texts they have in the first rows."""
    found: list[tuple[str, str, int]] = []
    strings = [c.name for c in columns if c.kind is Kind.CATEGORICAL]
    sample = frame.select(*strings).head(_SAMPLE_ROWS).collect() if strings else None
    for column in columns:
        if column.kind in {Kind.TEXT, Kind.EMBEDDING, Kind.OTHER, Kind.LABELS}:
            continue
        values = None
        if sample is not None and column.kind is Kind.CATEGORICAL:
            values = {str(v) for v in sample[column.name].unique().to_list() if v is not None}
        if by_name(column.name, None if values is None else len(values)):
            found.append((column.name, "from its name", len(values or ())))
        elif values and len(values) <= _MAX_PEOPLE and (what := by_values(values)):
            found.append((column.name, f"from its values: they name {what}", len(values)))
    return found


def guess_task(
    columns: Sequence[Column], label: tuple[str, ...], values: Sequence[tuple[str, int]]
) -> tuple[Task, str]:
    """The task and the reason, from the label's kind and values."""
    if len(label) > 1:
        return Task.MULTILABEL, f"{len(label)} label columns"
    column = next(c for c in columns if c.name == label[0])
    if column.kind is Kind.LABELS:
        return Task.MULTILABEL, "the label column holds lists"
    if column.kind in {Kind.EMBEDDING, Kind.OTHER, Kind.DATETIME}:
        problem = f"{column.name!r} is {column.kind}, which is not yet supported as a label. Name another column."
        raise UsageError(problem, "dataset.label")
    if not values:
        return Task.BINARY, "no row has a label to tell more"
    if len(values) <= 2:
        return Task.BINARY, f"{len(values)} classes"
    if column.kind is not Kind.NUMERIC:
        return Task.MULTICLASS, f"{len(values)} classes"
    return _task_of_numbers(column, [name for name, _ in values])


def _task_of_numbers(column: Column, names: Sequence[str]) -> tuple[Task, str]:
    whole = all(re.fullmatch(r"-?\d+", name) for name in names)
    if whole and len(names) <= _FEW_NUMBERS:
        if any(word in _plain(column.name) for word in _ORDERED_NAMES):
            return Task.ORDINAL, f"{len(names)} whole numbers in a column named {column.name!r}"
        return Task.MULTICLASS, f"{len(names)} whole numbers"
    named = _plain(column.name) in {*_LABEL_NAMES[0], "class", "category", "intent"}
    if whole and named and len(names) <= 200 and _are_numbered(names):
        return Task.MULTICLASS, f"{len(names)} whole numbers in a column named {column.name!r}"
    return Task.REGRESSION, f"{len(names)} different numbers"


def _are_numbered(names: Sequence[str]) -> bool:
    """Classes are numbered from one on, with few gaps; a yield from 53 to 174 leaves most numbers out."""
    numbers = [int(name) for name in names]
    return max(numbers) - min(numbers) < 1.5 * len(numbers)


def guess_label_is(roles: Roles) -> tuple[LabelIs, str]:
    """A decision is named as one; annotators and readers of text label; other tables record what happened."""
    if roles.annotator:
        return LabelIs.ANNOTATION, "annotators gave it"
    if named := next((name for name in roles.label if _names_a_decision(name)), None):
        return LabelIs.DECISION, f"{named!r} names what an institution decides"
    if roles.text:
        return LabelIs.ANNOTATION, "the rows hold text, which a reader can label"
    return LabelIs.OUTCOME, "a table without text usually records what happened"


def _names_a_decision(name: str) -> bool:
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = set(re.split(r"[\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare).lower()))
    return bool(words & _DECISIONS) and not words & _NO_DECISION


def guess_positive(values: Sequence[tuple[str, int]]) -> tuple[str, str]:
    """The class whose rate is shown: known by its name, or the rarer one. The gate treats both alike."""
    for name, _ in values:
        if name.strip().lower() in _POSITIVE_NAMES:
            return name, "from its name"
    return values[-1][0], "the rarer class"


def label_values(frame: nw.LazyFrame[Any], columns: Sequence[Column], label: tuple[str, ...]) -> list[tuple[str, int]]:
    """The values of a single label column with their rows, the most frequent first; else nothing.

    At most 10,000: a label with more is measured on a scale, or wrongly named.
    """
    import narwhals as nw

    comparable = {Kind.NUMERIC, Kind.CATEGORICAL, Kind.BOOLEAN, Kind.TEXT}
    if len(label) != 1 or next(c.kind for c in columns if c.name == label[0]) not in comparable:
        return []
    cells = frame.select(nw.col(label[0]).alias("value")).drop_nulls()
    counted = cells.group_by("value").agg(nw.len().alias("rows"))
    counted = counted.sort("rows", "value", descending=[True, False]).head(_MAX_VALUES)
    values = [(text_of(value), int(rows)) for value, rows in counted.collect().iter_rows()]
    return sorted(values, key=lambda item: (-item[1], item[0]))


def _plain(name: str) -> str:
    return re.sub(r"[\s.\-]+", "_", name.strip().lower())
