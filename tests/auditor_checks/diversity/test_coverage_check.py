from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from auditor.check import Measure, Skip, Slice
from auditor.errors import UsageError
from auditor.evidence import Evidence
from auditor.testing import Status, decided, evidence_of, findings_of, measures_of
from auditor_checks.diversity.coverage import Coverage

PLATES = {
    "region": ["US", "CA", "MX"],
    "colour": ["white", "yellow"],
    "light": ["day", "night"],
    "weather": ["dry", "rain"],
    "vehicle": ["car", "truck"],
    "angle": ["front", "side"],
    "camera": ["fixed", "moving"],
}


def plates() -> dict[str, list[str]]:
    """Every combination once: 192 rows, each pair of values in 16 of them or more."""
    rows = list(product(*PLATES.values()))
    return {name: [row[at] for row in rows] for at, name in enumerate(PLATES)}


def grid(**left_out: str) -> dict[str, list[str]]:
    """Ten rows of each combination of a, b and c but one."""
    rows = [row for row in product("xy", "uv", "pq") if row != tuple(left_out.values())] * 10
    return {name: [row[at] for row in rows] for at, name in enumerate("abc")}


def held(check: Coverage, table: Any, **roles: Any) -> dict[tuple[str, str], Measure]:
    return {(m.name, str(m.subject)): m for m in measures_of(check, table, **roles)}


def subjects(check: Coverage, table: Any, **roles: Any) -> list[str]:
    return [str(f.subject) for f in findings_of(check, table, **roles) if isinstance(f.subject, Slice)]


def test_a_region_that_is_missing_among_seven_attributes() -> None:
    check = Coverage(min_rows=10, domains={"region": ("US", "CA", "MX", "EU")})
    result = decided(check, plates())
    assert result.status is Status.FAIL
    assert [d.measure.name for d in result.decided if d.status is Status.FAIL] == ["values-lacking"]
    (gap, collect) = result.outcome.findings
    assert (gap.subject, gap.message, gap.count) == (Slice((("region", "EU"),)), "0 rows; needs 10", 0)
    assert collect.message.endswith("how many each is the first to cover): 10 rows of region = EU (1)")
    assert collect.count == 10


def test_the_same_region_is_missed_where_the_reference_has_it() -> None:
    table = plates()
    theirs = {**table, "region": ["EU"] * 100 + table["region"][100:]}
    evidence = with_reference(table, theirs)
    result = decided(Coverage(min_rows=10), evidence)
    (failed,) = [d.measure for d in result.decided if d.status is Status.FAIL]
    assert (failed.name, failed.note) == ("values-lacking", "region = EU")
    assert decided(Coverage(min_rows=10), with_reference(table, table)).status is Status.PASS


def test_a_value_that_is_rare_in_the_reference_too_is_not_due() -> None:
    table = plates()
    theirs = {**table, "region": ["EU"] * 9 + table["region"][9:]}
    assert decided(Coverage(min_rows=10), with_reference(table, theirs)).status is Status.PASS


def with_reference(table: dict[str, list[str]], theirs: dict[str, list[str]]) -> Evidence:
    from auditor.dataset.table import Reference

    dataset, other = evidence_of(table).dataset, evidence_of(theirs).dataset
    return Evidence(replace(dataset, reference=Reference(other, (), (), {})))


def test_what_the_test_part_shows_and_the_training_part_does_not() -> None:
    table = plates()
    doubled = {name: values * 2 for name, values in table.items()}
    doubled["region"] = [*table["region"][:192], *["EU" if r == "MX" else r for r in table["region"]]]
    split = ["train"] * 192 + ["test"] * 192
    parted = {**doubled, "split": split}
    assert subjects(Coverage(min_rows=10), parted, split="split") == ["region = EU"]
    result = decided(Coverage(min_rows=10), parted, split="split")
    assert [d.measure.note for d in result.decided if d.status is Status.FAIL] == ["region = EU"]
    assert subjects(Coverage(min_rows=10), doubled) == []


