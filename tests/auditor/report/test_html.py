from __future__ import annotations

import base64
import hashlib
import math
import os
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from auditor.report.html import MAX_BYTES, render_html
from auditor.report.model import (
    CheckRecord,
    ColumnRecord,
    DatasetRecord,
    ExampleRow,
    FindingRecord,
    MeasureRecord,
    Report,
    RunRecord,
    SettingRecord,
    SubjectRecord,
    VerdictRecord,
    load_report,
)

SNAPSHOTS = Path(__file__).parent / "snapshots"
VOID = {"meta", "link", "br", "hr", "img", "input", "wbr", "col"}
HOSTILE = (
    '<script>alert(1)</script>"\'><img src=x onerror=alert(2)> style="x:y" {{ 7*7 }} </style></title>'
    "\u202etxt.exe\u2066\x00\x1b[31m\ud800 javascript:alert(3)"
)


def report(checks: Sequence[CheckRecord] = (), **changes: Any) -> Report:
    data = {"name": "d.csv", "format": "csv", "rows_in_file": 10, "rows_audited": 10, "task": "binary"}
    verdict = {"status": "pass", "sentence": "passed", "exit_code": 0, "policy": "recommended"}
    return Report(
        tool_version="1.0",
        dataset=DatasetRecord.model_validate(data | changes.pop("dataset", {})),
        verdict=VerdictRecord.model_validate(verdict | changes.pop("verdict", {})),
        run=RunRecord(id="r", started="2026-01-01T00:00:00Z", seconds=1.0),
        checks=tuple(checks),
        **changes,
    )


def measure(place: int = 0, **changes: Any) -> MeasureRecord:
    fields: dict[str, Any] = {
        "name": "gap",
        "subject": SubjectRecord(text=f"group {place}"),
        "unit": "share",
        "value": 0.2,
        "lower": 0.1,
        "upper": 0.3,
        "n": 50,
        "method": "Wilson",
        "at_most": 0.05,
        "decision": "fail",
    }
    return MeasureRecord(**(fields | changes))


def check(**changes: Any) -> CheckRecord:
    return CheckRecord(**({"id": "gap", "family": "bias", "status": "pass", "reason": "fine"} | changes))


def full() -> Report:
    return load_report(SNAPSHOTS / "full_report.json")


def hostile() -> Report:
    subject = SubjectRecord.model_construct(text=HOSTILE, where=((HOSTILE, HOSTILE),))
    bad = measure().model_copy(update={"name": HOSTILE, "subject": subject, "note": HOSTILE})
    row = ExampleRow.model_construct(
        row=1, line=2, key=HOSTILE, cells=((HOSTILE, HOSTILE),), details=((HOSTILE, HOSTILE * 2000),)
    )
    found = FindingRecord.model_construct(subject=subject, message=HOSTILE, count=1, examples=(row,), sidecar=HOSTILE)
    one = check().model_copy(
        update=dict.fromkeys(("id", "reason", "finds", "why", "method"), HOSTILE)
        | {
            "status": "fail",
            "source": HOSTILE,
            "options": {HOSTILE: HOSTILE},
            "measures": (bad,),
            "findings": (found,),
        }
    )
    column = ColumnRecord.model_construct(
        name=HOSTILE, kind=HOSTILE, dtype=HOSTILE, role=HOSTILE, missing=0, minimum=HOSTILE, maximum=HOSTILE,
        mean=None, sd=None, quantiles=(), distinct=9, top=((HOSTILE, 1),),
    )  # fmt: skip
    data = report().dataset.model_copy(
        update=dict.fromkeys(("name", "task", "digest", "label_is", "format"), HOSTILE)
        | dict.fromkeys(("label", "sensitive", "notes", "paths"), (HOSTILE,))
        | {"columns": (column,), "dialect": {HOSTILE: HOSTILE}, "missing_tokens": {HOSTILE: {HOSTILE: 1}}}
    )
    verdict = report().verdict.model_copy(
        update={"sentence": HOSTILE, "blocking": (HOSTILE, "x"), "todo": (HOSTILE,), "policy": HOSTILE}
    )
    setting = SettingRecord.model_construct(name=HOSTILE, value=HOSTILE, source="guess", detail=HOSTILE)
    return report([one]).model_copy(update={"dataset": data, "verdict": verdict, "settings": (setting,)})


