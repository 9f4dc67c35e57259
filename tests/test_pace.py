"""Targets against the pace, by hand: the arithmetic stands beside each expectation."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from projledger.analysis import pace
from projledger.analysis.figures import Figures
from projledger.analysis.pace import Standing
from projledger.calendar import Period
from projledger.models.place import Chains, Targets
from projledger.models.project import Project
from projledger.models.settings import Settings
from projledger.models.workspace import Workspace


def workspace(targets: str = "", *projects: str, settings: str = "", chains: str = "") -> Workspace:
    """A place from the text of its files (every scalar is text, as the reader hands it over)."""

    def typed(model: Any, text: str) -> Any:
        return model.model_validate(yaml.load(text, yaml.BaseLoader) or {}, context={"money_unit": "万元"})

    return Workspace(
        settings=typed(Settings, "name: 清河县\n" + settings),
        targets=typed(Targets, targets),
        chains=typed(Chains, chains).chains,
        projects=tuple(typed(Project, text) for text in projects),
        files=tuple(f"projects/{number}.yaml" for number in range(len(projects))),
    )


def day(text: str) -> date:
    return date.fromisoformat(text)


def stand(place: Workspace, as_of: str, ref: str | None = None) -> Standing:
    """The one standing, or that with the reference."""
    found = [s for s in pace.standings(place, day(as_of)) if ref in (None, s.ref)]
    assert len(found) == 1
    return found[0]


def place_with(reports: str, target: str = "period: 2024, value: 1200", settings: str = "") -> Workspace:
    """A place with one target of investment and the given reports of it."""
    lines = "".join(f"  - {{indicator: inv, {line}}}\n" for line in reports.split("; ") if line)
    reported = f"reports:\n{lines}" if lines else ""
    return workspace(f"targets:\n  - {{indicator: inv, {target}}}\n{reported}", settings=settings)


# --- Deqing, as published ---------------------------------------------------------------------------------------------

DEQING = """
indicators: {investment: {name: 制造业投资, measure: 万元}}
targets:
  - {indicator: investment, period: 2024, value: 30亿元}
  - {indicator: investment, period: 2024-H1, value: 12.5亿元}
reports:
  - {indicator: investment, month: 2024-06, ytd: 1.623 billion yuan, cutoff: 2024-06-11}