def test_all_combinations_that_are_there_pass() -> None:
    result = decided(Coverage(min_rows=10), plates())
    assert result.status is Status.PASS
    assert not result.outcome.findings
    told = held(Coverage(min_rows=10), plates())
    assert told["covered", "single values"].estimate.value == told["covered", "pairs"].estimate.value == 1


def test_a_combination_that_is_lacking_though_its_parts_are_there() -> None:
    table = grid(a="x", b="u", c="p")
    assert subjects(Coverage(min_rows=10, depth=3), table) == ["a = x, b = u, c = p"]
    assert subjects(Coverage(min_rows=10), table) == []
    told = held(Coverage(min_rows=10, depth=3), table)
    assert told["covered", "triples"].estimate.value == 7 / 8


def test_a_combination_decides_only_where_a_limit_is_set() -> None:
    table = {"a": ["x"] * 50 + ["y"] * 50, "b": ["u"] * 40 + ["v"] * 10 + ["u"] * 50}
    assert decided(Coverage(min_rows=10), table).status is Status.PASS
    assert decided(Coverage(min_rows=10, min_covered={2: 0.8}), table).status is Status.FAIL
    assert decided(Coverage(min_rows=10, min_covered={2: 0.75}), table).status is Status.PASS
    assert decided(Coverage(min_rows=3, max_gaps=0), table).status is Status.FAIL
    assert decided(Coverage(min_rows=3, max_gaps=1), table).status is Status.PASS


def test_what_cannot_occur_is_neither_missed_nor_collected() -> None:
    table = {"sex": ["f"] * 80 + ["m"] * 40, "pregnant": ["yes", "no"] * 40 + ["no"] * 40, "c": [*"ppqq"] * 30}
    plain = Coverage(min_rows=10)
    assert subjects(plain, table)[0] == "sex = m, pregnant = yes"
    ruled = Coverage(min_rows=10, impossible=({"sex": "m", "pregnant": "yes"},))
    assert "sex = m, pregnant = yes" not in subjects(ruled, table)
    collect = [f.message for f in findings_of(ruled, table) if f.subject == "to collect"]
    assert not any("sex = m, pregnant = yes" in message for message in collect)
    pairs = held(ruled, table)["covered", "pairs"]
    assert "of 11 combinations" in pairs.note


def test_rows_of_what_was_said_not_to_occur_are_told() -> None:
    check = Coverage(min_rows=10, impossible=({"region": "US", "light": "night"},))
    (finding,) = [f for f in findings_of(check, plates()) if "impossible" in f.message]
    assert (str(finding.subject), finding.count) == ("region = US, light = night", 32)


def test_rare_values_that_hold_many_cells_fail() -> None:
    table = {"a": ["x"] * 90 + [f"r{at}" for at in range(10)]}
    assert decided(Coverage(min_rows=10), table).status is Status.FAIL
    assert decided(Coverage(min_rows=10, max_rare_share=0.1), table).status is Status.PASS


def test_a_missing_value_is_no_value_to_collect() -> None:
    table = {"a": ["x"] * 50 + ["y"] * 45 + [None] * 5, "b": ["u", "v"] * 50}
    assert subjects(Coverage(min_rows=20), table) == []


def test_a_column_that_another_tells_is_left_out_and_said() -> None:
    table = plates()
    table["code"] = [{"US": "1", "CA": "2", "MX": "3"}[region] for region in table["region"]]
    found = findings_of(Coverage(min_rows=10), table)
    assert [f.message for f in found] == ["not combined: code (told by region)"]
    assert "region = US, code = 2" in subjects(Coverage(min_rows=10, attributes=("region", "code")), table)