def huge() -> Report:
    text = '"&<>' * 25_000  # each character takes five when escaped
    cells = tuple((f"c{k}", text) for k in range(30))
    rows = tuple(ExampleRow(row=n, line=n, key=text, cells=cells, details=((text, text),)) for n in range(20))
    found = (FindingRecord(subject=SubjectRecord(text=text), message=text, count=9, examples=rows),) * 30
    measures = tuple(measure(n, name=f"m{n % 400}", note=text, decision="undecided") for n in range(20_000))
    said = {"reason": text, "finds": text, "why": text, "status": "fail"}
    many = [check(id=f"c{n}", findings=found, **said) for n in range(300)]
    top = ((text, 1),) * 10
    column = ColumnRecord(name=text, kind="text", dtype="string", role="feature", missing=1, top=top)
    tokens = {f"c{n}": {"?": 1} for n in range(2_000)}
    return report(
        [check(id="wide", status="undecided", measures=measures), *many],
        dataset={"columns": (column,) * 2_000, "notes": (text,) * 500, "missing_tokens": tokens},
        verdict={"status": "fail", "todo": (text,) * 500, "blocking": tuple(f"c{n}" for n in range(300))},
        settings=(SettingRecord(name=text, value=text, source="default", detail=text),) * 500,
    )


