"""Settings: a flag over `dataaudit.toml` over `[tool.dataaudit]` of a pyproject.toml over a guess."""

from __future__ import annotations

import reprlib
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo, field_validator

from auditor.dataset.options import ReadOptions
from auditor.dataset.roles import NONE, Declared, split_names
from auditor.dataset.values import text_of
from auditor.errors import UsageError, did_you_mean, flag_of

CONFIG_NAME = "dataaudit.toml"
#: What the origin of a setting says of the Python API in place of a file.
PYTHON = "audit()"

Source = Literal["flag", "config"]
#: For each `table.key` that was set: by what, and in which file.
Origins = Mapping[str, tuple[Source, str]]

#: pydantic's words speak of Python's types; these of what to write.
_PLAIN = {
    "string_type": "must be text",
    "tuple_type": "must be a name or a list of names",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "dict_type": "must be a table",
}
#: As a flag is called, where the setting has another name.
_SHORT = {("run", "as"): "data_as"}
_IN_FILES = {(section, name): key for (section, key), name in _SHORT.items()}
#: What says something of a label, and nothing where there is none.
_OF_A_LABEL = ("label", "task", "label_is", "positive", "label_order")


def _as_names(value: Any) -> Any:
    return split_names(value) if isinstance(value, str) else _in_order(value)


def _as_columns(value: Any) -> Any:
    """A string stays whole: it is a list only where no column is called so, which the data tells."""
    return (value,) if isinstance(value, str) else _in_order(value)


def _in_order(value: Any) -> Any:
    return sorted(value, key=str) if isinstance(value, set | frozenset) else value


def _as_class(value: Any) -> Any:
    """Classes may be numbers, dates or truth values: named as the report names them."""
    plain = isinstance(value, bool | int | float | date) or type(value).__module__ == "numpy"
    return text_of(value) if plain else value


def _as_classes(value: Any) -> Any:
    value = _as_names(value)
    return tuple(map(_as_class, value)) if isinstance(value, list | tuple) else value