"""


@pytest.mark.parametrize(
    ("method", "year_pace", "year_gap", "half_pace"),
    [
        # 31 + 29 + 31 + 30 + 31 + 11 = 163 of 366 days; 54.1 − 44.5355 = 9.5645. Half-year: 163 of 182 days.
        ("linear_day", Fraction(163, 366), "9.56", Fraction(163, 182)),
        # Five full months of twelve; 54.1 − 41.6667 = 12.4333. Half-year: five of six.
        ("linear_month", Fraction(5, 12), "12.43", Fraction(5, 6)),
    ],
)
def test_deqing_as_published(method: str, year_pace: Fraction, year_gap: str, half_pace: Fraction) -> None:
    place = workspace(DEQING, settings=f"pace: {method}")
    year = stand(place, "2024-06-11", "all/investment/2024")
    assert (year.done, year.rate, year.pace) == (Decimal(162300), Fraction("0.541"), year_pace)
    assert f"{float(year.gap_points or 0):.2f}" == year_gap
    assert year.ratio == Fraction("0.541") / year_pace
    assert year.remaining == 137700
    half = stand(place, "2024-06-11", "all/investment/2024-H1")
    # 162 300 ÷ 125 000 = 1.2984; 37 300 more than the target.
    assert (half.rate, half.remaining, half.pace, half.cutoff) == (
        Fraction("1.2984"),
        -37300,
        half_pace,
        day("2024-06-11"),
    )
    assert half.gap_points == 100 * (Fraction("1.2984") - half_pace)
    assert (half.name, half.scope_name, half.measure) == ("制造业投资", "清河县", "万元")


def test_the_figure_is_unknown_the_day_before() -> None:
    # Reported by default on its cutoff, 11 June; January to April are then due and absent.
    year = stand(workspace(DEQING), "2024-06-10", "all/investment/2024")
    assert year.done is None
    assert [m.text for m in year.missing] == ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05"]
    assert (year.rate, year.pace, year.gap_points, year.ratio, year.remaining, year.cutoff) == (None,) * 6


# --- what is known when -----------------------------------------------------------------------------------------------


def test_a_figure_counts_from_the_day_it_was_reported() -> None:
    place = place_with("month: 2024-04, ytd: 300, reported: 2024-05-09; month: 2024-05, ytd: 500, reported: 2024-06-07")
    assert stand(place, "2024-06-06").done == 300
    after = stand(place, "2024-06-07")
    assert (after.done, after.cutoff, after.reported) == (500, day("2024-05-31"), day("2024-06-07"))


def test_without_dates_a_figure_is_known_at_the_end_of_its_month() -> None:
    place = place_with("month: 2024-01, ytd: 100")
    assert stand(place, "2024-01-30").done is None
    assert stand(place, "2024-01-31").done == 100


def test_the_pace_is_taken_at_the_cutoff_and_not_at_as_of() -> None:
    place = place_with("month: 2024-05, ytd: 500")
    # May's figure judged on 9 July: 5 of 12 months, 500 ÷ 1200 = 5/12. June is due on 10 July only.
    july = stand(place, "2024-07-09")
    assert (july.pace, july.gap_points, july.ratio, july.missing) == (Fraction(5, 12), 0, 1, ())


def test_of_several_reports_of_a_month_the_last_one_known_wins() -> None:
    place = place_with(
        "month: 2024-05, ytd: 480, reported: 2024-07-15; month: 2024-05, ytd: 500, reported: 2024-06-08; "
        "month: 2024-05, ytd: 490, reported: 2024-06-20"
    )
    assert [stand(place, on).done for on in ("2024-06-08", "2024-06-19", "2024-06-20", "2024-07-09")] == [
        500,
        500,
        490,
        490,
    ]
    # On 15 July June is due and absent; its absence hides the total, not the month's own figure.
    assert Figures(place, day("2024-07-15")).amount("all", "inv", *months("2024-01", "2024-05")) == 480


def test_of_two_reports_of_one_day_the_later_in_the_file_wins() -> None:
    place = place_with("month: 2024-01, ytd: 90, reported: 2024-02-05; month: 2024-01, ytd: 95, reported: 2024-02-05")
    assert stand(place, "2024-02-05").done == 95


def test_a_description_without_a_figure_is_no_figure() -> None:
    place = place_with(
        "month: 2024-01, ytd: 90, reported: 2024-02-05; month: 2024-01, image: 基础, reported: 2024-02-06"
    )
    found = stand(place, "2024-02-06")
    assert (found.done, found.image) == (90, "基础")
    assert stand(place_with("month: 2024-01, image: 基础"), "2024-02-10").missing == (Period.parse("2024-01"),)


def months(first: str, last: str) -> tuple[Period, Period]:
    return Period.parse(first), Period.parse(last)


# --- the pace ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cutoff", "expected"),
    [
        ("2024-01-30", Fraction(0)),
        ("2024-01-31", Fraction(1, 12)),  # the last day completes the month
        ("2024-02-28", Fraction(1, 12)),
        ("2024-02-29", Fraction(2, 12)),
        ("2024-06-11", Fraction(5, 12)),
        ("2024-12-30", Fraction(11, 12)),
        ("2024-12-31", Fraction(1)),
        ("2025-01-31", Fraction(1)),
        ("2023-12-31", Fraction(0)),
        ("2023-06-30", Fraction(0)),
    ],
)
def test_linear_month_counts_full_months(cutoff: str, expected: Fraction) -> None:
    year = Period.parse("2024")
    assert pace.pace_at(day(cutoff), year, year.first, "linear_month") == expected


@pytest.mark.parametrize(
    ("cutoff", "expected"),
    [
        ("2023-12-31", Fraction(0)),
        ("2024-01-01", Fraction(1, 366)),
        ("2024-06-11", Fraction(163, 366)),
        ("2025-03-01", Fraction(1)),
    ],
)
def test_linear_day_counts_days(cutoff: str, expected: Fraction) -> None:
    year = Period.parse("2024")
    assert pace.pace_at(day(cutoff), year, year.first, "linear_day") == expected


@pytest.mark.parametrize(
    ("cutoff", "planned"),
    [
        ("2023-12-31", Fraction(0)),
        # From 0 on 31 December to 600 on 31 March: 31 + 29 + 31 = 91 days, of which 31 by the end of January.
        ("2024-01-31", 600 * Fraction(31, 91)),
        ("2024-03-31", Fraction(600)),
        # On by 1 400 over the 91 days to 30 June, of which 30 + 31 = 61 by the end of May.
        ("2024-05-31", 600 + 1400 * Fraction(61, 91)),
        ("2024-06-30", Fraction(2000)),
        # Then to the target of 5 000 at the end of the year: 184 days, 92 by the end of September.
        ("2024-09-30", 2000 + 3000 * Fraction(92, 184)),
        ("2024-12-31", Fraction(5000)),
        ("2025-01-31", Fraction(5000)),
    ],
)
def test_a_plan_runs_evenly_between_its_month_ends(cutoff: str, planned: Fraction) -> None:
    year = Period.parse("2024")
    plan = {Period.parse("2024-06"): Decimal(2000), Period.parse("2024-03"): Decimal(600)}
    assert pace.pace_at(day(cutoff), year, year.first, "linear_month", Decimal(5000), plan) == planned / 5000


def test_a_plan_that_reaches_the_end_of_the_period_is_taken_as_written() -> None:
    half = Period.parse("2024-H1")
    plan = {Period.parse("2024-06"): Decimal(900), Period.parse("2024-09"): Decimal(5000)}
    assert pace.pace_at(day("2024-06-30"), half, half.first, "linear_day", Decimal(1000), plan) == Fraction(9, 10)


def test_nothing_is_a_share_of_a_target_of_nothing() -> None:
    found = stand(place_with("month: 2024-05, ytd: 40", "period: 2024, value: 0, plan: {2024-06: 10}"), "2024-06-05")
    assert (found.done, found.rate, found.pace, found.gap_points) == (40, None, None, None)


def test_a_pace_of_zero_gives_no_verdict() -> None:
    place = place_with("month: 2024-01, ytd: 100, cutoff: 2024-01-20")
    found = stand(place, "2024-02-01")
    assert (found.done, found.rate, found.pace) == (100, Fraction(1, 12), 0)
    assert (found.gap_points, found.ratio, found.behind_points, found.attainment) == (None,) * 4


PROJECT = """
id: P1
name: 新步鞋业二期
unit: u1
stages: {started: {plan: %s}}
targets: [{indicator: inv, period: %s, value: 1000}]
reports: [{indicator: inv, month: 2024-05, ytd: 400}]
"""


@pytest.mark.parametrize(
    ("start", "period", "expected"),
    [
        ("2024-03-08", "2024", Fraction(3, 10)),  # March to December; March, April and May are over
        ("2024-01-31", "2024", Fraction(5, 12)),
        ("2024-06-01", "2024", Fraction(0)),
        ("2023-12-31", "2024", Fraction(5, 12)),  # not inside of the period
        ("2025-01-01", "2024", Fraction(5, 12)),
        ("2024-05-31", "2024-H1", Fraction(1, 2)),  # May and June
        ("2024-07-01", "2024-H1", Fraction(5, 6)),
    ],
)
def test_a_project_begins_with_the_month_of_its_planned_start(start: str, period: str, expected: Fraction) -> None:
    found = stand(workspace("", PROJECT % (start, period)), "2024-06-05")
    assert (found.done, found.pace) == (400, expected)


def test_a_planned_start_counts_by_days_from_the_first_of_its_month() -> None:
    place = workspace("", PROJECT % ("2024-03-08", "2024"), settings="pace: linear_day")
    # March to December has 306 days; March, April and May have 92.
    assert stand(place, "2024-06-05").pace == Fraction(92, 306)


def test_a_plan_begins_where_the_project_does() -> None:
    text = (PROJECT % ("2024-05-20", "2024")).replace("value: 1000", "value: 1000, plan: {2024-06: 610}")
    # From 0 on 30 April to 610 on 30 June: 61 days, 31 of them by the end of May: 310 of 1000.
    assert stand(workspace("", text), "2024-06-05").pace == Fraction(310, 1000)


# --- what is missing --------------------------------------------------------------------------------------------------


def test_a_month_is_missing_from_the_due_day_of_the_next_and_not_before() -> None:
    place = place_with("month: 2024-04, ytd: 300, reported: 2024-05-09")
    before = stand(place, "2024-06-09")
    assert (before.done, before.missing, before.pace) == (300, (), Fraction(4, 12))
    due = stand(place, "2024-06-10")
    assert (due.done, due.missing, due.unreported) == (None, (Period.parse("2024-05"),), True)
    assert (due.rate, due.pace, due.gap_points, due.ratio, due.remaining) == (None,) * 5


def test_the_due_day_is_the_place_s() -> None:
    place = place_with("month: 2024-04, ytd: 300", settings="reporting: {due_day: 5}")
    assert stand(place, "2024-06-04").done == 300
    assert stand(place, "2024-06-05").done is None


def test_december_is_due_in_january() -> None:
    place = place_with("month: 2024-11, ytd: 1100")
    assert stand(place, "2025-01-09").done == 1100
    assert [m.text for m in stand(place, "2025-01-10").missing] == ["2024-12"]


def test_before_any_figure_is_due_there_is_no_verdict() -> None:
    found = stand(place_with(""), "2024-02-09")
    assert (found.done, found.missing, found.rate, found.gap_points) == (None, (), None, None)
    assert [m.text for m in stand(place_with(""), "2024-02-10").missing] == ["2024-01"]


def test_a_later_cumulative_figure_covers_the_months_before_it() -> None:
    assert stand(place_with("month: 2024-05, ytd: 400"), "2024-06-10").done == 400


def test_a_later_amount_covers_nothing() -> None:
    reports = "month: 2024-01, amount: 10; month: 2024-02, amount: 20; month: 2024-04, amount: 40"
    assert [m.text for m in stand(place_with(reports), "2024-05-01").missing] == ["2024-03"]
    # Two weeks earlier, with April reported early: March is not due before 10 April, but the sum stops at February.
    early = reports + ", reported: 2024-04-05"
    found = stand(place_with(early), "2024-04-09")
    assert (found.done, found.cutoff, found.missing) == (30, day("2024-02-29"), ())


def test_a_cumulative_figure_after_the_period_covers_nothing() -> None:
    place = place_with("month: 2024-05, ytd: 400; month: 2024-07, ytd: 900", "period: 2024-H1, value: 1000")
    assert [m.text for m in stand(place, "2024-08-01").missing] == ["2024-06"]


def test_merged_months_come_together() -> None:
    merged = "reporting: {merge: [[1, 2]]}"
    assert stand(place_with("", settings=merged), "2024-03-09").missing == ()
    absent = stand(place_with("", settings=merged), "2024-03-10")
    assert [m.text for m in absent.missing] == ["2024-01", "2024-02"]
    # February's amount is that of both; without the merger January would be missing.
    reports = "month: 2024-02, amount: 310; month: 2024-03, amount: 225"
    assert stand(place_with(reports, settings=merged), "2024-04-09").done == 535
    assert [m.text for m in stand(place_with(reports), "2024-04-09").missing] == ["2024-01"]
    # January's alone does not stand for both.
    alone = place_with("month: 2024-01, amount: 100", settings=merged)
    assert stand(alone, "2024-03-09").done == 100
    assert [m.text for m in stand(alone, "2024-03-10").missing] == ["2024-02"]
    # Where both report, both count.
    both = place_with("month: 2024-01, amount: 100; month: 2024-02, amount: 60", settings=merged)
    assert stand(both, "2024-03-10").done == 160


def test_merged_months_within_a_quarter() -> None:
    # March's cumulative figure is wanting, so the amounts are added: May's is that of April and May.
    reports = "month: 2024-05, amount: 90; month: 2024-06, amount: 40"
    place = place_with(reports, "period: 2024-Q2, value: 200", settings="reporting: {merge: [[4, 5]]}")
    assert stand(place, "2024-07-01").done == 130


def test_a_merged_amount_is_not_taken_apart() -> None:
    place = place_with(
        "month: 2024-02, amount: 310", "period: 2024-02, value: 200", settings="reporting: {merge: [[1, 2]]}"
    )
    found = stand(place, "2024-03-10")
    assert (found.done, [m.text for m in found.missing]) == (None, ["2024-01"])


# --- parts of the year ------------------------------------------------------------------------------------------------

YTD = "; ".join(f"month: 2024-{n:02}, ytd: {total}" for n, total in enumerate([100, 150, 300, 420, 500, 720, 800], 1))


@pytest.mark.parametrize(
    ("period", "as_of", "done", "expected"),
    [
        ("2024-H1", "2024-07-01", 720, Fraction(1)),
        ("2024-Q1", "2024-07-01", 300, Fraction(1)),
        ("2024-Q2", "2024-07-01", 420, Fraction(1)),  # 720 − 300
        ("2024-Q2", "2024-06-01", 200, Fraction(2, 3)),  # 500 − 300; April and May of three months
        ("2024-H2", "2024-08-01", 80, Fraction(1, 6)),  # 800 − 720
        ("2024-05", "2024-06-01", 80, Fraction(1)),  # 500 − 420
        ("2024-01", "2024-06-01", 100, Fraction(1)),
    ],
)
def test_parts_of_the_year_are_differences(period: str, as_of: str, done: int, expected: Fraction) -> None:
    found = stand(place_with(YTD, f"period: {period}, value: 1000"), as_of)
    assert (found.done, found.pace, found.rate) == (done, expected, Fraction(done, 1000))


def test_a_quarter_with_the_cutoff_inside() -> None:
    reports = "month: 2024-03, ytd: 300; month: 2024-06, ytd: 600, cutoff: 2024-06-11"
    place = place_with(reports, "period: 2024-Q2, value: 1000", settings="pace: linear_day")
    found = stand(place, "2024-06-11")
    # April 30, May 31 and 11 of June: 72 of the quarter's 91 days.
    assert (found.done, found.pace, found.cutoff) == (300, Fraction(72, 91), day("2024-06-11"))
    assert [part.what for part in found.provenance] == ["target", "figure", "base"]


def test_months_before_a_quarter_are_no_part_of_it() -> None:
    # January to March stand on both sides of the difference: what is left of it is April and May.
    amounts = "; ".join(f"month: 2024-0{n}, amount: {n * 10}" for n in range(1, 6))
    found = stand(place_with(amounts, target="period: 2024-Q2, value: 240"), "2024-06-05")
    figures = [i.value for i in found.provenance if i.what == "figure"]
    assert (found.done, figures) == (90, [40, 50])
    assert not [i for i in found.provenance if i.what == "base"]


def test_a_quarter_without_the_figure_before_it() -> None:
    # June's cumulative figure alone does not tell the second quarter: March's is wanting.
    cumulative = place_with("month: 2024-06, ytd: 600", "period: 2024-Q2, value: 1000")
    found = stand(cumulative, "2024-07-01")
    assert (found.done, [m.text for m in found.missing]) == (None, ["2024-03"])
    # The months' own amounts do.
    amounts = "month: 2024-04, amount: 5; month: 2024-05, amount: 6; month: 2024-06, amount: 7"
    assert stand(place_with(amounts, "period: 2024-Q2, value: 1000"), "2024-07-01").done == 18


def test_amounts_and_cumulative_figures_mix() -> None:
    # 150 up to February, then 60 and 70.
    reports = "month: 2024-02, ytd: 150; month: 2024-03, amount: 60; month: 2024-04, amount: 70"
    assert stand(place_with(reports), "2024-05-01").done == 280
    found = Figures(place_with(reports), day("2024-05-01"))
    assert found.amount("all", "inv", *months("2024-04", "2024-04")) == 70
    assert found.amount("all", "inv", *months("2024-03", "2024-04")) == 130
    assert found.amount("all", "inv", *months("2024-01", "2024-01")) is None
    assert found.amount("all", "inv", *months("2024-01", "2024-05")) is None


def test_a_revised_amount_falls_back_on_what_it_revises_where_nothing_came_before() -> None:
    reports = "month: 2024-03, ytd: 300; month: 2024-03, amount: 60, reported: 2024-04-20"
    assert stand(place_with(reports), "2024-05-01").done == 300


# --- whose figure -----------------------------------------------------------------------------------------------------


def certificate(signed: str, value: int) -> str:
    target = f"{{indicator: inv, period: 2024, value: {value}}}"
    return f"certificates: [{{unit: u1, signer: lin, signed: {signed}, targets: [{target}]}}]"


CHAINS = "chains: [{id: shoes, name: 鞋业, chief: zhou, lead_unit: u1}]"


def project(name: str, more: str = "", target: bool = True, unit: str = "u1") -> str:
    lines = [f"id: {name}", f"name: 项目{name}", f"unit: {unit}", "chain: shoes"]
    lines += ["targets: [{indicator: inv, period: 2024, value: 600}]"] if target else []
    return "\n".join(lines) + "\n" + more


def ytd(amount: int, month: str = "2024-05") -> str:
    return f"reports: [{{indicator: inv, month: {month}, ytd: {amount}}}]\n"


SCOPED = """
targets:
  - {indicator: inv, period: 2024, value: 1200, scope: %s}
