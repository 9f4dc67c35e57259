"""`chain`: figures worked by hand over the county and over the eight chains of the city, and what is asked of whom."""

from __future__ import annotations

import json
import re
import subprocess
from csv import DictReader
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from projledger import i18n, load
from projledger.analysis.selection import Filter
from projledger.cli.app import main
from projledger.document import Block, Cell, ChainMap, Items, Section, Table, Text, Version, plain
from projledger.render import Envelope, Options, csv, pdf
from projledger.reports import Query, chain

ROOT = Path(__file__).parent.parent
COUNTY = ROOT / "ledgers"
CITY = ROOT / "examples" / "anqing-2022"


def chains(place: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["chain", *arguments, "--workspace", str(place), "--lang", "en", "--format", "json"]) == 0
    return {row["id"]: row for row in json.loads(capsys.readouterr().out)["data"]["chains"]}


def test_the_figures_of_a_chain(capsys: pytest.CaptureFixture[str]) -> None:
    row = chains(COUNTY, capsys, "footwear")["footwear"]
    assert (row["chief"], row["lead_unit"], row["team"]) == ("zhou", "invest", "鞋业链专班")
    # P001 3亿, P002 1.2亿, P004 2.6亿, P005 8000, P006 8600
    assert row["projects"] == {"total": 5, "active": 5, "suspended": 0, "cleared": 0, "paused": 0}
    assert row["total_investment"] == 30000 + 12000 + 26000 + 8000 + 8600
    assert row["stages"]["stock"]["negotiating"] == 1
    assert row["stages"]["stock_amounts"]["negotiating"] == 12000
    assert row["stages"]["stock_amounts"]["started"] == 30000
    # No target of its own for the year: P001 18000 and P006 4000 together; 6400 + 520 by the end of May.
    assert (row["investment"]["planned"], row["investment"]["done"]) == (22000, 6920)
    # P001 begins in March: 3 of 10 months, 5400. P006 began (as first planned) in May: 1 of 8 months, 500.
    assert row["investment"]["pace"] == pytest.approx(float(Fraction(5400 + 500, 22000)))
    assert row["problems"] == {"land": 0, "finance": 0, "energy": 1, "labour": 0, "approval": 1}
    assert row["problem_ages"] == {"energy": 22, "approval": 20}  # raised on 20 and 22 May
    assert {gap["ref"]: gap["missing"] for gap in row["gaps"]} == {
        "P001/finance": 2400,
        "P001/energy": 1500,
        "P001/labour": 280,
        "P002/land": 30,
    }
    assert row["recruiting"]["logged"]["contact"] == 46
    assert row["recruiting"]["logged"]["docking"] == 21 + 1  # the place's log, and one of P002
    # March, April and May each had a meeting; June's is still to be held.
    meetings = row["meetings"]
    assert (meetings["held"], meetings["required"], meetings["due"]) == (3, 3, "2024-06-30")


def test_what_is_asked_of_the_chief(capsys: pytest.CaptureFixture[str]) -> None:
    asks = chains(COUNTY, capsys, "footwear")["footwear"]["asks"]
    assert [(ask["kind"], ask["ref"], ask["by"]) for ask in asks] == [
        ("problem", "P001/Q1", "2024-06-14"),
        ("problem", "P002/Q1", "2024-06-14"),  # due on 10 June: the last workday of this week
        ("meeting", "footwear", "2024-06-30"),
        ("factor", "P001/finance", "2024-07-31"),  # within 60 days; labour and land have longer
    ]  # The brand link, missing without a project, is due in a year: the map says so, no decision is asked for.
    first, second = asks[0], asks[1]
    # The bay comes four workdays late; the equipment that waits for it has until 8 July to begin.
    assert "变电间隔改造 is done on 20 June, 4 workdays late" in first["otherwise"]
    assert "设备安装 has 5 workdays of float left" in first["otherwise"]
    assert "1,500 kVA" in first["reason"]
    assert second["days_late"] == 1
    assert "decided at the meeting of 14 May, not done" in second["reason"]  # the meeting's decision about P002/T2
    assert "11 days late already" in second["otherwise"]  # the signing planned for 31 May
    assert second["partners"] == ["何敏", "市生态环境局清河分局"]  # who takes approvals, and the unit that assists
    assert second["what"].endswith("together with 何敏, 市生态环境局清河分局")
    assert second["proposal"] == "何敏副县长本周协调市局答复"  # the problem's next step
    # The loan has no work that waits for it: the day is that of who is to bring it.
    assert [ask["owners_day"] for ask in asks] == [False, False, False, True]


