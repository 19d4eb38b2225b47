from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, distribution
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest
from pydantic import Field, model_validator

from auditor import plugins
from auditor.check import Check, Evidence, Family, Finding, Measure, Skip
from auditor.errors import UsageError
from auditor.plugins import Broken, Found, Plugin, configure, find_checks, flaw, load


class Fine(Check):
    """All is well."""

    id: ClassVar[str] = "fine"
    family: ClassVar[Family] = Family.DIVERSITY

    min_rows: int = 3
    max_share: float = 0.5

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        yield from ()


class Other(Fine):
    """All is well here too."""

    id: ClassVar[str] = "other"
    family: ClassVar[Family] = Family.BIAS


class Shouting(Fine):
    id: ClassVar[str] = "NotKebab"


class Numbered(Fine):
    id: ClassVar[Any] = 5


class Homeless(Fine):
    id: ClassVar[str] = "homeless"
    family: ClassVar[Any] = "diversity"


class Speechless(Fine):
    remedy: ClassVar[Any] = None


class Hushed(Fine):
    default_level: ClassVar[Any] = "quiet"


class Levelled(Fine):
    level: str = "interval"


class Unmeasured(Check):
    id: ClassVar[str] = "unmeasured"
    family: ClassVar[Family] = Family.BIAS


class Nameless(Unmeasured):
    def measure(self, evidence: Evidence) -> Iterator[Measure]:
        yield from ()


del Unmeasured.id
FOUND = Found((Plugin(Fine, "mine"), Plugin(Other, "mine")), ())
BROKEN = Found(FOUND.plugins, (Broken("theirs", "their-package", "no such module"),))


def point(value: str, name: str = "mine") -> EntryPoint:
    return EntryPoint(name, value, plugins.GROUP)


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    made = ModuleType("dataaudit_test_plugin")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    return made


def problem(module: ModuleType, checks: Any) -> str:
    module.checks = checks  # type: ignore[attr-defined]  # what an entry point names
    loaded = load(point(f"{module.__name__}:checks"))
    assert isinstance(loaded, Broken)
    assert (loaded.name, loaded.distribution) == ("mine", "unknown")
    return loaded.problem


def test_a_plugin_gives_its_checks(module: ModuleType) -> None:
    module.checks = lambda: (check for check in (Fine, Other))  # type: ignore[attr-defined]
    assert load(point(f"{module.__name__}:checks")) == [Plugin(Fine, "unknown"), Plugin(Other, "unknown")]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("raise ValueError('no')", "ValueError: no"),
        ("import sys; sys.exit(0)", "SystemExit: 0"),
        ("import not_there_at_all", "ModuleNotFoundError"),
        ("def checks(:", "SyntaxError"),
        ("check = 1", "AttributeError"),
        ("checks = 1", "TypeError"),
        ("def checks(): raise SystemExit(0)", "SystemExit: 0"),
        ("def checks(): pass", "TypeError"),
        ("def checks(): return 5", "TypeError"),
    ],
)
def test_what_cannot_be_loaded_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, told: str
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "broken_audit_plugin.py").write_text(source)
    monkeypatch.delitem(sys.modules, "broken_audit_plugin", raising=False)
    loaded = load(point("broken_audit_plugin:checks"))
    monkeypatch.delitem(sys.modules, "broken_audit_plugin", raising=False)
    assert isinstance(loaded, Broken)
    assert told in loaded.problem


def test_who_interrupts_the_search_means_it(module: ModuleType) -> None:
    def checks() -> list[type[Check]]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        problem(module, checks)


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        (Fine(), "not a subclass"),
        (dict, "not a subclass"),
        (None, "not a subclass"),
        (Shouting, "kebab-case"),
        (Numbered, "kebab-case"),
        (Nameless, "kebab-case"),
        (Homeless, "family"),
        (Speechless, "remedy"),
        (Hushed, "default_level"),
        (Levelled, "has an option 'level'"),
    ],
    ids=lambda one: one if isinstance(one, str) else getattr(one, "__name__", type(one).__name__),
)
def test_what_is_no_check_is_named(module: ModuleType, thing: Any, told: str) -> None:
    assert told in str(flaw(thing))
    assert told in problem(module, lambda: [Fine, thing])


