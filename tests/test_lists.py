"""The tables of `list`: services, factors, funding, meetings, assets and awards, run as commands."""

from __future__ import annotations

import csv
import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from projledger.analysis.meetings import decisions, rhythms
from projledger.analysis.selection import Filter
from projledger.cli.app import main
from projledger.load import load
from projledger.reports import Query, chain
from projledger.reports.lists import meetings as list_meetings

ROOT = Path(__file__).parent.parent
COUNTY = ROOT / "ledgers"
DEQING, DUCHANG = ROOT / "examples/deqing-2024", ROOT / "examples/duchang-2021"
LISTS = ("services", "factors", "funding", "meetings", "assets", "awards")


def run(capsys: pytest.CaptureFixture[str], workspace: Path, what: str, *options: str) -> str:
    assert main(["list", what, "--workspace", str(workspace), *options]) == 0
    return capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], workspace: Path, what: str, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(capsys, workspace, what, "--format", "json", *options))
    assert found["command"] == "list"
    result: dict[str, Any] = found["data"]
    return result


def place(folder: Path, **files: str) -> Path:
    """A workspace of the given files; `p_` in a name stands for the folder of projects."""
    (folder / "projects").mkdir()
    files.setdefault("projledger", "")
    for name, text in files.items():
        path = folder / "projects" / f"{name[2:]}.yaml" if name.startswith("p_") else folder / f"{name}.yaml"
        text = f"name: Qinghe\nas_of: 2024-06-11\n{text}" if name == "projledger" else text
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("services", "No service, visit or contact is recorded from 1 January to 11 June"),
        ("factors", "No project states what land, finance, energy or labour it needs"),
        ("funding", "No project states where its money comes from"),
        ("meetings", "No meeting is recorded from 1 January to 11 June"),
        ("assets", "No idle land or factory is recorded"),
        ("awards", "There is no incentive fund"),
    ],
)
def test_an_empty_place_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path, what: str, said: str) -> None:
    assert said in run(capsys, place(tmp_path), what, "-f", "text")


@pytest.mark.parametrize("what", LISTS)
def test_each_is_one_table_for_spreadsheets(capsys: pytest.CaptureFixture[str], what: str) -> None:
    found = run(capsys, COUNTY, what, "-f", "csv", "--lang", "zh")
    rows = list(csv.reader(StringIO(found.removeprefix("\ufeff"))))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


def test_a_filter_that_says_nothing_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "assets", "-w", str(COUNTY), "--owner", "lin"]) == 2
    assert "list assets does not take --owner" in capsys.readouterr().err
    assert main(["list", "factors", "-w", str(COUNTY), "--since", "2024-01-01"]) == 2
    assert main(["list", "friends", "-w", str(COUNTY)]) == 2
    capsys.readouterr()
    assert main(["list", "-w", str(COUNTY)]) == 2
    assert "services, factors, funding, meetings, assets or awards" in capsys.readouterr().err


# --- services ---


def test_services_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    deqing = run(capsys, DEQING, "services", "-f", "text", "--lang", "en")
    assert "financing: financing 14, 66 million yuan" in deqing
    assert "agency: service at least 25" in deqing
    assert "德清县服务情况" in run(capsys, DEQING, "services", "-f", "text", "--lang", "zh")
    english = run(capsys, COUNTY, "services", "-f", "text", "--lang", "en")
    assert "agency: service at least 17, 13 problems solved" in english


LOG = """\
log:
  - {date: 2023-12-31, kind: visit, chain: shoe}
  - {date: 2024-01-01, kind: visit, chain: shoe, unit: drc}
  - {date: 2024-06-12, kind: visit}
"""
PLANT = """\
id: P1
name: Plant
unit: park
log:
  - {date: 2024-02-01, kind: service, team: agency, count: 2}
  - {date: 2024-02-02, kind: service, team: agency, count: 3, at_least: true, solved: 0}
"""