def test_the_table_of_chains_says_what_presses_most(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chain", "--workspace", str(COUNTY), "--lang", "en", "-f", "csv"]) == 0
    rows = list(DictReader(capsys.readouterr().out.removeprefix("\ufeff").splitlines()))
    pressing = {row["Chain"]: (row["Asked of the chief"], row["Most pressing"]) for row in rows}
    first = (
        "by 14 June: Settle “变电间隔设备厂家延迟交货” (新步鞋业二期), together with 芙蓉工业园管委会, 县工业和信息化局"
    )
    assert pressing["鞋业"] == ("4", first)


def test_a_project_that_stands_still_fills_no_link(capsys: pytest.CaptureFixture[str]) -> None:
    row = chains(COUNTY, capsys, "equipment")["equipment"]
    assembly = next(node for node in row["map"] if node["name"] == "整机总装")
    assert (assembly["projects"], assembly["waiting"]) == (["商用车轻量化底盘"], {"商用车轻量化底盘": "suspended"})
    assert assembly["id"] not in [ask["ref"] for ask in row["asks"]]  # due on 30 June 2026
    later = chains(COUNTY, capsys, "equipment", "--as-of", "2026-05-10")["equipment"]["asks"]
    ask = next(ask for ask in later if ask["ref"] == assembly["id"])  # 51 days before it
    assert ask["reason"] == "missing; the only project at it, 商用车轻量化底盘, is suspended"
    assert main(["chain", "equipment", "--workspace", str(COUNTY), "--lang", "zh"]) == 0
    assert "项目：商用车轻量化底盘（暂缓）" in capsys.readouterr().out


def test_a_decision_is_due_before_the_work_that_waits_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    asks = chains(COUNTY, capsys, "equipment")["equipment"]["asks"]
    assert [(ask["ref"], ask["by"], ask["owners_day"]) for ask in asks] == [
        ("P008/Q1", "2024-06-14", False),  # was due on 31 May: the end of this working week
        ("P008/T5", "2024-06-14", False),  # due on 21 June, and a workday late already: its latest start has passed
        ("P008/Q3", "2024-06-20", True),  # nothing is known to wait for the water: the day of who is to settle it
        ("P008/Q2", "2024-06-21", True),
        ("equipment", "2024-06-30", False),
    ]
    # The structure comes two workdays late because of the piles, not of the three households (T3 ends on 9 July, T2 on
    # 18 June): that is no consequence here.
    assert asks[0]["otherwise"] == (
        "As forecast today: 南侧12户征迁 is done on 18 June, 20 workdays late; "
        "老厂设备搬迁安装 has 23 workdays of float left"
    )
    land = asks[3]
    # The last task before the completion planned for 31 March 2025 is T7, with 33 workdays of float.
    assert land["otherwise"] == (
        "As forecast today: land is not there by 28 June, when it is needed; "
        "“completed”, planned for 31 March 2025: 竣工验收 before it has 33 workdays of float left"
    )
    assert "raised on 5 June, not answered yet" in asks[2]["reason"]
    assert (asks[2]["proposal"], asks[2]["partners"]) == ("", ["周建国"])


def small(task: str, nodes: str = "") -> dict[str, Any]:
    """What is asked of the chief of a chain with one project, by reference; on Tuesday 11 June 2024."""
    i18n.use("en")
    files = {
        "projledger.yaml": "name: X\n",
        "people.yaml": "units: [{id: u, name: U, kind: office}, {id: v, name: V, kind: office}]\n"
        "people: [{id: a, name: A, unit: u}]\n",
        "chains.yaml": f"chains: [{{id: c, name: C, chief: a, lead_unit: u, nodes: [{nodes}]}}]\n",
        "projects/a.yaml": "id: P1\nname: Plant\nunit: u\nchain: c\nowner: a\n"
        f"tasks: [{{id: T1, name: Dig, duration: 5, {task}}}]\n"
        "problems: [{id: Q1, text: Water, raised: 2024-06-03, deadline: 2024-06-28, lead_unit: v, blocks: [T1]}]\n",
    }
    loaded = load.load([(path, text.encode()) for path, text in files.items()])
    assert loaded.diagnostics == ()
    result = chain.compute(Query(loaded.workspace, date(2024, 6, 11), Filter(), {"id": "c"}))
    return {ask.ref: ask for ask in result.chains[0].asks}


def test_the_latest_start_of_what_waits_is_the_day_of_a_decision() -> None:
    # Five workdays up to Friday 21 June: begun on Monday 17 June at the latest, before the owner's 28 June.
    ask = small("deadline: 2024-06-21, next: borrow a pump")["P1/Q1"]
    assert (ask.by, ask.owners_day, ask.proposal) == (date(2024, 6, 17), False, "borrow a pump")
    # Begun on Monday 22 July at the latest: long after the owner is to have settled it.
    ask = small("deadline: 2024-07-26")["P1/Q1"]
    assert (ask.by, ask.owners_day, ask.proposal) == (date(2024, 6, 28), True, "")


def test_a_link_that_is_missing_for_long_only_fills_up_to_three() -> None:
    nodes = ", ".join(
        f"{{id: n{n}, name: N{n}, position: upstream, state: missing, deadline: {day}}}"
        # 60 and 61 days from 11 June; a year; no day at all.
        for n, day in enumerate(("2024-08-10", "2024-08-11", "2025-06-11", "''"))
    )
    asks = small("deadline: 2024-07-26", nodes)
    assert {ref: ask.must for ref, ask in asks.items()} == {"P1/Q1": True, "n0": True, "n1": False}


def test_what_is_reported_of_a_sum_is_said_beside_who_owes_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    found = chains(COUNTY, capsys, "equipment")["equipment"]["investment"]
    assert (found["done"], found["rate"], found["owing"]) == (None, None, ["液压油缸技改"])
    # By the end of May P007 had 24 500 and P008 3 100 of the chain's 79 000; five of twelve months were over.
    assert found["told"].pop("rate") == pytest.approx(27600 / 79000)
    assert found["told"].pop("pace") == pytest.approx(5 / 12)
    assert found["told"] == {"done": 27600, "cutoff": "2024-05-31", "projects": 2, "of": 3}
    assert main(["chain", "equipment", "--workspace", str(COUNTY), "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "应报项目3个，已报2个，合计2.76亿元，为全链目标7.9亿元的34.9%（序时应为41.7%）；未报：液压油缸技改" in said
    assert "绿灯1个、不亮灯1个（暂缓）。" in said  # four lights of four projects
    assert "签约1个（3.5亿元）、开工2个（16.8亿元）、阶段未报1个。" in said  # 1 + 2 + 1


def test_a_missed_meeting_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    found = chains(COUNTY, capsys)
    assert found["equipment"]["meetings"]["missed"] == ["2024-04"]  # 21 March and 21 May
    # Quarterly: the first quarter had none, the second was held on 25 April.
    assert found["food"]["meetings"]["missed"] == ["2024-Q1"]
    assert found["food"]["meetings"]["due"] is None
    assert not [ask for ask in found["food"]["asks"] if ask["kind"] == "meeting"]


def test_the_eight_chains_of_a_city(capsys: pytest.CaptureFixture[str]) -> None:
    found = chains(CITY, capsys)
    assert len(found) == 8
    # September's figures against nine of twelve months.
    car = found["汽车链"]["investment"]
    assert (car["planned"], car["done"], car["cutoff"]) == (26000, 18200, "2022-09-30")
    assert car["rate"] == pytest.approx(0.7)
    assert car["gap_points"] == pytest.approx(-5)
    # Chain meetings were first recorded in September; medicine had none.
    required = {id_: (row["meetings"]["held"], row["meetings"]["required"]) for id_, row in found.items()}
    assert required == {id_: ((0, 1) if id_ == "医药链" else (1, 1)) for id_ in found}
    for row in found.values():
        assert row["chief_name"]
        assert row["lead_unit_name"]
        assert row["team"]
        assert {node["position"] for node in row["map"]} == {"upstream", "midstream", "downstream"}


def test_a_chain_is_found_by_its_name_and_not_by_another(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(chains(COUNTY, capsys, "鞋业")) == ["footwear"]
    assert main(["chain", "footware", "--workspace", str(COUNTY)]) == 2
    assert "footwear" in capsys.readouterr().err
    assert main(["chain", "--annex", "--workspace", str(COUNTY)]) == 2


WORDS = {
    "zh": "清河县高端装备制造产业链重点项目推进工作专班",
    "en": "Qinghe county advanced equipment manufacturing chain ",
}


def crowded(language: str, letters: int, projects: int, problems: int, links: int, annex: bool = True) -> chain.Result:
    """A chain with names of so many letters (Latin ones twice), `problems` late ones in each of its projects."""
    i18n.use(language)
    letters *= 2 if language == "en" else 1

    def name(number: int | str) -> str:
        return f"{(WORDS[language] * 20)[:letters].strip()} {number}"

    nodes = [
        f"{{id: {position[0]}{n}, name: {name(n)}, position: {position}, state: {('strong', 'weak', 'missing')[n % 3]},"
        f" action: build, owner: b, deadline: 2024-09-01, firms: [{', '.join(map(name, range(3)))}]}}"
        for position in ("upstream", "midstream", "downstream")
        for n in range(links)
    ]
    talents = [f"{{name: {name(n)}, count: 3, status: {name(n)}}}" for n in range(6)]
    files = {
        "projledger.yaml": f"name: {name('')}\nas_of: 2024-06-11\n",
        "people.yaml": f"units: [{{id: u, name: {name('u')}, kind: office}}]\n"
        "people: [{id: a, name: 李四, unit: u}, {id: b, name: 张三, unit: u}]\n",
        "chains.yaml": f"chains:\n  - {{id: c, name: {name('')}, chief: a, deputies: [b], lead_unit: u, cadence: month,"
        f" leading_firm: {name('f')}, talents: [{', '.join(talents)}], nodes: [{', '.join(nodes)}]}}\n",
    }
    for project in range(projects):
        late = [
            f"{{id: Q{n}, text: {name(n)}, raised: 2024-05-01, deadline: 2024-05-20, level: 3, blocks: [T0, T1, T2]}}"
            for n in range(problems)
        ]
        tasks = [f"{{id: T{n}, name: {name(n)}, deadline: 2024-06-0{n + 1}, duration: 5}}" for n in range(3)]
        files[f"projects/{project}.yaml"] = (
            f"id: P{project}\nname: {name(project)}\nunit: u\nchain: c\nowner: b\ninvestment: 12345\n"
            "stages: {negotiating: {actual: 2024-02-01}, signed: {plan: 2024-05-01}, started: {plan: 2024-08-01}}\n"
            "factors: {land: {needed: 30, measure: 亩, deadline: 2024-07-01}}\n"
            f"tasks: [{', '.join(tasks)}]\nproblems: [{', '.join(late)}]\n"
        )
    loaded = load.load([(path, text.encode()) for path, text in files.items()])
    assert loaded.diagnostics == ()
    return chain.compute(Query(loaded.workspace, date(2024, 6, 11), Filter(), {"id": "c", "annex": annex}))


def titled(blocks: tuple[Block, ...], start: str) -> Section:
    return next(block for block in blocks if isinstance(block, Section) and plain(block.title).startswith(start))


def asked(blocks: tuple[Block, ...], start: str = "Asked of the chain chief") -> Table:
    table = titled(blocks, start).blocks[0]
    assert isinstance(table, Table)
    return table


def test_every_version_leaves_to_the_annex_what_it_does_not_say() -> None:
    result = crowded("en", 5, projects=3, problems=4, links=7)
    row = result.chains[0]
    document = chain.document(result)
    assert document.one_page
    versions = [Version(document.blocks, document.annex), *document.shorter]
    for version in versions:
        page = asked(version.blocks)
        assert 3 <= len(page.rows) <= 7
        (annex,) = version.annex
        assert isinstance(annex, Section)
        further = asked(annex.blocks, "Further decisions")
        numbers = [plain(text(cells[0])) for cells in (*page.rows, *further.rows)]
        assert numbers == [str(n) for n in range(1, len(row.asks) + 1)]
        assert f"{len(further.rows)} more in the annex" in str(titled(version.blocks, "Asked of the chain chief"))
        lags = [titled(version.blocks, "What lags most"), titled(annex.blocks, "Everything else that lags")]
        assert sum(len(s.blocks[0].items) for s in lags if isinstance(s.blocks[0], Items)) == len(row.lagging)
        drawn = titled(version.blocks, "Chain map").blocks[0]
        assert isinstance(drawn, ChainMap)
        links = sum(bool(node.state) for _title, nodes in drawn.groups for node in nodes)
        whole = [s for s in annex.blocks if isinstance(s, Section) and s.title == "The whole chain map"]
        if links < len(row.map):
            (section,) = whole
            assert isinstance(section.blocks[0], ChainMap)
            assert sum(len(nodes) for _title, nodes in section.blocks[0].groups) == len(row.map) == 21
    sizes = [len(asked(version.blocks).rows) for version in versions]
    assert sizes == sorted(sizes, reverse=True)
    assert set(sizes) == {3, 4, 5, 6, 7}


def text(cell: Cell | Text) -> Text:
    return cell.text if isinstance(cell, Cell) else cell


def test_links_that_are_missing_stay_on_a_page_without_room_for_all() -> None:
    document = chain.document(crowded("en", 5, projects=1, problems=0, links=6))
    for version in document.shorter:
        drawn = titled(version.blocks, "Chain map").blocks[0]
        assert isinstance(drawn, ChainMap)
        for _title, nodes in drawn.groups:
            states = [plain(node.state).partition(" ")[0] for node in nodes if node.state]
            # Of two strong, two weak and two missing ones: the missing, then the weak.
            assert states.count("missing") == min(2, len(states))
            assert states.count("strong") == max(0, len(states) - 4)


def test_a_spreadsheet_gets_everything_that_is_asked() -> None:
    result = crowded("en", 5, projects=3, problems=4, links=0)
    envelope = Envelope("chain", "X", date(2024, 6, 11))
    lines = csv.render(chain.document(result), result, envelope, Options()).splitlines()
    assert len(lines) == 1 + len(result.chains[0].asks) > 8


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("letters", "projects", "problems", "links", "least"),
    [(3, 1, 1, 1, 3), (8, 3, 2, 2, 7), (14, 5, 3, 20, 3), (90, 5, 5, 20, 3)],
    ids=["short", "typical", "long", "very long"],
)
def test_the_page_is_exactly_one_sheet(
    language: str, letters: int, projects: int, problems: int, links: int, least: int, tmp_path: Path
) -> None:
    result = crowded(language, letters, projects, problems, links)
    document = replace(chain.document(result), language=language)
    page = tmp_path / "page.pdf"
    page.write_bytes(
        pdf.render(document, result, Envelope("chain", "X", date(2024, 6, 11)), Options(language=language))
    )
    first, second = pages(page)[:2]
    # The page ends with its footer, and the annex begins on the next one.
    footer = "".join(document.footer[0].split())
    assert first.count(footer) == 1
    assert second.startswith("附件" if language == "zh" else "Annex")
    # What is asked stands on the page: as many rows as it says it has.
    left = re.search(r"另有(\d+)项见附件" if language == "zh" else r"(\d+)moreintheannex", first)
    assert left is not None
    shown = len(result.chains[0].asks) - int(left[1]) if len(result.chains[0].asks) > 3 else 3
    assert least <= shown <= 7


def pages(path: Path) -> list[str]:
    """The words of each page, without spaces and page numbers."""
    words = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return ["".join(page.split()) for page in words.split("\f")]


def test_a_map_higher_than_a_sheet_is_continued_on_the_next(tmp_path: Path) -> None:
    result = crowded("zh", 30, projects=0, problems=0, links=20)
    document = chain.document(result)
    links = document.shorter[-1].annex
    page = tmp_path / "map.pdf"
    alone = replace(document, blocks=links, annex=(), shorter=(), one_page=False, language="zh")
    page.write_bytes(pdf.render(alone, result, Envelope("chain", "X", date(2024, 6, 11)), Options(language="zh")))
    placed = subprocess.run(["pdftotext", "-bbox", str(page), "-"], capture_output=True, text=True, check=True).stdout
    bottoms = [float(bottom) for bottom in re.findall(r'yMax="([0-9.]+)"', placed)]
    assert max(bottoms) < 842  # nothing runs over the end of a sheet
    said = "".join(pages(page))
    assert len(pages(page)) > 2
    # Twenty links in each of three parts.
    assert len(re.findall(r"\[[强弱缺]→建链\]", said)) == 60


def test_without_an_annex_there_is_one_sheet_without_a_command(tmp_path: Path) -> None:
    page = tmp_path / "page.pdf"
    arguments = ["--workspace", str(COUNTY), "--lang", "en", "-f", "pdf", "-o", str(page)]
    assert main(["chain", "equipment", *arguments]) == 0
    (whole, end) = pages(page)
    assert end == ""
    # English takes more room: smaller letters and a terser map come before fewer of the fourteen things that lag.
    assert "9moreintheannex" in whole
    assert "projledgerchain" not in whole


def test_names_and_references_stand_on_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.pdf"
    arguments = ["chain", "equipment", "--workspace", str(COUNTY), "--lang", "zh"]
    assert main([*arguments, "-f", "pdf", "-o", str(page)]) == 0
    lines = subprocess.run(["pdftotext", "-layout", str(page), "-"], capture_output=True, text=True, check=True).stdout
    assert main(arguments) == 0
    said = capsys.readouterr().out
    for words in ("白志刚", "向东升", "邓凯", "蒋文", "石磊", "P008/T5", "P008/Q1"):
        assert lines.count(words) == said.count(words) > 0, words