def test_a_check_that_does_not_measure_is_named() -> None:
    class Lazy(Check):
        id: ClassVar[str] = "lazy"
        family: ClassVar[Family] = Family.BIAS

    assert flaw(Lazy) == "Lazy has no `measure`"


def test_a_thing_that_cannot_even_be_shown_is_a_broken_plugin(module: ModuleType) -> None:
    class Mute:
        def __repr__(self) -> str:
            raise RuntimeError("no words")

    assert "RuntimeError: no words" in problem(module, lambda: [Mute()])


def test_the_built_in_checks_come_first_and_through_the_same_door() -> None:
    found = find_checks()
    assert not found.broken
    assert found.plugins[0].distribution == "dataaudit"
    assert len({plugin.check.id for plugin in found.plugins}) == len(found.plugins) > 5


def test_an_id_that_is_taken_is_refused_and_the_first_one_stays(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType
) -> None:
    class Impostor(Fine):
        id: ClassVar[str] = "class-imbalance"

    module.checks = lambda: [Impostor, Fine]  # type: ignore[attr-defined]
    ours = list(distribution("dataaudit").entry_points.select(group=plugins.GROUP))
    monkeypatch.setattr(plugins, "entry_points", lambda group: [point(f"{module.__name__}:checks"), *ours])
    found = find_checks()
    (broken,) = found.broken
    assert broken == Broken("mine", "unknown", "its check 'class-imbalance' is already given by dataaudit")
    by_id = {plugin.check.id: plugin for plugin in found.plugins}
    assert by_id["class-imbalance"].distribution == "dataaudit"
    assert by_id["fine"].check is Fine


def test_an_entry_point_that_is_listed_twice_is_one(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    module.checks = lambda: [Fine]  # type: ignore[attr-defined]
    twice = [point(f"{module.__name__}:checks"), point(f"{module.__name__}:checks")]
    monkeypatch.setattr(plugins, "entry_points", lambda group: twice)
    assert find_checks() == Found((Plugin(Fine, "unknown"),), ())


def ids(select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> list[str]:
    return [one.check.id for one in configure(FOUND, {}, select, ignore)]


def test_checks_are_chosen_by_id_or_family() -> None:
    assert ids() == ["fine", "other"]
    assert ids(select=("bias",)) == ["other"]
    assert ids(select=("fine",)) == ["fine"]
    assert ids(ignore=("bias",)) == ["fine"]
    assert ids(select=("fine", "bias"), ignore=("other",)) == ["fine"]


def test_no_check_at_all_is_a_wrong_usage() -> None:
    with pytest.raises(UsageError, match="no check is left"):
        ids(select=("fine",), ignore=("diversity",))


@pytest.mark.parametrize("where", ["select", "ignore"])
def test_an_unknown_check_is_refused_with_the_nearest(where: str) -> None:
    with pytest.raises(UsageError, match="there is no check 'fin'. Did you mean 'fine'?"):
        ids(**{where: ("fin",)})


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"fin": {}}, "there is no check 'fin'. Did you mean 'fine'?"),
        ({"bias": {"level": "warn"}}, "there is no check 'bias'"),  # a family has no options
        ({"fine": {"min_row": 3}}, "[checks.fine]: there is no option 'min_row'. Did you mean 'min_rows'?"),
        ({"fine": {"min_rows": "many"}}, "[checks.fine]: min_rows should "),
        ({"fine": {"max_share": []}}, "[checks.fine]: max_share should "),
        ({"fine": {"level": "loud"}}, "[checks.fine]: level is 'error' or 'warn', not 'loud'."),
        ({"fine": {"level": ["warn"]}}, "not ['warn']"),
        ({"fine": {"levle": "warn"}}, "Did you mean 'level'?"),
        ({"fine": {"id": "x"}}, "there is no option 'id'"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, dict[str, Any]], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        configure(FOUND, options, (), ())
    assert told in str(caught.value)


