"""A pandera schema read from its file: nothing in it evaluated, nothing in it silently ignored."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from auditor.errors import AuditError
from auditor.evidence.contracts import contract_text, imported, quiet, without_repeats

_TABLE_KEYS = frozenset({
    "schema_type", "version", "api", "dataframe_library", "columns", "checks", "index", "multiindex", "dtype",
    "coerce", "strict", "name", "ordered", "unique", "report_duplicates", "unique_column_names",
    "add_missing_columns", "title", "description", "drop_invalid_rows", "metadata",
})  # fmt: skip
_COLUMN_KEYS = frozenset({
    "title", "description", "dtype", "nullable", "checks", "name", "unique", "coerce", "required", "regex",
    "default", "report_duplicates", "drop_invalid_rows", "metadata",
})  # fmt: skip
_OPTIONS = frozenset({
    "check_name", "ignore_na", "raise_warning", "n_failure_cases", "groupby", "groups", "error", "name",
})  # fmt: skip
_SHORT_NAMES = frozenset({"eq", "ne", "gt", "ge", "lt", "le", "between"})
_LIBRARIES = frozenset({"pandas", "modin", "dask", "pyspark.pandas", "polars"})
_POLARS_TYPES = {
    "String": "str", "Utf8": "str", "Boolean": "bool", "Categorical": "category", "Date": "datetime64[ns]",
}  # fmt: skip


def load_schema(path: str) -> Any:
    """The pandera `DataFrameSchema` of a YAML or JSON file; AuditError for what cannot be run whole."""
    with quiet():
        imported("pandera.pandas")
        reader = imported("pandera.io.pandas_io")
    declared = _parsed(path)
    problem = next(_problems(declared), None)
    if problem:
        raise AuditError(f"the contract {path} cannot be run: {problem}")
    counts = [len(_check_names(part)) for part in _parts(declared)]
    try:
        with quiet():
            schema = reader.deserialize_schema(_for_pandas(declared))
    except Exception as error:
        raise AuditError(f"{path} is no pandera schema: {type(error).__name__}: {error}") from error
    if counts != [len(part.checks) for part in _loaded_parts(schema)]:
        raise AuditError(f"the contract {path} cannot be run: this pandera drops some of its checks; update it")
    return schema


def _parsed(path: str) -> dict[str, Any]:
    text = contract_text(path)
    try:
        if Path(path).suffix.lower() == ".json":
            declared = json.loads(text, object_pairs_hook=without_repeats)
        else:
            declared = _yaml(text)
    except AuditError:
        raise
    except Exception as error:  # whatever a parser raises on a hostile text
        raise AuditError(f"the contract {path} cannot be parsed: {error}") from error
    if not isinstance(declared, dict) or not {"schema_type", "columns"} & declared.keys():
        raise AuditError(f"{path} is no pandera schema: write it with DataFrameSchema.to_yaml() or to_json()")
    return declared


def _yaml(text: str) -> Any:
    yaml = imported("yaml")
    tree = yaml.compose(text, Loader=yaml.SafeLoader)
    waiting, seen = [tree] if tree else [], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            without_repeats((str(key.value), None) for key, _ in node.value)
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return yaml.safe_load(text)


def _problems(declared: Mapping[str, Any]) -> Iterator[str]:
    """What would make pandera check less than the file declares."""
    library = declared.get("api") or declared.get("dataframe_library") or "pandas"
    if library not in _LIBRARIES:
        yield f"it was written for {library!r}; write it with pandera.pandas or pandera.polars"
    for key in sorted(map(str, declared.keys() - _TABLE_KEYS)):
        yield f"{key!r} is nothing that a pandera schema has"
    if not _is_well_formed(declared):
        yield "its columns, their checks or its index are not written as pandera writes them"
        return
    for name, part in [*_named_parts(declared), ("table", declared)]:
        yield from _problems_of_checks(name, part, "version" in declared)


def _is_well_formed(declared: Mapping[str, Any]) -> bool:
    columns, index = declared.get("columns") or {}, declared.get("index") or []
    if not isinstance(columns, dict | list) or not isinstance(index, list):
        return False
    parts = [declared, *(columns.values() if isinstance(columns, dict) else columns), *index]
    return all(isinstance(part, dict) and isinstance(part.get("checks") or [], dict | list) for part in parts)


def _problems_of_checks(name: str, part: Mapping[str, Any], in_full: bool) -> Iterator[str]:
    if "checks" in part and part["checks"] is None and not in_full:
        yield (
            f"{name} says `checks: null`, which pandera writes where it left out a check that it cannot "
            "write, such as a lambda. Use built-in checks only, or remove that line if none is missed"
        )
    known = _known_checks()
    for check in _check_names(part):
        if check not in known:
            yield f"{name}: {check!r} is neither an option of pandera nor one of its built-in checks"
    for options in _options(part):
        for option in sorted(map(str, options.keys() - _OPTIONS)):
            yield f"{name}: {option!r} is no option of a check"


def _known_checks() -> frozenset[str]:
    check = imported("pandera.api.checks").Check
    return _SHORT_NAMES.union(check.CHECK_FUNCTION_REGISTRY, check.REGISTERED_CUSTOM_CHECKS)


def _check_names(part: Mapping[str, Any]) -> list[str]:
    """The checks of a column, or of the table: in a list, in a mapping, or as keys of the column itself."""
    listed = part.get("checks") or []
    if isinstance(listed, dict):
        names = [str(name) for name in listed]
    else:
        named = [entry.get("options") if isinstance(entry, dict) else None for entry in listed]
        names = [str(options.get("check_name") if isinstance(options, dict) else None) for options in named]
    flat = () if "columns" in part or "schema_type" in part else part.keys() - _COLUMN_KEYS
    return names + sorted(map(str, flat))


def _options(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = part.get("checks") or []
    entries = listed.values() if isinstance(listed, dict) else listed
    options = [entry.get("options") for entry in entries if isinstance(entry, dict)]
    return [option for option in options if isinstance(option, dict)]


def _named_parts(declared: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    columns = declared.get("columns") or {}
    parts = columns.items() if isinstance(columns, dict) else [(part.get("name"), part) for part in columns]
    index = [("index", part) for part in declared.get("index") or []]
    return [*((f"column {name!r}", part) for name, part in parts), *index]


def _parts(declared: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*(part for _, part in _named_parts(declared)), declared]


def _loaded_parts(schema: Any) -> list[Any]:
    index = [] if schema.index is None else getattr(schema.index, "indexes", [schema.index])
    return [*schema.columns.values(), *index, schema]


def _for_pandas(declared: dict[str, Any]) -> dict[str, Any]:
    """A copy to take apart, with the type names of Polars put into those of pandas."""
    made = deepcopy(declared)
    if made.get("api") == "polars":
        for _, part in _named_parts(made):
            part["dtype"] = _from_polars(part.get("dtype"))
        made["dtype"] = _from_polars(made.get("dtype"))
    return made


def _from_polars(name: Any) -> Any:
    if not isinstance(name, str):
        return name
    zone = re.fullmatch(r"Datetime\(.*time_zone=(None|'[\w/+-]+')\)", name)
    if zone:
        return "datetime64[ns]" if zone[1] == "None" else f"datetime64[ns, {zone[1][1:-1]}]"
    if re.fullmatch(r"U?Int(8|16|32|64)|Float(32|64)", name):
        return name.lower()
    if name not in _POLARS_TYPES:
        raise ValueError(f"columns of the Polars type {name} are not supported in a contract")
    return _POLARS_TYPES[name]
