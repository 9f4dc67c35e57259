"""The published figures of four real places come out of their ledgers; none of them is typed in.

Each test writes the published figure and the arithmetic that leads to it beside what the ledgers give. The sources are
the published reports named in words in the settings of `examples/`.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from projledger.analysis.pace import Standing, standing_of, standings
from projledger.calendar import Period
from projledger.cli.app import main
from projledger.load import Loaded, load, read_folder
from projledger.models.place import Log, Report
from projledger.models.types import FACTORS, StageName
from projledger.models.workspace import Workspace

EXAMPLES = Path(__file__).parent.parent / "examples"
PLACES = {"deqing-2024": 33, "aksay-2022": 28, "anqing-2022": 16, "duchang-2021": 10}


@cache
def loaded(place: str) -> Loaded:
    return load(read_folder(EXAMPLES / place))


def workspace(place: str) -> Workspace:
    return loaded(place).workspace


def as_of(place: str) -> date:
    day = workspace(place).settings.as_of
    assert day is not None
    return day


def logs(place: str) -> Iterator[Log]:
    """Every dated entry of the place and of its projects."""
    yield from workspace(place).log.log
    for project in workspace(place).projects:
        yield from project.log


def reports(place: str, indicator: str, scope: str = "all") -> list[Report]:
    return [r for r in workspace(place).targets.reports if (r.indicator, r.scope) == (indicator, scope)]


def target(place: str, indicator: str, period: str, scope: str = "all") -> Decimal:
    """The value of one target, signed ones included."""
    targets = workspace(place).targets
    plain = [(t.scope or "all", t) for t in targets.targets]
    signed = [(t.scope or c.unit, t) for c in targets.certificates for t in c.targets]
    (found,) = [t.value for s, t in plain + signed if (s, t.indicator, str(t.period)) == (scope, indicator, period)]
    return found


def events(place: str, stage: StageName) -> int:
    """How many projects reached a stage in the year of as_of, up to as_of."""
    end = as_of(place)
    found = [getattr(project.stages, stage) for project in workspace(place).projects]
    return sum(1 for s in found if s and s.actual and date(end.year, 1, 1) <= s.actual <= end)


def told(capsys: pytest.CaptureFixture[str], place: str | Path, command: str, *options: str) -> dict[str, Any]:
    """The `data` that a command prints as JSON."""
    assert main(["-w", str(EXAMPLES / place), command, "-f", "json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (found["command"], found["left_out"]) == (command, [])
    data: dict[str, Any] = found["data"]
    return data


@pytest.mark.parametrize("place", PLACES)
def test_check_is_silent(capsys: pytest.CaptureFixture[str], place: str) -> None:
    assert main(["-w", str(EXAMPLES / place), "check"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("place", "projects"), PLACES.items())
def test_status_counts_every_project(capsys: pytest.CaptureFixture[str], place: str, projects: int) -> None:
    data = told(capsys, place, "status")
    paused = data["lights"]["none"]  # nothing else is without a light
    assert data["projects"] == {"total": projects, "active": projects, "suspended": 0, "cleared": 0, "paused": paused}
    assert sum(data["lights"].values()) == projects
    assert sum(data["stages"]["stock"].values()) == projects


@pytest.mark.parametrize(("place", "projects"), PLACES.items())
def test_every_file_is_read_and_typed(place: str, projects: int) -> None:
    assert [d.message for d in loaded(place).diagnostics] == []
    assert len(workspace(place).projects) == projects
    assert workspace(place).left_out == ()


@pytest.mark.parametrize("place", PLACES)
def test_each_file_says_where_it_comes_from_and_what_is_invented(place: str) -> None:
    for path in (EXAMPLES / place).rglob("*.yaml"):
        head = path.read_text(encoding="utf-8").split("\n\n")[0]
        assert head.startswith("# "), path
        assert "来源S" in head, path
        assert "虚构" in head, path


@pytest.mark.parametrize("place", PLACES)
def test_nothing_happened_after_the_frozen_day(place: str) -> None:
    end = as_of(place)
    assert max(entry.date for entry in logs(place)) <= end
    for project in workspace(place).projects:
        facts = [s.actual for _, s in project.stages.named()]
        facts += [day for t in project.tasks for day in (t.started, t.updated, t.done)]
        facts += [day for q in project.problems for day in (q.raised, q.responded, q.submitted, q.closed)]
        assert [day for day in facts if day and day > end] == [], project.id


# Deqing


def test_deqing_investment_against_the_year_and_the_half_year() -> None:
    latest = reports("deqing-2024", "investment")[-1]
    done = latest.ytd
    assert done is not None
    assert latest.cutoff == date(2024, 6, 11)
    assert done == 162_300
    year = target("deqing-2024", "investment", "2024")
    half = target("deqing-2024", "investment", "2024-H1")
    # 162 300 ÷ 300 000 = 0.541: the published 54.1 %
    assert year == 300_000
    assert Fraction(done) / Fraction(year) == Fraction(541, 1000)
    # 162 300 ÷ 125 000 = 1.2984: 129.84 %, 37 300 more than the half-year asks for
    assert half == 125_000
    assert Fraction(done) / Fraction(half) == Fraction(12_984, 10_000)
    assert done - half == 37_300
    # 300 000 − 162 300
    assert year - done == 137_700


def deqing_standing(method: str, period: str) -> Standing:
    place = workspace("deqing-2024")
    by_method = replace(place, settings=place.settings.model_copy(update={"pace": method}))
    found = standing_of(standings(by_method, as_of("deqing-2024")), "all", "investment", Period.parse(period))
    assert found is not None
    return found


def test_deqing_pace_of_the_year_by_either_method() -> None:
    # 11 June 2024 is day 31 + 29 + 31 + 30 + 31 + 11 = 163 of 366: pace 44.54 %, and 54.1 − 44.54 = +9.56 points
    by_day = deqing_standing("linear_day", "2024")
    assert by_day.pace == Fraction(163, 366)
    assert by_day.gap_points == Fraction(541, 10) - Fraction(16_300, 366)
    assert round(float(by_day.gap_points), 2) == 9.56
    # five full months of twelve: pace 41.67 %, and 54.1 − 41.67 = +12.43 points
    by_month = deqing_standing("linear_month", "2024")
    assert by_month.pace == Fraction(5, 12)
    assert by_month.gap_points is not None
    assert round(float(by_month.gap_points), 2) == 12.43
    assert by_month.ratio == Fraction(541, 1000) / Fraction(5, 12)


def test_deqing_half_year_is_over_fulfilled() -> None:
    half = deqing_standing("linear_month", "2024-H1")
    # 162 300 ÷ 125 000 = 129.84 %; what remains is −37 300, the published excess; pace 5 of 6 months
    assert half.rate == Fraction(12_984, 10_000)
    assert half.remaining == -37_300
    assert half.pace == Fraction(5, 6)


def test_deqing_units_add_up_to_the_county() -> None:
    units = [c.unit for c in workspace("deqing-2024").targets.certificates]
    assert sum(target("deqing-2024", "investment", "2024", unit) for unit in units) == 300_000
    for own in reports("deqing-2024", "investment"):
        of_units = [r.ytd for u in units for r in reports("deqing-2024", "investment", u) if r.month == own.month]
        assert len(of_units) == len(units) == 8
        assert sum(v for v in of_units if v is not None) == own.ytd


def test_deqing_is_first_among_its_peers() -> None:
    peers = workspace("deqing-2024").targets.peers
    rates = [Fraction(p.done) / Fraction(p.value) for p in peers if p.done is not None and p.value]
    # 217 600 ÷ 420 000 = 51.8 %, 187 300 ÷ 380 000 = 49.3 %, 171 900 ÷ 350 000 = 49.1 %,
    # 139 500 ÷ 310 000 = 45.0 %, 71 200 ÷ 160 000 = 44.5 %: all below 54.1 %
    assert len(rates) == 5
    own = deqing_standing("linear_month", "2024").rate
    assert own is not None
    assert max(rates) < own


def test_deqing_size_classes_begin_at_their_thresholds() -> None:
    classes = workspace("deqing-2024").settings.classes
    assert classes["large"] == 10_000  # 1亿元 in 万元
    assert classes["major"] == 100_000  # 10亿元
    sizes = sorted(p.investment for p in workspace("deqing-2024").projects if p.investment is not None)
    assert sum(size >= classes["large"] for size in sizes) == 33
    assert sum(size >= classes["major"] for size in sizes) == 6
    assert classes["large"] in sizes  # both thresholds are reached exactly: >= matters
    assert classes["major"] in sizes


def test_deqing_stage_events_of_the_year() -> None:
    assert events("deqing-2024", "started") == 16
    assert events("deqing-2024", "completed") == 3
    assert events("deqing-2024", "producing") == 6
    stock = Counter(p.stages.current(as_of("deqing-2024")) for p in workspace("deqing-2024").projects)
    # Of 33: the 16 of this year and 4 of last year under construction, 1 of this year's completions and 1 of last
    # year's not yet producing, the 6 that began to produce (two of them completed this year, four before),
    # 3 signed and 2 negotiating: 20 + 2 + 6 + 3 + 2 = 33
    assert stock == {"started": 20, "completed": 2, "producing": 6, "signed": 3, "negotiating": 2}


def test_deqing_services_from_january_to_may() -> None:
    within = [e for e in logs("deqing-2024") if date(2024, 1, 1) <= e.date <= date(2024, 5, 31)]
    counted: Counter[tuple[str, str | None]] = Counter()
    for entry in within:
        counted[entry.kind, entry.team] += entry.count
    assert counted == {
        ("service", "agency"): 25,
        ("service", None): 52,  # service logs
        ("commitment_letter", "approval"): 11,
        ("joint_acceptance", "approval"): 10,
        ("financing", "financing"): 14,
        ("recruitment", "employment"): 25,
    }
    assert any(e.at_least for e in within if e.team == "agency")  # "at least 25"
    assert sum(e.solved or 0 for e in within) == 8
    assert sum(e.amount or 0 for e in within if e.kind == "financing") == 6_600  # 66 million yuan in 万元
    assert sum(e.people or 0 for e in within if e.kind == "recruitment") > 1_000


def test_deqing_every_project_has_its_five_ones() -> None:
    for project in workspace("deqing-2024").projects:
        service = project.service
        assert service is not None
        assert all((service.leader, service.chief_officer, service.specialist, service.unit, service.plan)), project.id
        assert project.owner is not None


def test_deqing_land_is_led_by_a_county_leader() -> None:
    place = workspace("deqing-2024")
    leader = place.people_by_id[place.settings.routing["land"]]
    assert place.units_by_id[leader.unit].kind == "county"
    hard = [p for p in place.projects if any(q.category == "land" and q.level == 4 for q in p.problems)]
    assert [p.lead for p in hard] == [leader.id] * 2
    assert {a.kind for p in place.projects for a in p.actions} == {"reminder", "letter", "interview"}


def test_deqing_as_status_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    data = told(capsys, "deqing-2024", "status")
    events = data["stages"]["events"]
    assert (events["started"], events["completed"], events["producing"]) == (16, 3, 6)
    year, half = data["targets"]
    assert (year["value"], year["done"], year["remaining"]) == (300_000, 162_300, 137_700)
    assert year["rate"] == 0.541
    assert year["pace"] == pytest.approx(5 / 12)
    assert year["gap_points"] == pytest.approx(54.1 - 500 / 12)  # +12.43
    assert year["ratio"] == pytest.approx(0.541 * 12 / 5)
    assert (half["value"], half["rate"], half["remaining"]) == (125_000, 1.2984, -37_300)
    assert {year["cutoff"], half["cutoff"]} == {"2024-06-11"}
    # 16 problems in the ledgers: 8 closed this year, as many as the service logs say were solved
    assert (data["problems"]["open"], data["problems"]["closed"]) == (8, 8)


def test_deqing_by_days_as_status_tells_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    copy = tmp_path / "deqing"
    shutil.copytree(EXAMPLES / "deqing-2024", copy)
    settings = (copy / "projledger.yaml").read_text(encoding="utf-8")
    assert "pace: linear_month\n" in settings
    by_day = settings.replace("pace: linear_month\n", "pace: linear_day\n")
    (copy / "projledger.yaml").write_text(by_day, encoding="utf-8")
    year = told(capsys, copy, "status")["targets"][0]
    assert year["pace"] == pytest.approx(163 / 366)
    assert year["gap_points"] == pytest.approx(54.1 - 16_300 / 366)  # +9.56


def test_deqing_classes_as_filters(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "deqing-2024", "status", "--class", "large")["projects"]["total"] == 33
    assert told(capsys, "deqing-2024", "status", "--class", "major")["projects"]["total"] == 6


def test_deqing_shows_how_a_project_came_to_the_last_step_before_clearing(capsys: pytest.CaptureFixture[str]) -> None:
    data = told(capsys, "deqing-2024", "show", "D33")
    assert (data["light"], data["stage"]) == ("red", "signed")
    assert [action["kind"] for action in data["actions"]] == ["reminder", "letter", "interview"]
    assert len(data["service"]) == 5


@pytest.mark.parametrize("options", [(), ("--since", "2024-01-01", "--until", "2024-05-31")])
def test_deqing_services_as_list_tells_them(capsys: pytest.CaptureFixture[str], options: tuple[str, ...]) -> None:
    found = told(capsys, "deqing-2024", "list", "services", *options)["rows"]
    rows = {(row["team"], row["kind"]): row for row in found}
    assert {key: row["count"] for key, row in rows.items()} == {
        ("agency", "service"): 25,
        ("approval", "commitment_letter"): 11,
        ("approval", "joint_acceptance"): 10,
        (None, "service"): 52,  # service logs
        ("financing", "financing"): 14,
        ("employment", "recruitment"): 25,
    }
    assert [key for key, row in rows.items() if row["at_least"]] == [("agency", "service")]  # "at least 25"
    assert sum(row["solved"] or 0 for row in found) == 8
    assert rows["financing", "financing"]["amount"] == 6_600  # 66 million yuan in 万元
    assert rows["employment", "recruitment"]["people"] > 1_000


def test_deqing_first_among_its_peers_as_ranking_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    peers = told(capsys, "deqing-2024", "ranking")["peers"]
    us = next(row for row in peers if row["us"])
    assert (us["name"], us["indicator"], us["period"]) == ("德清县", "investment", "2024")
    assert (us["rate"], us["rank"]) == (0.541, 1)
    assert [row["rank"] for row in peers] == [1, 2, 3, 4, 5, 6]


def test_deqing_stage_events_as_funnel_tells_them(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["stage"]: row for row in told(capsys, "deqing-2024", "funnel")["stages"]}
    assert [rows[stage]["events"] for stage in ("started", "completed", "producing")] == [16, 3, 6]
    assert sum(row["stock"] for row in rows.values() if row["stock"] is not None) == 33


# Aksay


def test_aksay_fixed_asset_investment_and_its_growth() -> None:
    latest = reports("aksay-2022", "investment")[-1]
    assert latest.ytd == 105_000  # 10.5亿元
    assert latest.prior_ytd is not None
    # 105 000 ÷ 92 025 − 1 = 0.140994…: the published +14.1 %
    assert round(latest.ytd / latest.prior_ytd - 1, 3) == Decimal("0.141")


def test_aksay_funnel_from_contacts_to_contracts() -> None:
    assert sum(e.count for e in logs("aksay-2022") if e.kind == "contact") == 149
    assert sum(e.count for e in logs("aksay-2022") if e.kind == "docking") == 106
    assert events("aksay-2022", "signed") == 9
    signed = [p.investment for p in workspace("aksay-2022").projects if p.stages.signed and p.stages.signed.actual]
    # 320 000 + 48 000 + 36 000 + 62 000 + 12 600 + 28 000 + 30 000 + 8 000 + 20 000 = 564 600: 56.46亿元
    assert len(signed) == 9
    assert sum(i for i in signed if i is not None) == 564_600


def test_aksay_bonds_and_budget_money() -> None:
    sums: dict[str, Decimal] = {}
    for project in workspace("aksay-2022").projects:
        for funding in project.funding:
            if funding.awarded is not None:
                sums[funding.source] = sums.get(funding.source, Decimal(0)) + funding.awarded
    # special bonds 2.6亿元 = 12 000 + 8 000 + 6 000; general bonds 0.58亿元 = 3 800 + 2 000;
    # central and provincial 1.02934亿元 = 1 500 + 2 600 + 1 893.4 + 1 800 + 1 500 + 1 000
    assert sums == {"special_bond": 26_000, "general_bond": 5_800, "central_and_provincial": Decimal("10293.4")}
    assert sum(sums.values()) == Decimal("42093.4")  # 4.20934亿元


def test_aksay_reserves_are_indicators() -> None:
    assert reports("aksay-2022", "reserve_special_bond")[-1].ytd == 148
    assert reports("aksay-2022", "reserve_central_budget")[-1].ytd == 288


def test_aksay_small_modules_are_packaged_into_one_project() -> None:
    place = workspace("aksay-2022")
    modules = [p for p in place.projects if p.parent == "K01"]
    assert [p.id for p in modules] == ["K02", "K03", "K04"]
    # 5 200 + 6 100 + 2 900 = 14 200
    assert sum(p.investment or 0 for p in modules) == place.projects_by_id["K01"].investment == 14_200


def test_aksay_as_status_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    data = told(capsys, "aksay-2022", "status")
    assert data["stages"]["events"]["signed"] == 9
    done = {target["indicator"]: target["done"] for target in data["targets"]}
    assert done == {"investment": 105_000, "reserve_special_bond": 148, "reserve_central_budget": 288}
    assert data["targets"][0]["yoy"] == pytest.approx(105_000 / 92_025 - 1)  # +14.1 %


def test_aksay_shows_the_money_of_a_project(capsys: pytest.CaptureFixture[str]) -> None:
    funding = told(capsys, "aksay-2022", "show", "G02")["project"]["funding"]
    assert [(f["source"], f["awarded"]) for f in funding] == [
        ("special_bond", 8_000),
        ("central_and_provincial", 1_500),
    ]
    assert funding[0]["plan"] == {"2022-08": 4_000, "2022-12": 8_000}


def test_aksay_funnel_as_funnel_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["stage"]: row for row in told(capsys, "aksay-2022", "funnel")["stages"]}
    assert [rows[stage]["events"] for stage in ("contact", "docking", "signed")] == [149, 106, 9]
    assert rows["contact"]["conversion"] == pytest.approx(106 / 149)
    assert rows["signed"]["amount"] == 564_600  # 56.46亿元


def test_aksay_bonds_and_budget_money_as_list_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "aksay-2022", "list", "funding")
    awarded = {total["source"]: total["awarded"] for total in found["totals"]}
    assert (awarded["special_bond"], awarded["general_bond"]) == (26_000, 5_800)  # 2.6 and 0.58亿元
    assert awarded["central_and_provincial"] == 10_293.4  # 1.02934亿元
    groups = {total["source"]: total["awarded"] for total in found["groups"]}
    assert groups["public"] == groups["all"] == 42_093.4  # 4.20934亿元


# Anqing


def test_anqing_eight_chains_each_with_chief_department_team_and_map() -> None:
    place = workspace("anqing-2022")
    assert len(place.chains) == 8
    assert len({c.chief for c in place.chains}) == 8
    for chain in place.chains:
        assert place.units_by_id[chain.lead_unit].kind == "department"
        assert chain.team is not None
        assert place.units_by_id[chain.team].kind == "team"
        assert {n.position for n in chain.nodes} == {"upstream", "midstream", "downstream"}
        assert chain.talents, "double recruitment has talent rows"
        assert sum(p.chain == chain.id for p in place.projects) == 2, "and project rows"
    assert {n.action for c in place.chains for n in c.nodes} == {"build", "repair", "extend", "strengthen"}


def test_anqing_six_stages_and_four_factors() -> None:
    place = workspace("anqing-2022")
    stock = {p.stages.current(as_of("anqing-2022")) for p in place.projects}
    assert stock == {"negotiating", "signed", "started", "completed", "producing", "full_capacity"}
    assert {name for p in place.projects for name, _ in p.factors.named()} == set(FACTORS)
    assert any(stage.handed_over for p in place.projects for _, stage in p.stages.named())


def test_anqing_clears_the_day() -> None:
    end = as_of("anqing-2022")
    tasks = [t for p in workspace("anqing-2022").projects for t in p.tasks]
    assert sum(t.deadline_on(end) == end for t in tasks) == 3  # due today: one open, two done today
    assert sum(t.done == end for t in tasks) == 2
    assert sum(t.deadline_on(end) < end and t.done is None for t in tasks) == 1  # carried over


def test_anqing_as_status_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    stages = told(capsys, "anqing-2022", "status")["stages"]
    # by their dates in 2022: negotiating Q01 H02 Y02 S02 D01 N01; signed Q01 S02 F01 D01 N01;
    # started H01 Z01 Y01 F01 D02 N01; completed Q02 Z02 S01 F02 N02; producing Q02 Z02 S01 N02; full capacity Z02
    events = {stage: count for stage, count in stages["events"].items() if stage != "reserve"}
    assert list(events.values()) == [6, 5, 6, 5, 4, 1]
    assert all(stages["stock"][stage] for stage in events)


def test_anqing_upcoming_begins_with_what_is_due_today(capsys: pytest.CaptureFixture[str]) -> None:
    upcoming = told(capsys, "anqing-2022", "status")["upcoming"]
    assert [item["ref"] for item in upcoming if item["date"] == "2022-10-21"] == ["Q01/T1", "Z01"]


# Duchang


def test_duchang_a_plant_two_months_ahead_of_plan() -> None:
    completed = workspace("duchang-2021").projects_by_id["C01"].stages.completed
    assert completed is not None
    assert completed.plan is not None
    assert completed.actual is not None
    # from 31 August to 31 October: 30 days of September + 31 of October = 61 days, two months
    assert (completed.actual, completed.plan) == (date(2021, 8, 31), date(2021, 10, 31))
    assert (completed.plan - completed.actual).days == 61


def test_duchang_fund_of_one_million_yuan() -> None:
    fund = workspace("duchang-2021").targets.fund
    assert fund is not None
    assert str(fund.year) == "2021"
    assert fund.pool == 100  # 100万元
    # awards: 20 + 8 + 22 + 15 = 65, so 35 are left
    assert sum(award.amount for award in fund.awards) == 65


def test_duchang_five_cadences_certificates_and_attached_leaders() -> None:
    place = workspace("duchang-2021")
    assert [(c.period, c.act) for c in place.settings.cadences] == [
        ("week", "supervision"),
        ("month", "dispatch"),
        ("quarter", "notice"),
        ("half", "assessment"),
        ("year", "evaluation"),
    ]
    held = {m.period for m in place.meetings}
    assert held == {"week", "month", "quarter", "half"}  # the year's evaluation is still to come
    fields = {t.indicator for c in place.targets.certificates for t in c.targets}
    assert fields == {"policy", "progress", "tax", "jobs"}
    for project in place.projects:
        assert project.service is not None
        assert project.service.leader is not None, project.id
    difficult = [p for p in place.projects if p.difficult]
    assert len(difficult) == 2
    assert all(p.lead and p.rhythm == "week" for p in difficult)


def test_duchang_shows_the_plant_ahead_of_plan(capsys: pytest.CaptureFixture[str]) -> None:
    stages = told(capsys, "duchang-2021", "show", "C01")["stages"]
    completed = next(stage for stage in stages if stage["stage"] == "completed")
    assert (completed["plan"], completed["actual"]) == ("2021-10-31", "2021-08-31")
    assert completed["variance_days"] == 61


def test_duchang_as_status_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    year = told(capsys, "duchang-2021", "status")["targets"][0]
    # 196 500 ÷ 210 000 = 93.57 %, pace 11 of 12 months = 91.67 %: +1.9 points
    assert (year["done"], year["value"]) == (196_500, 210_000)
    assert year["gap_points"] == pytest.approx(19_650 / 210 - 1_100 / 12)


def test_duchang_fund_as_list_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "duchang-2021", "list", "awards")
    # 100万元 less 20 + 8 + 22 + 15
    assert found["fund"] == {"year": "2021", "pool": 100, "given": 65, "balance": 35}
    assert [row["balance"] for row in found["rows"]] == [80, 72, 50, 35]