#: Names in a list, or in one string with commas.
Names = Annotated[tuple[str, ...], BeforeValidator(_as_names)]
Columns = Annotated[tuple[str, ...], BeforeValidator(_as_columns)]
Classes = Annotated[tuple[str, ...], BeforeValidator(_as_classes)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DatasetSection(_Section):
    """What the columns are; what is left out is guessed."""

    label: Columns | None = None
    sensitive: Columns | None = None
    text: Columns | None = None
    features: Columns | None = None
    annotator: Columns | None = None
    id: str | None = None
    split: str | None = None
    time: str | None = None
    weight: str | None = None
    group: str | None = None
    task: str | None = None
    label_is: str | None = None
    positive: Annotated[str, BeforeValidator(_as_class)] | None = None
    label_order: Classes | None = None
    unlabelled: bool = False
    pred_probs: Any = None  # a path, columns, or from Python an array or a frame

    @field_validator("label", "sensitive", "text", "features", "annotator", mode="before")
    @classmethod
    def _names_something(cls, value: Any, info: ValidationInfo) -> Any:
        """An empty string is a shell variable that was not set, and must not pass for "none"."""
        empty = isinstance(value, str) and not value.strip(" ,")
        if empty or (info.field_name == "label" and isinstance(value, list | tuple) and not value):
            raise ValueError("names no column")
        return value

    @field_validator("pred_probs")
    @classmethod
    def _probabilities(cls, value: Any) -> Any:
        if isinstance(value, PathLike):
            return str(Path(value))
        if isinstance(value, list | tuple) and value and all(isinstance(name, str) and name for name in value):
            return tuple(value)
        if value is None or (isinstance(value, str) and value.strip(" ,")) or hasattr(value, "shape"):
            return value
        raise ValueError("must be a file, names of columns or, in Python, an array of rows × classes or a frame")

    def declared(self, pred_probs: tuple[str, ...] = ()) -> Declared:
        """The same, with `sensitive = "none"` (or `annotator`) read as no such column.

        `pred_probs` are the columns that hold probabilities, which only the data tells from a path.
        """
        said = self.model_dump(exclude={"pred_probs"}) | {"pred_probs": pred_probs or None}
        for role in ("sensitive", "annotator"):
            if [name.strip() for name in said[role] or ()] == [NONE]:
                said[role] = ()
        return Declared(**said)


class ReadSection(_Section):
    """How the file is written; what is left out is found out."""

    delimiter: str | None = None
    encoding: str | None = None
    header: bool | None = None
    names: Names = ()
    decimal: str | None = None
    missing: Names | None = None
    skip_bad_lines: bool = False

    @field_validator("delimiter")
    @classmethod
    def _tab(cls, value: str | None) -> str | None:
        return "\t" if value in ("tab", "\\t") else value

    def options(self) -> ReadOptions:
        """The same, for the reader."""
        return ReadOptions(**self.model_dump())


class RunSection(_Section):
    """Which checks run."""

    select: Names = ()
    ignore: Names = ()
    fast: bool = False
    verdicts: str | None = None  # what people said of the labels before; "none" to leave it aside
    reference: Any = None  # the data to hold this against: a path or, from Python, a frame
    data_as: Literal["population", "batch"] = "population"  # what the data is to it: the same, or rows to join it

    @field_validator("reference")
    @classmethod
    def _data(cls, value: Any) -> Any:
        if isinstance(value, PathLike):
            return str(Path(value))
        if value is None or (isinstance(value, str) and value.strip()) or hasattr(value, "columns"):
            return value
        raise ValueError("must be the path of a file or, in Python, a frame")


class GateSection(_Section):
    """When training is stopped."""

    policy: Literal["recommended", "strict"] = "recommended"
    fail_on: Literal["fail", "undecided", "warning"] = "fail"
    exit_zero: bool = False


class Config(_Section):
    """All settings of a run. `origins` tells for each `section.key` that was set where that was."""

    dataset: DatasetSection = DatasetSection()
    read: ReadSection = ReadSection()
    run: RunSection = RunSection()
    gate: GateSection = GateSection()
    checks: dict[str, dict[str, Any]] = {}
    origins: dict[str, tuple[Source, str]] = {}

    @contextmanager
    def settings_named(self) -> Iterator[None]:
        """Within, a UsageError about a setting says where that was set: the flag, or the file and its table."""
        try:
            yield
        except UsageError as error:
            if not error.setting:
                raise
            raise error.at(_called(error.setting, self.origins)) from error


def load_config(flags: Mapping[str, Mapping[str, Any]], path: Path | None, near: Path | None, by: str = "") -> Config:
    """The settings of a run: `flags` by section and key over the file at `path`, or found upward of `near`.

    `by` names what gave the flags, where that is not the command line. Raises UsageError for a file that is not
    TOML, an unknown setting (the nearest known one is named), a value of the wrong type, or settings that
    contradict each other.
    """
    found = path or (find_config(near) if near else None)
    stored = _read(found) if found else {}
    merged: dict[str, dict[str, Any]] = {}
    origins: dict[str, tuple[Source, str]] = {}
    for section, values in stored.items():
        merged[section] = {_key(section, key): value for key, value in values.items()}
        origins |= {f"{section}.{key}": ("config", _shown(found)) for key in merged[section]}
    _overrule(merged.get("dataset", {}), origins, flags.get("dataset", {}))
    for section, given in flags.items():
        for key, value in given.items():
            merged.setdefault(section, {})[key] = value
            origins[f"{section}.{key}"] = ("flag", by)
    return _validated(merged, origins, _shown(found))


def _shown(path: Path | None) -> str:
    """A file's name for people and reports, which hold UTF-8 only."""
    return str(path or "").encode("utf-8", "backslashreplace").decode("utf-8")


def _overrule(stored: dict[str, Any], origins: dict[str, tuple[Source, str]], flags: Mapping[str, Any]) -> None:
    """A flag that says there is a label, or that there is none, overrules what the file says of it."""
    against: tuple[str, ...] = _OF_A_LABEL if flags.get("unlabelled") is True else ()
    if flags.get("label") is not None:
        against = ("unlabelled",)
    for key in against:
        if stored.pop(key, None) is not None:
            del origins[f"dataset.{key}"]


def _called(setting: str, origins: Origins) -> str:
    """What its user calls a setting `table.key`: the file with the table and the key, the flag, the argument."""
    table, _, key = setting.partition(".")
    source, where = origins.get(setting, ("flag", ""))
    if source == "config":
        key = _IN_FILES.get((table, key), key)
        prefix = "tool.dataaudit." if Path(where).name == "pyproject.toml" else ""
        place = f"[{prefix}{setting}]" if table == "checks" else f"[{prefix}{table}] {key}"
        return f"{where}: {place}"
    return f"audit({key}=…)" if where == PYTHON else flag_of(setting)


def find_config(near: Path) -> Path | None:
    """`dataaudit.toml` beside the data, then upward to the repository's root; or a pyproject.toml with our table."""
    folder = near.resolve() if near.is_dir() else near.resolve().parent
    for place in (folder, *folder.parents):
        if (candidate := place / CONFIG_NAME).is_file():
            return candidate
        project = place / "pyproject.toml"
        if project.is_file() and _speaks_of_us(project):
            return project
        if (place / ".git").exists():
            return None
    return None


def _speaks_of_us(project: Path) -> bool:
    """Whether a pyproject.toml has our table; one that is broken and names us does, and is an error."""
    if b"dataaudit" not in _bytes(project):
        return False
    try:
        return "dataaudit" in _table(_parsed(project), "tool")
    except UsageError:
        return True


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}.") from error


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_bytes(path).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML: {error}.") from error