class Page(HTMLParser):
    """Reads a page; fails where a tag is not closed by its own end tag."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in <{tag}>: {names}"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in tags]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


PAGES = {"full": full, "hostile": hostile, "nothing": report, "huge": huge}


@pytest.fixture(scope="module", params=PAGES)
def page_text(request: pytest.FixtureRequest) -> str:
    return render_html(PAGES[request.param]())


def test_every_tag_is_closed_by_its_own(page_text: str) -> None:
    assert Page(page_text).all("main")


def test_it_is_small_whatever_the_report_holds(page_text: str) -> None:
    assert len(page_text.encode("utf-8")) <= MAX_BYTES


def test_nothing_runs_and_nothing_is_loaded(page_text: str) -> None:
    page = Page(page_text)
    assert not page.all("script", "img", "link", "iframe", "object", "embed", "form", "base")
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name == "style" or name.startswith("on")], tag
        addresses = [attributes.get(name) or "#" for name in ("href", "src", "xlink:href", "action")]
        assert all(address.startswith("#") for address in addresses), addresses
    assert "url(" not in page_text.split("</style>")[0]
    assert "@import" not in page_text.split("</style>")[0]


def test_the_policy_names_the_one_style_block(page_text: str) -> None:
    blocks = re.findall(r"<style>(.*?)</style>", page_text, re.DOTALL)
    assert len(blocks) == 1
    digest = base64.b64encode(hashlib.sha256(blocks[0].encode()).digest()).decode()
    policy = next(a["content"] or "" for a in Page(page_text).all("meta") if "http-equiv" in a)
    assert policy.startswith("default-src 'none';")
    assert f"style-src 'sha256-{digest}';" in policy


def test_headings_go_down_one_step_at_a_time(page_text: str) -> None:
    levels = [int(tag[1]) for tag, _ in Page(page_text).tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_links_lead_to_them(page_text: str) -> None:
    page = Page(page_text)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {a["href"] for a in page.all("a", "use")}
    targets |= {f"#{a['aria-labelledby']}" for a in page.all("section")}
    assert targets <= {f"#{one}" for one in ids}


def test_tables_are_named_and_scroll_in_a_box_of_their_own(page_text: str) -> None:
    page = Page(page_text)
    boxes = [a for a in page.all("div") if a.get("role") == "region"]
    assert len(page.all("table")) == len(page.all("caption")) == len(boxes)
    assert all(box["tabindex"] == "0" and box["aria-label"] for box in boxes)
    assert all("scope" in cell for cell in page.all("th"))


def test_charts_say_what_they_show(page_text: str) -> None:
    page = Page(page_text)
    drawn = [a for a in page.all("svg") if a.get("role") == "img"]
    hidden = [a for a in page.all("svg") if a.get("aria-hidden") == "true"]
    assert len(page.all("svg")) == len(drawn) + len(hidden)
    assert page_text.count('role="img"><title>') == len(drawn)


def test_hostile_text_is_shown_as_text() -> None:
    text = render_html(hostile())
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "49" not in Page(text).words.split("How it was run")[0]
    assert not re.search("[\u202e\u2066\x00\x1b\ud800]", text)


def test_long_text_is_cut() -> None:
    found = FindingRecord(
        subject=SubjectRecord(text="all rows"),
        message="m",
        count=1,
        examples=(ExampleRow(row=0, key="k", cells=(("c", "x" * 100_000),)),),
    )
    text = render_html(report([check(status="fail", findings=(found,))]))
    assert "x" * 100 in text
    assert "x" * 130 not in text


def test_backticks_in_documentation_become_code_and_nothing_else() -> None:
    text = render_html(report([check(finds="`a<b ` is not `c`", why="an `odd one")]))
    assert "<code>a&lt;b </code> is not <code>c</code>" in text
    assert "an `odd one" in text


def test_what_blocks_is_said_with_its_number() -> None:
    failed = check(status="fail", reason="2 of 2 measures", measures=(measure(1), measure(2)))
    words = Page(render_html(report([failed], verdict={"status": "fail", "blocking": ("gap", "no audit of x")}))).words
    assert "gap, group 1: 20 % (10 to 30 %), limit: at most 5 %, and 1 more measure past the limit" in words
    assert "no audit of x" in words


def test_what_is_left_out_is_counted() -> None:
    words = Page(render_html(report([check(measures=tuple(measure(n) for n in range(10_000)))]))).words
    assert "and 9,950 more of these measures in report.json" in words


def test_failing_measures_are_shown_before_the_rest() -> None:
    passing = [measure(n, decision="pass", value=0.01, lower=0, upper=0.02) for n in range(500)]
    text = render_html(report([check(measures=(*passing, measure(777)))]))
    assert text.index("group 777") < text.index("group 0<")


@pytest.mark.parametrize("status", ["fail", "error"])
def test_checks_that_failed_are_open(status: str) -> None:
    page = Page(render_html(report([check(status=status), check(id="good")])))
    assert {a["id"]: "open" in a for a in page.all("details")} == {"check-gap": True, "check-good": False}


@pytest.mark.parametrize(
    "empty",
    [report(), report([check(status="skipped")]), report([check()], dataset={"rows_audited": 0})],
    ids=["no check", "all skipped", "no rows"],
)
def test_nothing_looked_at_is_never_green(empty: Report) -> None:
    page = Page(render_html(empty))
    assert page.all("section")[0]["class"] == "verdict empty"
    assert "Nothing was checked" in page.words


def test_each_verdict_has_a_word_and_an_icon_of_its_own() -> None:
    icons, words = set(), set()
    for status in ("pass", "fail", "undecided", "error"):
        page = Page(render_html(report([check()], verdict={"status": status, "sentence": "."})))
        icons.add(next(a["href"] for a in page.all("use")))
        words.add(re.split(" (?:This|Do not) ", page.words.split("Verdict: ")[1])[0])
    assert len(icons) == 4
    assert words == {"Passed", "Failed", "Undecided", "Not completed"}


def test_undecided_measures_say_what_it_would_take() -> None:
    one = check(status="undecided", measures=(measure(decision="undecided", rows_to_decide=1900),))
    assert "about 1,900" in Page(render_html(report([one]))).words


def test_numbers_that_are_not_finite_are_no_trouble() -> None:
    ends: dict[str, Any] = {"lower": -math.inf, "upper": math.nan, "at_most": math.inf}
    odd = tuple(measure(value=value, **ends) for value in (math.nan, math.inf, 1.0))
    assert "nan" not in Page(render_html(report([check(measures=odd)]))).words.lower()


def test_checks_of_the_same_name_are_both_shown() -> None:
    page = Page(render_html(report([check(reason="first"), check(reason="second")])))
    assert len(page.all("details")) == 2


def test_the_order_of_measures_does_not_change_the_page() -> None:
    some = tuple(measure(n, decision=("fail", "pass", "undecided")[n % 3]) for n in range(9))
    one, other = (render_html(report([check(measures=order)])) for order in (some, some[::-1]))
    assert one == other


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_are_far_enough_apart_to_read(scheme: str) -> None:
    style = re.search(r"<style>(.*?)</style>", render_html(report()), re.DOTALL)
    assert style
    block = style[1].split(":root {")[1 if scheme == "light" else 2]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", block))
    tones = ("pass", "fail", "undecided", "skipped", "error")
    pairs = [(ink, ground) for ink in ("ink", "soft", "link") for ground in ("page", "card")]
    pairs += [("soft", "code"), ("ink", "code"), ("ink", "undecided-ground")]
    pairs += [(tone, f"{tone}-ground") for tone in tones] + [(tone, "card") for tone in tones]
    contrasts = {(one, other): _contrast(colours[one], colours[other]) for one, other in pairs}
    assert {pair: contrast for pair, contrast in contrasts.items() if contrast < 4.5} == {}


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_whole_page_is_as_stored() -> None:
    stored = SNAPSHOTS / "full_report.html"
    text = render_html(full())
    if os.environ.get("DATAAUDIT_UPDATE_SNAPSHOTS") == "1":
        stored.write_text(text, encoding="utf-8", newline="\n")
    assert text == stored.read_text(encoding="utf-8"), "DATAAUDIT_UPDATE_SNAPSHOTS=1 stores what it is now"


@pytest.mark.parametrize(
    ("label_is", "first"), [("decision", "bias"), ("outcome", "annotations"), (None, "annotations")]
)
def test_of_a_decision_who_was_decided_about_leads_the_page(label_is: str | None, first: str) -> None:
    checks = [CheckRecord(id=f"of-{family}", family=family, status="pass") for family in ("annotations", "bias")]
    page = render_html(report(checks, dataset={"label_is": label_is}))
    headings = re.findall(r'<h2 id="(annotations|bias)">', page)
    assert headings[0] == first
    assert len(headings) == 2
