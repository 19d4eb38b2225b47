"""Finding checks: every one, built in or not, comes through the entry-point group `dataaudit.checks`.

An entry point names a function that returns check classes. What cannot be loaded is a value, not a crash.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic import ValidationError

from auditor.check import Check, Family
from auditor.errors import UsageError, did_you_mean

GROUP = "dataaudit.checks"
LEVEL = "level"  # the one option of a check that the gate reads
LEVELS = ("error", "warn")


@dataclass(frozen=True, slots=True)
class Plugin:
    """A check class and the distribution it comes from."""

    check: type[Check]
    distribution: str


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry point that gave no checks, and why."""

    name: str
    distribution: str
    problem: str


@dataclass(frozen=True, slots=True)
class Found:
    """All checks by id order of discovery, and what is broken."""

    plugins: tuple[Plugin, ...]
    broken: tuple[Broken, ...]


def find_checks() -> Found:
    """Load every entry point, the built-in ones first."""
    points = sorted(
        entry_points(group=GROUP),
        key=lambda point: (_origin(point) != "dataaudit", _origin(point), point.name),
    )
    plugins: dict[str, Plugin] = {}
    broken: list[Broken] = []
    for point in dict.fromkeys(points):
        loaded = load(point)
        if isinstance(loaded, Broken):
            broken.append(loaded)
            continue
        for plugin in loaded:
            if plugin.check.id in plugins:
                other = plugins[plugin.check.id].distribution
                problem = f"its check {plugin.check.id!r} is already given by {other}"
                broken.append(Broken(point.name, plugin.distribution, problem))
            else:
                plugins[plugin.check.id] = plugin
    return Found(tuple(plugins.values()), tuple(broken))


def load(point: EntryPoint) -> list[Plugin] | Broken:
    """The checks of one entry point. Whatever goes wrong in foreign code ends here, by name."""
    try:
        classes = list(point.load()())
        problem = next(filter(None, map(flaw, classes)), None)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # a plugin may even call sys.exit when imported
        problem = f"it could not be loaded: {type(error).__name__}: {error}"
    if problem is not None:
        return Broken(point.name, _origin(point), problem)
    return [Plugin(check, _origin(point)) for check in classes]


def flaw(check: Any) -> str | None:
    """What is wrong with a check class, if anything is."""
    if not (isinstance(check, type) and issubclass(check, Check)):
        return f"{check!r} is not a subclass of auditor.check.Check"
    check_id = getattr(check, "id", None)
    if not (isinstance(check_id, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", check_id)):
        return f"{check.__name__} needs an `id` in kebab-case"
    if not isinstance(getattr(check, "family", None), Family):
        return f"{check.__name__} needs a `family`"
    if not isinstance(check.remedy, str):
        return f"{check.__name__} needs a `remedy` of text, or none"
    if check.default_level not in LEVELS:
        return f"{check.__name__} needs a `default_level` that is 'error' or 'warn'"
    if check.batch_level not in (None, *LEVELS):
        return f"{check.__name__} needs a `batch_level` that is 'error' or 'warn', or none"
    if LEVEL in check.model_fields:
        return f"{check.__name__} has an option {LEVEL!r}, which each check has already: give it another name"
    if getattr(check, "__abstractmethods__", None):
        return f"{check.__name__} has no `measure`"
    return None


@dataclass(frozen=True, slots=True)
class Configured:
    """A check with its options, ready to run."""

    check: Check
    distribution: str
    level: str


def configure(
    found: Found,
    options: Mapping[str, Mapping[str, Any]],
    select: Sequence[str],
    ignore: Sequence[str],
    *,
    batch: bool = False,
) -> list[Configured]:
    """The checks to run. UsageError for an unknown check or option; the nearest known one is named.

    For a `batch` that is to join other data, some checks have a level of their own unless the options say otherwise.
    Where a plugin is broken, an unknown check may be one of its own; then the plugin is what is reported.
    """
    known = [plugin.check.id for plugin in found.plugins]
    if not found.broken:
        for setting, names in (("run.select", select), ("run.ignore", ignore)):
            for name in names:
                _known(name, [*known, *Family], setting)
        for name in options:
            _known(name, known, f"checks.{name}")
    # A wrong option is told of whether its check runs this time or not.
    configured = [_with_options(plugin, options.get(plugin.check.id, {}), batch) for plugin in found.plugins]
    chosen = [one for one in configured if (not select or _in(one.check, select)) and not _in(one.check, ignore)]
    if not (chosen or found.broken):
        raise UsageError("no check is left to run. Loosen --select and --ignore.")
    return chosen


def _known(name: str, known: Sequence[str], setting: str) -> None:
    if name not in known:
        raise UsageError(f"there is no check {name!r}. {did_you_mean(name, known)}", setting)


def _in(check: Check, names: Sequence[str]) -> bool:
    return check.id in names or check.family in names


def _with_options(plugin: Plugin, options: Mapping[str, Any], batch: bool) -> Configured:
    setting = f"checks.{plugin.check.id}"
    given = {key.replace("-", "_"): value for key, value in options.items()}
    level = given.pop(LEVEL, _usual_level(plugin.check, batch))
    if level not in LEVELS:  # it may be of any type
        raise UsageError(f"level is 'error' or 'warn', not {level!r}.", setting)
    fields = plugin.check.model_fields
    for key in given:
        if key not in fields:
            raise UsageError(f"there is no option {key!r}. {did_you_mean(key, [LEVEL, *fields])}", setting)
    try:
        check = plugin.check(**given) if given or _asks_for_validation(plugin.check) else plugin.check.model_construct()
        return Configured(check, plugin.distribution, level)
    except ValidationError as error:
        raise UsageError(_told(error), setting) from error


def _asks_for_validation(check: type[Check]) -> bool:
    """Whether the options as declared are not what the check would have of them: mostly they are, and need no look."""
    fields = check.model_fields.values()
    asked = check.model_config.get("validate_default") or check.__pydantic_decorators__.model_validators
    return bool(asked) or any(field.is_required() or field.validate_default for field in fields)


#: What pydantic calls by Python's words.
_PLAIN = {"tuple_type": "should be a list", "dict_type": "should be a table of names and values"}


def _told(error: ValidationError) -> str:
    """What is wrong with an option, by its name; with several, what they say together."""
    first = error.errors()[0]
    told = _PLAIN.get(first["type"], first["msg"].removeprefix("Value error, ").replace("Input should", "should"))
    return f"{first['loc'][0]} {told} (found {first['input']!r})." if first["loc"] else f"{told}."


def _usual_level(check: type[Check], batch: bool) -> str:
    """How groups of people compare is asked of the whole that a batch joins, so that the batch alone is warned of."""
    if not batch:
        return check.default_level
    return check.batch_level or ("warn" if check.family is Family.BIAS else check.default_level)


def _origin(point: EntryPoint) -> str:
    """The distribution's name; a broken installation may have none."""
    return (point.dist.name if point.dist is not None else None) or "unknown"
