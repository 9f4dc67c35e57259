"""`chain`: figures worked by hand over the county and over the eight chains of the city, and what is asked of whom."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from projledger import i18n, load
from projledger.analysis.selection import Filter
from projledger.cli.app import main
from projledger.document import Items, Section, Table
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
    assert row["projects"] == {"total": 5, "active": 5, "suspended": 0, "cleared": 0}
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
        ("node", "brand", "2025-06-30"),  # missing, without a project; the sole has P002
    ]
    first, second = asks[0], asks[1]
    # The bay comes four workdays late; the equipment that waits for it has until 8 July to begin.
    assert "变电间隔改造 is forecast for 20 June, 4 workdays late" in first["otherwise"]
    assert "设备安装 has 5 workdays left" in first["otherwise"]
    assert "1,500 千伏安" in first["reason"]
    assert second["days_late"] == 1
    assert "decided on 14 May for 10 June, not done" in second["reason"]  # the meeting's decision about P002/T2
    assert "11 days late already" in second["otherwise"]  # the signing planned for 31 May
    assert "together with 何敏" in second["what"]  # who takes approvals


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


LONG = "很长的名称" * 6


def crowded(problems: int) -> chain.Result:
    """A chain with many late problems of long names, answered as its page."""
    lines = ["id: P1", f"name: {LONG}", "unit: 经信局", "chain: c", "owner: 张三", "problems:"]
    for number in range(problems):
        lines.append(f"  - {{id: Q{number}, text: {LONG}{number}, raised: 2024-05-01, deadline: 2024-05-20, level: 3}}")
    loaded = load.load(
        [
            ("projledger.yaml", "name: 县\nas_of: 2024-06-11".encode()),
            ("chains.yaml", "chains: [{id: c, name: 链, chief: 李四, lead_unit: 经信局}]".encode()),
            ("projects/a.yaml", "\n".join(lines).encode()),
        ]
    )
    return chain.compute(Query(loaded.workspace, date(2024, 6, 11), Filter(), {"id": "c"}))


@pytest.mark.parametrize("count", [0, 1, 4, 9, 40])
def test_the_page_gives_way_to_long_texts_and_says_how_much_is_left(count: int) -> None:
    i18n.use("en")
    result = crowded(count)
    document = chain.document(result)
    assert document.one_page
    asks = next(block for block in document.blocks if isinstance(block, Section))
    table, *more = asks.blocks
    assert isinstance(table, Table)
    asked = len(result.chains[0].asks)
    assert asked >= count
    assert min(asked, 3) <= len(table.rows) <= 7
    left = asked - len(table.rows)
    assert len(more) == (left > 0)
    assert left == 0 or f"{left} more in the annex" in str(more)


def test_the_annex_has_the_rest() -> None:
    i18n.use("en")
    result = crowded(9)
    whole = chain.document(chain.Result(**{**{f: getattr(result, f) for f in result.__slots__}, "annex": True}))
    assert not whole.one_page
    annex = whole.blocks[-1]
    assert isinstance(annex, Section)
    page = next(block for block in whole.blocks if isinstance(block, Section)).blocks[0]
    assert isinstance(page, Table)
    further = annex.blocks[0]
    assert isinstance(further, Section)
    listed = further.blocks[0]
    assert isinstance(listed, Items)
    assert len(page.rows) + len(listed.items) == len(result.chains[0].asks) >= 9