def test_a_check_may_only_warn_unless_the_config_says_otherwise() -> None:
    class Warning_(Fine):
        id: ClassVar[str] = "warning"
        default_level: ClassVar[Any] = "warn"

    found = Found((Plugin(Warning_, "mine"),), ())
    assert configure(found, {}, (), ())[0].level == "warn"
    assert configure(found, {"warning": {"level": "error"}}, (), ())[0].level == "error"


def test_a_batch_has_levels_of_its_own_unless_one_is_set() -> None:
    class OfTheWhole(Fine):
        id: ClassVar[str] = "whole"
        batch_level: ClassVar[Any] = "warn"

    class Odd(Fine):
        batch_level: ClassVar[Any] = "loud"

    found = Found(tuple(Plugin(check, "mine") for check in (Fine, Other, OfTheWhole)), ())
    assert [one.level for one in configure(found, {}, (), ())] == ["error"] * 3
    assert [one.level for one in configure(found, {}, (), (), batch=True)] == ["error", "warn", "warn"]
    set_by_user = {"whole": {"level": "error"}}
    assert configure(found, set_by_user, (), (), batch=True)[2].level == "error"
    assert "batch_level" in (flaw(Odd) or "")


def test_options_and_level_reach_the_check() -> None:
    options = {"fine": {"min-rows": 7, "level": "warn"}}
    first, second = configure(FOUND, options, (), ())
    assert first.check == Fine(min_rows=7)
    assert (first.level, second.level) == ("warn", "error")


def test_settings_of_a_plugin_that_is_broken_do_not_hide_that_it_is() -> None:
    told = configure(BROKEN, {"their-check": {"limit": 1}}, (), ())
    assert [one.check.id for one in told] == ["fine", "other"]
    assert configure(BROKEN, {}, ("their-check",), ()) == []  # the verdict is an error all the same


def test_a_wrong_option_is_told_of_also_where_its_check_does_not_run() -> None:
    found = Found((Plugin(Fine, "mine"), Plugin(Other, "mine")), ())
    with pytest.raises(UsageError, match=r"there is no option 'min_row'"):
        configure(found, {"other": {"min_row": 1}}, select=("fine",), ignore=())


def test_a_wrong_value_is_told_of_in_plain_words() -> None:
    found = Found((Plugin(Fine, "mine"),), ())
    with pytest.raises(UsageError, match=r"min_rows should be a valid integer.* \(found 'few'\)"):
        configure(found, {"fine": {"min_rows": "few"}}, select=(), ignore=())


class Demanding(Fine):
    column: str  # no default


class Reading(Fine):
    shares: tuple[float, ...] = Field(default=("0.5",), validate_default=True)


class Judging(Fine):
    @model_validator(mode="after")
    def _enough(self) -> Judging:
        if self.min_rows < 5:
            raise ValueError("min_rows: 5 at least")
        return self


@pytest.mark.parametrize(("check", "told"), [(Demanding, "column"), (Judging, "5 at least")])
def test_a_check_that_asks_for_it_is_validated_without_options_too(check: type[Check], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        configure(Found((Plugin(check, "else"),), ()), {}, (), ())


def test_defaults_are_validated_where_that_is_asked_for() -> None:
    (one,) = configure(Found((Plugin(Reading, "else"),), ()), {}, (), ())
    assert one.check.model_dump()["shares"] == (0.5,)


def test_options_that_are_given_are_validated() -> None:
    (one,) = configure(Found((Plugin(Fine, "else"),), ()), {"fine": {"min-rows": "7"}}, (), ())
    assert one.check.model_dump()["min_rows"] == 7