def test_services_of_this_year_up_to_now(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(tmp_path, log=LOG, p_a=PLANT)
    found = data(capsys, folder, "services")
    assert [(r["kind"], r["count"], r["at_least"], r["solved"]) for r in found["rows"]] == [
        ("service", 5, True, 0),
        ("visit", 1, False, None),
    ]
    assert [entry["date"] for entry in found["entries"]] == ["2024-02-02", "2024-02-01", "2024-01-01"]
    since = data(capsys, folder, "services", "--since", "2023-12-01", "--until", "2024-01-31")
    assert [(row["kind"], row["count"]) for row in since["rows"]] == [("visit", 2)]


@pytest.mark.parametrize(
    ("options", "kinds"),
    [(("--chain", "shoe"), ["visit"]), (("--unit", "park"), ["service"]), (("--status", "active"), ["service"])],
)
def test_services_filtered(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: tuple[str, ...], kinds: list[str]
) -> None:
    found = data(capsys, place(tmp_path, log=LOG, p_a=PLANT), "services", *options)
    assert [row["kind"] for row in found["rows"]] == kinds


def test_services_for_cleared_projects_are_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(tmp_path, p_a=PLANT.replace("log:", "status: cleared\nstatus_date: 2024-05-01\nlog:"))
    assert data(capsys, folder, "services")["rows"] == []
    assert len(data(capsys, folder, "services", "--status", "cleared")["rows"]) == 1


# --- factors ---


def test_factors_of_the_county(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, COUNTY, "factors")
    totals = {(total["factor"], total["measure"]): total for total in found["totals"]}
    land = totals["land", "亩"]
    # P001 96 of 96, P002 0 of 30, P007 180 of 180, P008 104 of 120: 380 of 426, 46 short in two projects.
    assert (land["needed"], land["secured"], land["gap"], land["short"]) == (426, 380, 46, 2)
    assert land["rate"] == pytest.approx(380 / 426)
    assert [row["priority"] for row in found["rows"] if row["factor"] == "land"] == [1, 1, 1, 2]
    assert not any(row["project"] == "P003" for row in found["rows"])


FACTORS = """\
id: {id}
name: Plant {id}
unit: park
{extra}
factors: {{land: {{needed: {needed}, {secured}measure: 亩, deadline: 2024-06-08}}}}
"""


def test_a_package_counts_instead_of_its_modules(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(
        tmp_path,
        p_k1=FACTORS.format(id="K1", extra="", needed=100, secured="secured: 40, "),
        p_k2=FACTORS.format(id="K2", extra="parent: K1", needed=60, secured="secured: 40, "),
        p_k3=FACTORS.format(id="K3", extra="priority: 2", needed=30, secured=""),
        p_k4=FACTORS.format(id="K4", extra="priority: 1", needed=10, secured="secured: 15, "),
    )
    found = data(capsys, folder, "factors")
    rows = {row["project"]: row for row in found["rows"]}
    assert list(rows) == ["K4", "K3", "K1", "K2"]  # by priority; without one last
    assert [rows[name]["gap"] for name in ("K1", "K3", "K4")] == [60, None, 0]
    assert [rows[name]["days_late"] for name in ("K1", "K3", "K4")] == [3, 3, 0]
    assert (rows["K2"]["counted"], rows["K1"]["counted"]) == (False, True)
    (total,) = found["totals"]
    # 100 + 30 + 10 needed; 40 + 15 secured; what K4 has too much does not help K1; K3 says nothing.
    assert (total["needed"], total["secured"], total["gap"]) == (140, 55, 60)
    assert (total["projects"], total["short"], total["unreported"]) == (3, 1, 1)


# --- funding ---


FUNDING = """\
id: {id}
name: Plant {id}
unit: park
{extra}
funding:
  - {funding}
"""


def test_funding_as_known_on_the_day(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(
        tmp_path,
        p_k1=FUNDING.format(
            id="K1",
            extra="",
            funding="{source: county, planned: 500, awarded: 400, paid: 100, date: 2024-05-31, "
            "plan: {2024-03: 50, 2024-05: 250, 2024-06: 400}}",
        ),
        p_k2=FUNDING.format(
            id="K2", extra="", funding="{source: county, planned: 90, applied: 90, awarded: 80, date: 2024-06-12}"
        ),
        p_k3=FUNDING.format(
            id="K3", extra="parent: K1", funding="{source: county, planned: 200, apply_by: 2024-06-01}"
        ),
    )
    found = data(capsys, folder, "funding")
    rows = {row["ref"]: row for row in found["rows"]}
    assert (rows["K1"]["planned_paid"], rows["K1"]["unpaid"]) == (250, 150)  # June's 400 is not due on 31 May
    assert [rows["K2"][key] for key in ("planned", "applied", "awarded", "date")] == [90, None, None, None]
    assert (rows["K3"]["apply_days_late"], rows["K3"]["counted"]) == (10, False)
    (county,) = found["totals"]
    assert [county[key] for key in ("projects", "planned", "applied", "awarded", "paid")] == [2, 590, None, 400, 100]
    page = run(capsys, folder, "funding", "-f", "text")
    assert "1.5 million yuan behind the payment plan" in page
    assert "application overdue 10 days" in page
    assert "(2 million yuan)" in page


# --- meetings ---


def test_meetings_of_the_county(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, COUNTY, "meetings")
    cadences = {(row["chain"], row["period"]): row for row in found["cadences"]}
    monthly = cadences[None, "month"]
    # The county's own record begins on 23 February: February to May are over, and each had its meeting.
    assert (monthly["counted"], monthly["required"], monthly["held"]) == ("2024-02-23", 4, 4)
    # That of chain meetings begins on 15 March; footwear met in March, April and May, equipment not in April.
    footwear, equipment = cadences["footwear", "month"], cadences["equipment", "month"]
    assert (footwear["counted"], footwear["required"], footwear["held"]) == ("2024-03-15", 3, 3)
    assert (equipment["required"], equipment["missed"]) == (3, ["2024-04"])
    assert footwear["last"] == "2024-05-14"
    # No weekly one is recorded: of the weeks from 19 February, 8 to 23 are over.
    assert (cadences[None, "week"]["required"], cadences[None, "week"]["held"]) == (16, 0)
    assert cadences["food", "quarter"]["current_held"] is True  # 25 April
    assert found["decisions"] == {"total": 21, "done": 12, "open": 9, "overdue": 3}
    assert found["rows"][0]["id"] == "M11"
    mine = data(capsys, COUNTY, "meetings", "--owner", "罗刚")
    assert [[d["ref"] for d in row["decisions"]] for row in mine["rows"]] == [["M8/D2"]]


def test_assessments_look_back(capsys: pytest.CaptureFixture[str]) -> None:
    cadences = {row["period"]: row for row in data(capsys, DUCHANG, "meetings")["cadences"]}
    # The half-year's assessment was held on 9 July, the first meeting on record: it is taken for the first half.
    assert (cadences["half"]["required"], cadences["half"]["held"]) == (1, 1)
    # So is a notice of the second quarter asked for; that of the third was held on 12 October.
    assert (cadences["quarter"]["required"], cadences["quarter"]["missed"]) == (2, ["2021-Q2"])
    assert (cadences["year"]["current"], cadences["year"]["current_until"]) == ("2021", "2022-01-31")
    # From the week of Friday 9 July, the 27th, to the 50th, over by Monday 20 December; held in 48, 49 and 50.
    assert (cadences["week"]["required"], cadences["week"]["held"]) == (24, 3)
    # July to November are over; October and November had one.
    assert cadences["month"]["missed"] == ["2021-07", "2021-08", "2021-09"]


MEETINGS = """\
meetings:
  - id: M1
    date: 2023-12-20
    decisions:
      - {id: D1, text: Open since last year, owner: lin, deadline: 2024-06-10}
      - {id: D2, text: Became a task, owner: lin, deadline: 2024-01-31, task: P1/T1}
  - {id: M2, date: 2023-11-20, decisions: [{id: D1, text: Done, owner: lin, deadline: 2024-01-10, done: 2024-01-09}]}
  - {id: M3, date: 2024-06-12, decisions: [{id: D1, text: Tomorrow, owner: lin, deadline: 2024-01-01}]}
"""


def test_open_decisions_are_carried_over(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    project = "id: P1\nname: Plant\nunit: park\ntasks: [{id: T1, name: Road, deadline: 2024-02-01, done: 2024-03-01}]\n"
    folder = place(tmp_path, meetings=MEETINGS, p_a=project)
    found = data(capsys, folder, "meetings")
    assert [row["id"] for row in found["rows"]] == ["M1"]
    first, second = found["rows"][0]["decisions"]
    assert (first["done"], first["overdue"], first["days_late"]) == (None, True, 1)
    assert (second["done"], second["overdue"]) == ("2024-03-01", False)
    assert data(capsys, folder, "meetings", "--since", "2024-01-01")["rows"] == []
    page = run(capsys, folder, "meetings", "-f", "text")
    assert "Decisions: 2; done: 1; open: 1; overdue: 1." in page


def test_a_daily_cadence_asks_on_workdays_only() -> None:
    files = [
        ("projledger.yaml", b"name: X\ncalendar: {country: CN}\ncadences: [{period: day, act: dispatch}]\n"),
        ("meetings.yaml", b"meetings: [{id: A, date: 2024-06-07, period: day}, {id: B, date: 2024-06-09}]\n"),
    ]
    workspace = load(files).workspace
    # 7 June, the first on record, was a workday; 8 to 10 are the Dragon Boat holiday; the 11th is not over.
    (daily,) = rhythms(workspace, date(2024, 6, 11), date(2024, 6, 3), date(2024, 6, 11))
    assert (daily.required, daily.held, daily.current.first) == (1, 1, date(2024, 6, 11))
    # On the 14th the 11th to 13th are over; looked at only up to the 12th, two of them are.
    (daily,) = rhythms(workspace, date(2024, 6, 14), date(2024, 6, 3), date(2024, 6, 14))
    assert (daily.required, daily.held, daily.current.first) == (4, 1, date(2024, 6, 14))
    (daily,) = rhythms(workspace, date(2024, 6, 14), date(2024, 6, 3), date(2024, 6, 12))
    assert (daily.required, daily.held) == (3, 1)
    # Before anything is on record every workday since the first day looked at had none: 3 to 5 June.
    (daily,) = rhythms(workspace, date(2024, 6, 6), date(2024, 6, 3), date(2024, 6, 6))
    assert (daily.counted, daily.required, daily.held) == (date(2024, 6, 3), 3, 0)
    assert list(decisions(workspace, date(2024, 6, 11))) == []


CHAINS = (
    "chains: [{id: a, name: A, chief: x, lead_unit: u, cadence: month},"
    " {id: b, name: B, chief: x, lead_unit: u, cadence: month}, {id: c, name: C, chief: x, lead_unit: u}]\n"
)


@pytest.mark.parametrize(
    ("day", "meetings", "held", "required"),
    [
        # Nothing is on record: January to May, none of them held.
        (date(2024, 6, 11), "", 0, 5),
        # Chain B met on 20 March: from then on A is asked for March, April and May.
        (date(2024, 6, 11), "{id: M, date: 2024-03-20, chain: b}", 0, 3),
        # A record that began last year asks for the whole year so far; A met in January.
        (date(2024, 6, 11), "{id: M, date: 2023-11-20, chain: b}, {id: N, date: 2024-01-05, chain: a}", 1, 5),
        # A month asks from the day after its last: on 31 May there is still time, on 1 June there is none.
        (date(2024, 5, 31), "{id: M, date: 2024-04-03, chain: a}", 1, 1),
        (date(2024, 6, 1), "{id: M, date: 2024-04-03, chain: a}", 1, 2),
        # Meetings of the place or of a park say nothing about chains; later ones do not count yet.
        (date(2024, 3, 1), "{id: M, date: 2024-02-03}, {id: N, date: 2024-03-02, chain: a}", 0, 2),
    ],
)
def test_chain_and_the_list_of_meetings_ask_for_the_same(day: date, meetings: str, held: int, required: int) -> None:
    workspace = load(
        [
            ("projledger.yaml", b"name: X\n"),
            ("chains.yaml", CHAINS.encode()),
            ("meetings.yaml", f"meetings: [{meetings}]\n".encode()),
        ]
    ).workspace
    page = chain.compute(Query(workspace, day, Filter(), {"id": "a"})).chains[0].meetings
    assert (page.held, page.required) == (held, required)
    listed = list_meetings.compute(Query(workspace, day, Filter(), {"what": "meetings"})).cadences
    assert [(row.chain, row.held, row.required) for row in listed if row.chain == "a"] == [("a", held, required)]
    assert [row.chain for row in listed] == ["a", "b"]  # C has no cadence


# --- assets ---


def test_assets_of_the_county(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, COUNTY, "assets")
    assert [(row["ref"], row["state"]) for row in found["rows"]] == [
        ("A4", "idle"),
        ("A1", "idle"),
        ("A5", "matched"),
        ("A2", "matched"),
        ("A3", "revitalised"),
    ]
    totals = {(total["kind"], total["state"]): (total["count"], total["area"]) for total in found["totals"]}
    assert totals["land", "idle"] == (1, 86)
    assert totals["factory", "revitalised"] == (1, 6200)
    # Idle since 30 April: 31 days of May and 11 of June.
    assert next(row["idle_days"] for row in found["rows"] if row["ref"] == "A1") == 42
    # 20 August 2020 to 11 June 2024: three years and nine months are full on 20 May, the tenth on 20 June.
    assert "3 years 9 months" in run(capsys, COUNTY, "assets", "-f", "text")
    parks = data(capsys, COUNTY, "assets", "--park", "芙蓉工业园管委会")["rows"]
    assert [row["ref"] for row in parks] == ["A4", "A2"]


def test_a_cleared_project_matches_no_asset(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(
        tmp_path,
        assets="assets:\n"
        "  - {id: A, kind: land, name: Corner, project: P1}\n"
        "  - {id: B, kind: land, name: Later, since: 2024-06-12}\n"
        "  - {id: C, kind: land, name: Again, since: 2024-06-01, revitalised: 2024-06-12}\n",
        p_a="id: P1\nname: Plant\nunit: park\nstatus: cleared\nstatus_date: 2024-05-01\n",
    )
    rows = data(capsys, folder, "assets")["rows"]
    assert [(r["ref"], r["state"], r["match_cleared"], r["idle_days"]) for r in rows] == [
        ("C", "idle", False, 10),
        ("A", "idle", True, None),
    ]
    assert "Plant (cleared)" in run(capsys, folder, "assets", "-f", "text")


# --- awards ---


def test_the_fund_of_duchang(capsys: pytest.CaptureFixture[str]) -> None:
    assert "2021年奖励资金100万元；已发放65万元；余35万元。" in run(capsys, DUCHANG, "awards", "-f", "text")
    earlier = data(capsys, DUCHANG, "awards", "--as-of", "2021-09-09")
    assert earlier["fund"]["balance"] == 80


def test_a_fund_may_be_overspent(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    awards = "fund: {year: 2024, pool: 10, awards: [{date: 2024-02-01, to: lin, amount: 12}]}\n"
    page = run(capsys, place(tmp_path, targets=awards), "awards", "-f", "text")
    assert "given 120,000 yuan; 20,000 yuan more than it holds" in page