"""


@pytest.mark.parametrize(("scope", "kind", "done"), [("all", "all", 600), ("u1", "unit", 300), ("shoes", "chain", 600)])
def test_where_a_scope_has_no_figure_its_projects_are_summed(scope: str, kind: str, done: int) -> None:
    parts = (project("A", ytd(100)), project("B", ytd(200)), project("C", ytd(300), unit="u2"))
    found = stand(workspace(SCOPED % scope, *parts, chains=CHAINS), "2024-06-05", f"{scope}/inv/2024")
    assert (found.done, found.scope_kind, found.from_projects, found.pace) == (done, kind, True, Fraction(5, 12))
    assert (found.summed, found.difference) == (None, None)


def test_a_scope_s_own_figure_wins_and_the_difference_is_kept() -> None:
    own = SCOPED % "all" + "reports: [{indicator: inv, month: 2024-05, ytd: 350, scope: all, source: 统计局}]"
    place = workspace(own, project("A", ytd(100)), project("B", ytd(200)))
    found = stand(place, "2024-06-05", "all/inv/2024")
    assert (found.done, found.summed, found.difference, found.source) == (350, 300, 50, "统计局")
    # April's own figure alone: the projects' May does not step in for the place's.
    earlier = workspace(own.replace("2024-05", "2024-04"), project("A", ytd(100)), project("B", ytd(200)))
    assert stand(earlier, "2024-06-05", "all/inv/2024").done == 350
    assert [m.text for m in stand(earlier, "2024-06-10", "all/inv/2024").missing] == ["2024-05"]


def test_one_project_that_owes_its_figure_leaves_the_sum_unknown() -> None:
    place = workspace(
        SCOPED % "all", project("A", ytd(100)), project("B", ytd(200, "2024-04")), project("C", target=False)
    )
    # On 9 June May is not due yet: the sum stands at April, which A's May figure does not tell.
    april = stand(place, "2024-06-09", "all/inv/2024")
    assert (april.done, april.missing) == (None, ())
    due = stand(place, "2024-06-10", "all/inv/2024")
    assert (due.done, [m.text for m in due.missing], due.owing) == (None, ["2024-05"], ("B",))


def test_a_sum_stands_at_the_last_month_that_all_have_reached() -> None:
    both = "reports: [{indicator: inv, month: 2024-04, ytd: 80}, {indicator: inv, month: 2024-05, ytd: 100}]\n"
    place = workspace(SCOPED % "all", project("A", both), project("B", ytd(200, "2024-04")))
    found = stand(place, "2024-06-09", "all/inv/2024")
    assert (found.done, found.cutoff, found.pace) == (280, day("2024-04-30"), Fraction(4, 12))


def test_figures_of_units_are_not_summed_for_the_place() -> None:
    reports = "reports: [{indicator: inv, month: 2024-05, ytd: 350, scope: u1}]"
    found = stand(workspace(SCOPED % "all" + reports), "2024-06-05", "all/inv/2024")
    assert found.done is None
    assert len(found.missing) == 4


def test_a_package_or_its_modules_never_both() -> None:
    module = "parent: P\n"
    modules = (project("A", module + ytd(100)), project("B", module + ytd(200)))
    silent = workspace(SCOPED % "all", project("P"), *modules)
    # The package has no figure of its own: its modules are summed, for itself as well.
    assert stand(silent, "2024-06-05", "all/inv/2024").done == 300
    assert stand(silent, "2024-06-05", "P/inv/2024").done == 300
    own = workspace(SCOPED % "all", project("P", ytd(290)), *modules)
    assert stand(own, "2024-06-05", "all/inv/2024").done == 290
    package = stand(own, "2024-06-05", "P/inv/2024")
    assert (package.done, package.summed, package.difference) == (290, 300, -10)
    # A package within a package.
    nested = workspace(SCOPED % "all", project("Q", target=False), project("P", "parent: Q\n" + ytd(290)), *modules)
    assert stand(nested, "2024-06-05", "all/inv/2024").done == 290
    # Each the other's package: nothing hangs.
    circle = workspace(SCOPED % "all", project("A", "parent: B\n" + ytd(1)), project("B", "parent: A\n" + ytd(2)))
    assert stand(circle, "2024-06-05", "all/inv/2024").done is None


def test_cleared_projects_leave_the_sums_but_those_of_signed_targets() -> None:
    place = workspace(
        SCOPED % "u1" + certificate("2024-02-01", 900),
        project("A", ytd(100)),
        project("B", "status: cleared\nstatus_date: 2024-04-30\n" + ytd(200, "2024-04")),
        project("C", "status: suspended\nstatus_date: 2024-04-30\n" + ytd(50, "2024-04")),
    )
    plain, signed = (s for s in pace.standings(place, day("2024-06-10")) if s.scope == "u1")
    # B and C owe nothing for May, at whose end they were cleared and suspended; B is out of what nobody signed for.
    assert (plain.signed, plain.done) == (False, 150)
    assert (signed.signed, signed.done) == (True, 350)


def test_a_certificate_counts_from_the_day_it_was_signed() -> None:
    place = workspace(certificate("2024-02-23", 9))
    assert pace.standings(place, day("2024-02-22")) == ()
    found = stand(place, "2024-02-23")
    assert (found.ref, found.scope_kind, found.signed) == ("u1/inv/2024", "unit", True)


def test_a_project_owes_nothing_before_the_month_of_its_start() -> None:
    later = project(
        "B", "stages: {started: {plan: 2024-05-15}}\nreports: [{indicator: inv, month: 2024-05, amount: 20}]\n"
    )
    place = workspace(SCOPED % "all", project("A", ytd(100)), later)
    assert stand(place, "2024-06-10", "B/inv/2024").done == 20
    assert stand(place, "2024-06-10", "all/inv/2024").done == 120
    # And none at all while it has not begun: the others' figure stands.
    waiting = workspace(SCOPED % "all", project("A", ytd(100)), project("B", "stages: {started: {plan: 2024-06-15}}\n"))
    found = stand(waiting, "2024-06-10", "all/inv/2024")
    assert (found.done, found.missing) == (100, ())
    own = stand(waiting, "2024-06-10", "B/inv/2024")
    assert (own.done, own.missing, own.pace) == (None, (), None)


def test_a_target_owes_its_months_also_while_its_projects_owe_none() -> None:
    later = project("B", "stages: {started: {plan: 2024-09-15}}\n")
    place = workspace(SCOPED % "all", later)
    # January alone is due on 10 February; B owes nothing before September, the place does.
    assert stand(place, "2024-02-09", "all/inv/2024").missing == ()
    found = stand(place, "2024-06-10", "all/inv/2024")
    assert ([m.text for m in found.missing], found.from_projects) == ([f"2024-0{n}" for n in range(1, 6)], False)
    assert stand(place, "2024-06-10", "B/inv/2024").missing == ()
    # Of a quarter that ended before B began, B's later figures say nothing.
    quarter = SCOPED.replace("2024", "2024-Q1")
    begun = later + ytd(50, "2024-09")
    assert len(stand(workspace(quarter % "u1", begun), "2024-10-05", "u1/inv/2024-Q1").missing) == 3
    # Once B has a figure, the place's is that of its projects, and the months before B began count as nothing.
    found = stand(workspace(SCOPED % "all", begun), "2024-10-05", "all/inv/2024")
    assert (found.done, found.missing, found.pace, found.from_projects) == (50, (), Fraction(9, 12), True)
    # A project that was paused at the end of every month that was due owes none of them either.
    paused = project("C", "pauses: [{from: 2024-01-05, to: 2024-12-31, approved_by: 市政府, document: 1号}]\n")
    assert len(stand(workspace(SCOPED % "all", paused), "2024-06-10", "all/inv/2024").missing) == 5


# --- less is better ---------------------------------------------------------------------------------------------------


def test_where_less_is_better_the_direction_turns_and_the_formula_stays() -> None:
    place = workspace(
        "indicators: {inv: {name: 投诉, measure: 件, better: less}}\n"
        "targets: [{indicator: inv, period: 2024, value: 24}]\n"
        "reports: [{indicator: inv, month: 2024-03, ytd: 9}]"
    )
    found = stand(place, "2024-04-01")
    # 9 of at most 24 is 37.5 %, where a quarter of the year allows 25 %: 12.5 points too many, half as many again.
    assert (found.gap_points, found.ratio) == (Fraction("12.5"), Fraction("1.5"))
    assert (found.behind_points, found.attainment) == (Fraction("12.5"), Fraction("0.5"))


def test_where_more_is_better_behind_is_the_gap_turned_round() -> None:
    found = stand(place_with("month: 2024-06, ytd: 300"), "2024-07-01")
    assert (found.gap_points, found.behind_points, found.ratio, found.attainment) == (
        -25,
        25,
        Fraction(1, 2),
        Fraction(1, 2),
    )


@pytest.mark.parametrize("value", ["0", "-5"])
def test_a_target_of_nothing_has_no_rate(value: str) -> None:
    found = stand(place_with("month: 2024-06, ytd: 300", f"period: 2024, value: {value}"), "2024-07-01")
    assert (found.done, found.rate, found.gap_points, found.ratio) == (300, None, None, None)


# --- year on year -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ("month: 2024-05, ytd: 462, prior_ytd: 410", (Fraction(462, 410) - 1, "computed")),
        ("month: 2024-05, ytd: 462; month: 2023-05, ytd: 420", (Fraction(1, 10), "computed")),
        ("month: 2024-05, ytd: 462, prior_ytd: 400; month: 2023-05, ytd: 420", (Fraction(462, 400) - 1, "computed")),
        ("month: 2024-05, ytd: 462, prior_ytd: 410, yoy_reported: 14.1%", (Fraction(141, 1000), "reported")),
        ("month: 2024-05, ytd: 462, prior_ytd: 0", (None, None)),
        ("month: 2024-05, ytd: 462, prior_ytd: -10", (None, None)),
        ("month: 2024-05, ytd: 462", (None, None)),
        ("month: 2024-05, ytd: 462; month: 2023-06, ytd: 420", (None, None)),
        # Up to 20 May, against the whole of May: not the same span of time.
        ("month: 2024-05, ytd: 462, cutoff: 2024-05-20; month: 2023-05, ytd: 420", (None, None)),
        (
            "month: 2024-05, ytd: 462, cutoff: 2024-05-20; month: 2023-05, ytd: 420, cutoff: 2023-05-20",
            (Fraction(1, 10), "computed"),
        ),
    ],
)
def test_year_on_year(reports: str, expected: tuple[Fraction | None, str | None]) -> None:
    found = stand(place_with(reports), "2024-06-05")
    assert (found.yoy, found.yoy_source) == expected


def test_february_of_a_leap_year_against_that_of_a_common_one() -> None:
    found = stand(place_with("month: 2024-02, ytd: 110; month: 2023-02, ytd: 100"), "2024-03-01")
    assert found.yoy == Fraction(1, 10)


def test_year_on_year_of_a_part_of_the_year_takes_the_same_months() -> None:
    reports = "month: 2024-03, ytd: 300, prior_ytd: 250; month: 2024-05, ytd: 500, prior_ytd: 400, yoy_reported: 25%"
    # 200 in April and May after 150; the published rate is that of January to May.
    found = stand(place_with(reports, "period: 2024-Q2, value: 900"), "2024-06-05")
    assert (found.yoy, found.yoy_source, found.prior) == (Fraction(200, 150) - 1, "computed", 150)
    last_year = (
        "month: 2023-04, amount: 60; month: 2023-05, amount: 40; month: 2024-04, amount: 70; month: 2024-05, amount: 50"
    )
    assert stand(place_with(last_year, "period: 2024-Q2, value: 900"), "2024-06-05").yoy == Fraction(120, 100) - 1


def test_year_on_year_of_a_sum() -> None:
    prior = "reports: [{indicator: inv, month: 2024-05, ytd: 120, prior_ytd: 100}]\n"
    gone = "reports: [{indicator: inv, month: 2023-05, ytd: 50}]\n"
    # B was finished last year: 120 against 150.
    place = workspace(SCOPED % "all", project("A", prior), project("B", gone, target=False))
    assert stand(place, "2024-06-05", "all/inv/2024").yoy == Fraction(120, 150) - 1
    # C began this year: nothing last year, and that is known. D's last year is not.
    new = "stages: {started: {plan: 2024-03-01}}\n" + ytd(30)
    grown = workspace(SCOPED % "all", project("A", prior), project("C", new))
    assert stand(grown, "2024-06-05", "all/inv/2024").yoy == Fraction(150, 100) - 1
    unknown = workspace(SCOPED % "all", project("A", prior), project("D", ytd(30)))
    assert stand(unknown, "2024-06-05", "all/inv/2024").yoy is None


# --- sums of targets --------------------------------------------------------------------------------------------------


def test_the_pace_of_a_sum_weighs_by_value() -> None:
    early = "stages: {started: {plan: 2024-03-08}}\n" + ytd(640)
    place = workspace("", project("A", early), project("B", ytd(100)))
    whole = pace.combine(pace.standings(place, day("2024-06-05")))
    assert whole is not None
    # (600 · 3/10 + 600 · 5/12) ÷ 1200 = (180 + 250) ÷ 1200
    assert (whole.value, whole.done, whole.pace, whole.rate) == (1200, 740, Fraction(430, 1200), Fraction(740, 1200))
    assert whole.gap_points == 100 * Fraction(310, 1200)


def test_the_pace_of_a_sum_with_members_that_wait_or_owe() -> None:
    waiting = "stages: {started: {plan: 2024-08-01}}\n"
    place = workspace("", project("A", ytd(300)), project("B", waiting))
    whole = pace.combine(pace.standings(place, day("2024-06-05")))
    assert whole is not None
    assert (whole.value, whole.done, whole.pace) == (1200, 300, Fraction(250, 1200))
    owing = pace.combine(pace.standings(workspace("", project("A", ytd(300)), project("B")), day("2024-06-10")))
    assert owing is not None
    assert (owing.done, owing.pace, len(owing.missing)) == (None, None, 5)
    assert pace.combine(()) is None
    nobody = pace.combine(pace.standings(workspace("", project("B", waiting)), day("2024-06-10")))
    assert nobody is not None
    assert (nobody.value, nobody.done, nobody.missing) == (600, None, ())


# --- where it came from -----------------------------------------------------------------------------------------------


def test_every_input_has_its_place() -> None:
    text = (PROJECT % ("2024-03-08", "2024")).replace("value: 1000", "value: 1000, plan: {2024-06: 610}")
    found = stand(workspace("", text), "2024-06-05")
    assert [(part.what, part.place.file, part.place.path, part.value) for part in found.provenance] == [
        ("target", "projects/0.yaml", ("targets", 0, "value"), 1000),
        ("plan", "projects/0.yaml", ("targets", 0, "plan"), None),
        ("start", "projects/0.yaml", ("stages", "started", "plan"), day("2024-03-08")),
        ("figure", "projects/0.yaml", ("reports", 0, "ytd"), 400),
    ]


def test_targets_come_in_the_order_of_the_files() -> None:
    place = workspace(
        SCOPED % "all" + certificate("2024-02-01", 9),
        project("A"),
        project("B"),
    )
    refs = [s.ref for s in pace.standings(place, day("2024-06-10"))]
    assert refs == ["all/inv/2024", "u1/inv/2024", "A/inv/2024", "B/inv/2024"]
    found = pace.standing_of(pace.standings(place, day("2024-06-10")), "B", "inv", Period.parse("2024"))
    assert found is not None
    assert found.scope_name == "项目B"


def test_a_project_s_figure_counts_from_the_day_it_was_reported() -> None:
    late = ytd(100).replace("ytd", "reported: 2024-06-07, ytd")
    assert stand(workspace("", project("A", late)), "2024-06-06").done is None
    assert stand(workspace("", project("A", late)), "2024-06-07").done == 100


def test_a_project_speaks_for_itself_alone() -> None:
    scoped = project("A", ytd(100).replace("indicator", "scope: shoes, indicator"))
    place = workspace(SCOPED % "shoes", scoped, project("B", ytd(200)), chains=CHAINS)
    assert stand(place, "2024-06-05", "shoes/inv/2024").done == 300
    assert stand(place, "2024-06-05", "A/inv/2024").done == 100


def test_an_id_that_stands_twice_is_counted_once() -> None:
    place = workspace(SCOPED % "all", project("A", ytd(100)), project("A", ytd(100)))
    assert stand(place, "2024-06-05", "all/inv/2024").done == 100


# --- what always holds ------------------------------------------------------------------------------------------------

YEAR = Period.parse("2024")
days_of_year = st.dates(YEAR.first - timedelta(40), YEAR.last + timedelta(40))
plans = st.none() | st.builds(
    lambda shares: dict(zip(YEAR.months(), itertools.accumulate(map(Decimal, shares)), strict=False)),
    st.lists(st.integers(0, 80), min_size=1, max_size=12),
)


@given(
    days_of_year, days_of_year, st.sampled_from(["2024", "2024-H1", "2024-Q2", "2024-05"]), plans, st.integers(1, 12)
)
def test_the_pace_never_falls_and_stays_within_the_whole(
    one: date, other: date, text: str, plan: dict[Period, Decimal] | None, start: int
) -> None:
    period = Period.parse(text)
    begins = date(2024, start, 1) if period.contains(date(2024, start, 1)) else period.first
    for method in ("linear_month", "linear_day"):
        early, late = (
            pace.pace_at(cutoff, period, begins, method, Decimal(960), plan) for cutoff in sorted((one, other))
        )
        assert early is not None
        assert late is not None
        assert 0 <= early <= late <= 1


amounts = st.lists(st.decimals(-1000, 10**6, places=2), min_size=1, max_size=12)


@given(amounts, st.lists(st.booleans(), min_size=12, max_size=12))
def test_the_months_add_up_to_the_year(by_month: list[Decimal], cumulative: list[bool]) -> None:
    totals = list(itertools.accumulate(by_month))
    lines = [
        f"month: 2024-{number:02}, " + (f"ytd: {totals[number - 1]}" if as_total else f"amount: {amount}")
        for number, (amount, as_total) in enumerate(zip(by_month, cumulative, strict=False), 1)
    ]
    last = YEAR.months()[len(by_month) - 1]
    known = Figures(place_with("; ".join(lines)), last.last)
    assert known.amount("all", "inv", YEAR.months()[0], last) == totals[-1]
    single = [known.amount("all", "inv", month, month) for month in YEAR.months()[: len(by_month)]]
    assert single == by_month
    assert known.reached("all", "inv", YEAR).done == totals[-1]


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=5, max_size=5))
def test_splitting_a_project_changes_nothing(parts: list[tuple[int, int]]) -> None:
    def reported(figures: list[int]) -> str:
        listed = ", ".join(f"{{indicator: inv, month: 2024-{n:02}, amount: {f}}}" for n, f in enumerate(figures, 1))
        return f"reports: [{listed}]\n"

    whole = workspace(SCOPED % "shoes", project("A", reported([a + b for a, b in parts])), chains=CHAINS)
    first, second = [a for a, _ in parts], [b for _, b in parts]
    split = workspace(
        SCOPED % "shoes",
        project("A"),
        project("B", "parent: A\n" + reported(first), target=False),
        project("C", "parent: A\n" + reported(second), target=False),
        chains=CHAINS,
    )
    for ref in ("shoes/inv/2024", "A/inv/2024"):
        one, other = (stand(place, "2024-06-10", ref) for place in (whole, split))
        assert (one.done, one.pace, one.gap_points, one.cutoff) == (
            other.done,
            other.pace,
            other.gap_points,
            other.cutoff,
        )