def test_of_two_columns_that_tell_each_other_the_sensitive_one_stays() -> None:
    table = plates()
    table["sex"] = [{"fixed": "f", "moving": "m"}[camera] for camera in table["camera"]]
    (found,) = findings_of(Coverage(min_rows=10), table, sensitive="sex")
    assert found.message == "not combined: camera (told by sex)"


def test_columns_of_many_values_and_numbers_are_left_out_unless_named() -> None:
    table = {**plates(), "age": [at % 80 for at in range(192)], "code": [f"c{at % 30}" for at in range(192)]}
    (found,) = findings_of(Coverage(min_rows=10), table)
    assert found.message == "not combined: age (continuous); code (30 values)"
    note = held(Coverage(min_rows=1, attributes=("age", "code")), table)["covered", "single values"].note
    assert note == "of 34 combinations of age, code"


def test_more_columns_than_are_combined_are_named() -> None:
    (found,) = findings_of(Coverage(min_rows=10, max_attributes=6), plates())
    assert found.message == "not combined: camera (more than 6 attributes)"


def test_the_list_is_short_and_the_rest_counted() -> None:
    table = {"a": [f"a{at % 15}" for at in range(300)], "b": [f"b{at // 20}" for at in range(300)]}
    found = findings_of(Coverage(min_rows=10, listed=3), table)
    assert sum(isinstance(f.subject, Slice) for f in found) == 3
    assert any("more combinations of fewer than 10 rows" in f.message for f in found)


def test_where_the_work_is_cut_the_depth_that_was_reached_is_said_and_no_limit_past_it_holds() -> None:
    check = Coverage(min_rows=10, depth=3, max_work=8_000, min_covered={3: 0.5})
    table = plates()
    told = held(check, table)
    assert ("gaps", "up to pairs") in told
    assert ("covered", "triples") in held(Coverage(min_rows=10, depth=3), table)
    result = decided(check, table)
    assert result.status is Status.UNDECIDED
    assert [d.measure.note for d in result.decided if d.status is Status.UNDECIDED] == ["searched up to pairs only"]


def test_without_attributes_or_rows_enough_it_is_skipped() -> None:
    numbers = {"x": [at / 7 for at in range(100)]}
    assert decided(Coverage(), numbers).status is Status.SKIPPED
    skip = next(item for item in Coverage().measure(evidence_of(numbers)) if isinstance(item, Skip))
    assert not skip.applies
    assert decided(Coverage(), {"a": ["x", "y"]}).status is Status.SKIPPED


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (Coverage(attributes=("regoin",)), "attributes: there is no column 'regoin' in table. Did you mean 'region'"),
        (Coverage(domains={"regoin": ("EU",)}), "domains: there is no column 'regoin'"),
        (Coverage(impossible=({"regoin": "EU"},)), "impossible: there is no column 'regoin'"),
        (Coverage(impossible=({"light": "nihgt"},)), "'light' has no value 'nihgt'. Did you mean 'night'"),
        (Coverage(impossible=({"light": "night"}, {"light": "day"})), "leave no combination"),
        (Coverage(attributes=("many",)), "'many' has 300 values; at most 255"),
    ],
)
def test_settings_that_name_nothing_are_refused(check: Coverage, message: str) -> None:
    table: dict[str, list[str]] = {name: values * 2 for name, values in plates().items()}
    table["many"] = [f"v{at % 300}" for at in range(384)]
    with pytest.raises(UsageError, match=message):
        measures_of(check, table)


@pytest.mark.parametrize(
    "wrong",
    [{"impossible": [{}]}, {"min_covered": {3: 0.5}}, {"min_covered": {0: 0.5}}, {"depth": 0}, {"min_rows": 0}],
)
def test_options_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Coverage(**wrong)


def test_values_may_be_written_as_numbers_and_truth_values() -> None:
    check = Coverage.model_validate({"domains": {"k": [0, 1]}, "impossible": [{"k": 1, "t": True}]})
    assert check.domains == {"k": ("0", "1")}
    assert check.impossible == ({"k": "1", "t": "true"},)