def _table(tables: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = tables.get(name, {})
    return value if isinstance(value, dict) else {}


def _read(path: Path) -> dict[str, dict[str, Any]]:
    tables = _parsed(path)
    if path.name == "pyproject.toml":
        ours = _table(tables, "tool").get("dataaudit", {})
        if not isinstance(ours, dict):
            raise UsageError(f"{path}: tool.dataaudit is no table. Write [tool.dataaudit.dataset] and the like.")
        tables = ours
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise UsageError(f"{path}: {name!r} stands outside a table. {did_you_mean(name, _sections())}")
    return tables


def _key(section: str, key: str) -> str:
    if section == "checks":
        return key  # a check's id has its dashes
    return _SHORT.get((section, key)) or key.replace("-", "_")


def _sections() -> list[str]:
    return [name for name in Config.model_fields if name != "origins"]


def _validated(merged: dict[str, dict[str, Any]], origins: dict[str, tuple[Source, str]], path: str) -> Config:
    where = f"{path}: " if path else ""
    for section, values in merged.items():
        if section not in _sections():
            raise UsageError(f"{where}unknown table [{section}]. {did_you_mean(section, _sections())}")
        if section == "checks":
            continue
        fields = Config.model_fields[section].annotation.model_fields  # type: ignore[union-attr]  # each is a section model
        for key in values:
            if key not in fields:
                raise UsageError(f"{where}[{section}] has no setting {key!r}. {did_you_mean(key, fields)}")
    _writable(merged, origins)
    try:
        config = Config(**merged, origins=origins)
    except ValidationError as error:
        first = error.errors()[0]
        said = _PLAIN.get(first["type"]) or first["msg"].removeprefix("Value error, ")
        setting = ".".join(str(part) for part in first["loc"][:2])
        raise UsageError(f"{_called(setting, origins)}: {said} (found {reprlib.repr(first['input'])}).") from error
    _no_contradiction(config)
    return config


def _writable(merged: Mapping[str, Mapping[str, Any]], origins: Origins) -> None:
    """A report is UTF-8: what a shell passed on that is not would break it at the end."""
    for section, values in merged.items():
        for key, value in values.items():
            for text in value if isinstance(value, list | tuple) else (value,):
                if isinstance(text, str) and not _is_unicode(text):
                    raise UsageError(f"{_called(f'{section}.{key}', origins)}: {text!r} is not UTF-8 text.")


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _no_contradiction(config: Config) -> None:
    said = [key for key in _OF_A_LABEL if getattr(config.dataset, key) is not None]
    if config.dataset.unlabelled and said:
        named, other = (_called(f"dataset.{key}", config.origins) for key in ("unlabelled", said[0]))
        raise UsageError(f"{named}: there is no label, but {other} is given. Leave one of the two out.")
    if config.run.data_as == "batch" and config.run.reference is None:
        told = _called("run.data_as", config.origins)
        raise UsageError(f"{told}: a batch is to join other data. Name that data with --reference.")
