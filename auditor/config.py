"""Settings: a flag over `dataaudit.toml` over `[tool.dataaudit]` of a pyproject.toml over a guess."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo, field_validator

from auditor.dataset.readers import ReadOptions
from auditor.dataset.roles import NONE, Declared
from auditor.errors import UsageError, did_you_mean

CONFIG_NAME = "dataaudit.toml"

Source = Literal["flag", "config"]


def _as_names(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


#: Names in a list, or in one string with commas.
Names = Annotated[tuple[str, ...], BeforeValidator(_as_names)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DatasetSection(_Section):
    """What the columns are; what is left out is guessed."""

    label: Names | None = None
    sensitive: Names | None = None
    text: Names | None = None
    features: Names | None = None
    id: str | None = None
    split: str | None = None
    annotator: str | None = None
    time: str | None = None
    weight: str | None = None
    group: str | None = None
    task: str | None = None
    label_is: str | None = None
    positive: str | None = None
    label_order: Names | None = None
    unlabelled: bool = False

    @field_validator("label", "sensitive", "text", "features", mode="before")
    @classmethod
    def _names_something(cls, value: Any, info: ValidationInfo) -> Any:
        """An empty string is a shell variable that was not set, and must not pass for "none"."""
        empty = not value.strip(" ,") if isinstance(value, str) else info.field_name == "label" and not value
        if empty and value is not None:
            raise ValueError("names no column")
        return value

    def declared(self) -> Declared:
        """The same, with `sensitive = "none"` read as no sensitive column."""
        said = self.model_dump()
        if said["sensitive"] == (NONE,):
            said["sensitive"] = ()
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

    def options(self) -> ReadOptions:
        """The same, for the reader."""
        return ReadOptions(**self.model_dump())


class RunSection(_Section):
    """Which checks run."""

    select: Names = ()
    ignore: Names = ()
    fast: bool = False


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


def load_config(flags: Mapping[str, Mapping[str, Any]], path: Path | None, near: Path | None) -> Config:
    """The settings of a run: `flags` by section and key over the file at `path`, or found upward of `near`.

    Raises UsageError for a file that is not TOML, an unknown setting (the nearest known one is named) or a
    value of the wrong type.
    """
    found = path or (find_config(near) if near else None)
    stored = _read(found) if found else {}
    merged: dict[str, dict[str, Any]] = {}
    origins: dict[str, tuple[Source, str]] = {}
    for section, values in stored.items():
        merged[section] = {_key(section, key): value for key, value in values.items()}
        origins |= {f"{section}.{key}": ("config", str(found)) for key in merged[section]}
    for section, given in flags.items():
        for key, value in given.items():
            merged.setdefault(section, {})[key] = value
            origins[f"{section}.{key}"] = ("flag", "")
    return _validated(merged, origins, str(found or ""))


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
    return key if section == "checks" else key.replace("-", "_")  # a check's id has its dashes


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
    try:
        return Config(**merged, origins=origins)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{where}{place}: {first['msg']} (found {first['input']!r}).") from error
