"""The horse-racing score, its ranks and the `ranking` report."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projledger.analysis.score import Score, Scorer, Term, ranked
from projledger.calendar import Period
from projledger.cli.app import main
from projledger.load import load
from projledger.models.workspace import Workspace

ROOT = Path(__file__).parent.parent
COUNTY = ROOT / "ledgers"
DEQING = ROOT / "examples/deqing-2024"
TODAY = date(2024, 6, 11)


def run(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> str:
    assert main(["ranking", "--workspace", str(workspace), *options]) == 0
    return capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(capsys, workspace, "--format", "json", *options))["data"]
    return found


def place(targets: str = "", settings: str = "", **projects: str) -> Workspace:
    files = [("projledger.yaml", f"name: Qinghe\n{settings}".encode())]
    if targets:
        files.append(("targets.yaml", targets.encode()))
    files += [
        (f"projects/{name}.yaml", f"id: {name}\nname: Plant {name}\nunit: park\n{text}\n".encode())
        for name, text in projects.items()
    ]
    loaded = load(files)
    assert loaded.workspace.left_out == ()
    return loaded.workspace


def score(workspace: Workspace, scope: str = "park", day: date = TODAY, period: str | None = None) -> Score:
    return Scorer(workspace, day, TODAY, Period.parse(period) if period else None).score(scope)


def terms(found: Score) -> dict[str, tuple[Fraction | None, Fraction | None, Fraction]]:
    return {term.name: (term.actual, term.target, term.ratio) for term in found.terms}


TARGETS = """\
indicators: {investment: {name: Investment}, complaints: {name: Complaints, better: less}}
targets:
  - {indicator: investment, period: 2024, value: 1200, scope: park}
reports:
  - {indicator: investment, month: 2024-04, ytd: 250, scope: park, reported: 2024-05-09}
  - {indicator: investment, month: 2024-05, ytd: 400, scope: park, reported: 2024-06-07}
"""


def test_a_score_worked_by_hand() -> None:
    workspace = place(
        TARGETS,
        "score: {adjust: [{scope: park, period: 2024-05, points: 2, reason: fair}, "
        "{scope: park, period: 2024-07, points: 9, reason: later}, {scope: town, period: 2024-05, points: 5, "
        "reason: other}, {scope: park, period: 2023-12, points: 7, reason: last year}]}\n",
        A="stages: {started: {plan: 2024-03-01, actual: 2024-03-05}}\n"
        "problems: [{id: Q1, text: x, raised: 2024-02-01, deadline: 2024-03-01, closed: 2024-02-20}]",
        B="stages: {started: {plan: 2024-05-01}}\n"
        "problems: [{id: Q1, text: x, raised: 2024-05-01, deadline: 2024-08-01},"
        " {id: Q2, text: x, raised: 2023-12-31, deadline: 2024-08-01}]",
        C="stages: {started: {plan: 2024-08-01}}",
    )
    found = score(workspace)
    # Investment: 5 of 12 months ask for 500, 400 are reached: 0.8. Starts: 1 of the 2 planned by now. Nothing was to be
    # completed: that term drops out. Problems raised this year: 1 of 2 is closed. Figures: January to March were first
    # covered by April's, too late; April came on 9 May and May on 7 June, both by the 10th: 2 of 5.
    assert terms(found) == {
        "investment": (400, 500, Fraction(4, 5)),
        "starts": (1, 2, Fraction(1, 2)),
        "close_out": (1, 2, Fraction(1, 2)),
        "reporting": (2, 5, Fraction(2, 5)),
    }
    assert found.dropped == ("completion",)
    # 100 · (40·0.8 + 20·0.5 + 10·0.5 + 10·0.4) ÷ 80 = 100 · 51 ÷ 80 = 63.75, and 2 points for May
    assert found.points == Fraction(6575, 100)
    assert (found.active, found.weight) == (80, 100)


def test_a_target_without_a_report_counts_zero_and_no_target_drops_out() -> None:
    target = "targets: [{indicator: investment, period: 2024, value: 1200, scope: park}]\n"
    silent = score(place(target))
    assert terms(silent) == {"investment": (None, None, 0), "reporting": (0, 5, 0)}
    assert silent.points == 0
    assert score(place()).points is None
    assert not score(place()).eligible
    # Before the first figure is due, on 10 February, there is no verdict.
    assert score(place(target), day=date(2024, 2, 9)).points is None


def test_less_can_be_better_and_never_counts_below_zero() -> None:
    text = """\
indicators: {{complaints: {{name: Complaints, better: less}}}}
targets: [{{indicator: complaints, period: 2024, value: 24, scope: park}}]
reports: [{{indicator: complaints, month: 2024-05, ytd: {ytd}, scope: park, reported: 2024-06-04}}]
"""
    weights = "score: {weights: {complaints: 10}}\n"
    # 10 are allowed by now: 8 are 0.8 of it, as far above 1 as 0.8 is below; 25 are 2.5 times as many.
    assert terms(score(place(text.format(ytd=8), weights)))["complaints"][2] == Fraction(6, 5)
    assert terms(score(place(text.format(ytd=25), weights)))["complaints"][2] == 0


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ("started: {plan: 2024-03-01, actual: 2024-03-01}", (1, 1)),
        ("started: {plan: 2024-08-01, actual: 2024-03-01}", None),  # ahead, and nothing else was planned
        ("started: {plan: 2023-11-01, actual: 2024-03-01}", (1, 1)),  # planned last year, made up for
        ("started: {plan: 2023-11-01, actual: 2023-12-01}", None),
        ("started: {plan: 2024-06-11}", (0, 1)),
        ("started: {plan: 2024-06-12}", None),
        ("started: {plan: 2024-03-01, actual: 2024-06-12}", (0, 1)),
        (
            "started: {plan: 2024-03-01, extensions: [{to: 2024-09-01, approved_by: x, date: 2024-02-01, reason: y}]}",
            None,
        ),
    ],
)
def test_starts(stages: str, expected: tuple[int, int] | None) -> None:
    found = terms(score(place(A=f"stages: {{{stages}}}"))).get("starts")
    assert (found[:2] if found else None) == expected


def test_paused_projects_owe_no_start_and_cleared_ones_do_not_count() -> None:
    plan = "stages: {started: {plan: 2024-03-01}}\n"
    assert terms(score(place(A=plan + "pauses: [{from: 2024-02-01, approved_by: x}]"))) == {}
    assert terms(score(place(A=plan + "status: cleared\nstatus_date: 2024-05-01"))) == {}
    assert "starts" in terms(score(place(A=plan + "status: cleared\nstatus_date: 2024-06-12")))


def test_completion_and_production_together() -> None:
    workspace = place(
        A="stages: {completed: {plan: 2024-02-01, actual: 2024-01-20}, producing: {plan: 2024-05-01}}",
        B="stages: {completed: {plan: 2024-09-01, actual: 2024-06-01}, producing: {plan: 2024-12-01}}",
    )
    # Reached: two completions. Planned by now: one completion, one production.
    assert terms(score(workspace))["completion"] == (2, 2, 1)


def test_the_target_of_the_period_asked_for_goes_first() -> None:
    targets = TARGETS.replace(
        "targets:\n",
        "targets:\n  - {indicator: investment, period: 2024-05, value: 100, scope: park}\n",
    )
    workspace = place(targets)
    year = score(workspace).terms[0]
    assert (year.period, year.ratio) == (Period.parse("2024"), Fraction(4, 5))
    # May alone: 400 − 250 = 150 of 100. The score of May has May's figures, though they came on 7 June.
    may = score(workspace, day=date(2024, 5, 31), period="2024-05").terms[0]
    assert (may.period, may.actual, may.ratio) == (Period.parse("2024-05"), 150, Fraction(3, 2))


def test_a_time_gone_by_has_its_own_figures_only() -> None:
    april = Scorer(place(TARGETS), date(2024, 4, 30), TODAY)
    assert april.known == date(2024, 5, 10)
    (term,) = [term for term in april.score("park").terms if term.name == "investment"]
    assert (term.actual, term.target, term.cutoff) == (250, 400, date(2024, 4, 30))


def test_figures_that_come_together_are_one() -> None:
    merged = TARGETS.replace("2024-04", "2024-02").replace("2024-05-09", "2024-03-10")
    workspace = place(merged, "reporting: {merge: [[1, 2]]}\n")
    # January and February in one, on the last day; March and April only with May's: 2 of 4.
    assert terms(score(workspace))["reporting"][:2] == (2, 4)


def test_reports_of_projects_are_owed_once() -> None:
    project = (
        "targets: [{indicator: investment, period: 2024, value: 100}]\n"
        "reports: [{indicator: investment, month: 2024-05, ytd: 50, reported: 2024-06-20}]"
    )
    # The unit's target is summed of the project's figures: five are owed, not ten, and May's has not come by now.
    target = "targets: [{indicator: investment, period: 2024, value: 100, scope: park}]\n"
    assert terms(score(place(target, A=project)))["reporting"][:2] == (0, 5)


# --- ranks ---


def scored(name: str, points: int, uncapped: int | None = None, weight: int = 10) -> Score:
    ratio = Fraction(points if uncapped is None else uncapped, 100)
    term = Term("x", Decimal(weight), None, None, ratio, Fraction(points, 100), Fraction(points))
    return Score(name, "unit", (term,), (), Decimal(10), ())


def ranks(scores: Sequence[Score]) -> list[tuple[str, int | None, bool]]:
    return [(found.score.scope, found.rank, found.by_uncapped) for found in ranked(scores)]


def test_equal_scores_share_a_rank_and_the_next_one_is_left_out() -> None:
    assert ranks([scored("d", 70), scored("b", 80), scored("a", 90), scored("c", 80)]) == [
        ("a", 1, False),
        ("b", 2, False),
        ("c", 2, False),
        ("d", 4, False),
    ]


def test_the_score_without_the_cap_decides_and_it_is_said() -> None:
    found = ranks([scored("a", 100, 110), scored("b", 100, 120), scored("c", 100, 110), scored("d", 90, 95)])
    assert found == [("b", 1, True), ("a", 2, True), ("c", 2, True), ("d", 4, False)]


def test_under_half_of_the_weight_is_listed_and_not_ranked() -> None:
    assert ranks([scored("a", 100, weight=4), scored("b", 50, weight=5)]) == [("b", 1, False), ("a", None, False)]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(1, 10)), max_size=12))
def test_ranks_say_how_many_are_better(raw: list[tuple[int, int, int]]) -> None:
    scores = [scored(str(i), points, points + more, weight) for i, (points, more, weight) in enumerate(raw)]
    for found in ranked(scores):
        mine = (found.score.points, found.score.uncapped)
        better = [s for s in scores if s.eligible and (s.points, s.uncapped) > mine]
        assert found.rank == (1 + len(better) if found.score.eligible else None)


# --- the report ---


def test_the_keys_that_others_build_on(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, COUNTY)
    parks = {row["scope"]: row for row in found["groups"][0]["rows"]}
    furong = parks["furong-park"]
    # Investment 6 920 of 22 000 against a plan of 6 626.67 by 31 May and jobs above their pace count in full, and so
    # do the one start and every report; 2 of 3 problems are closed; nothing was to be completed.
    assert furong["terms"]["close_out"]["ratio"] == pytest.approx(2 / 3)
    assert furong["score"] == pytest.approx(100 * (35 + 5 + 20 + 10 * 2 / 3 + 10) / 80)
    assert (furong["rank"], furong["dropped"], furong["on_list"]) == (1, ["completion"], "red")
    assert parks["chengdong-park"]["adjustments"] == [
        {"period": "2024-05", "points": -1, "reason": "督办函逾期回复一次"}
    ]
    towns = {row["scope"]: row for row in found["groups"][1]["rows"]}
    assert (towns["shiqiao"]["rank"], towns["shiqiao"]["change"]) == (None, None)
    assert [row["scope"] for row in found["groups"][1]["rows"]] == ["liuxi", "shiqiao"]


def test_first_among_its_peers(capsys: pytest.CaptureFixture[str]) -> None:
    assert "德清县完成54.1%，在6个地区中列第1位。" in run(capsys, DEQING, "-f", "text")


def test_peers_share_ranks(capsys: pytest.CaptureFixture[str]) -> None:
    # 43.1, 41.3, 38.5 twice (46 200 of 120 000 and 30 800 of 80 000), 34.9
    assert [(row["name"], row["rank"]) for row in data(capsys, COUNTY)["peers"]][2:] == [
        ("清河县", 3),
        ("白鹭县", 3),
        ("青屏县", 5),
    ]
    assert "number 3 of 5 with 38.5%, which it shares" in run(capsys, COUNTY, "-f", "text", "--lang", "en")


def test_what_moved_a_rank(capsys: pytest.CaptureFixture[str]) -> None:
    towns = {row["scope"]: row for row in data(capsys, DEQING, "--group", "镇")["groups"][0]["rows"]}
    moved = towns["竹溪镇"]
    assert moved["change"] == moved["previous_rank"] - moved["rank"] > 0
    assert sum(move["points"] for move in moved["moves"]) == pytest.approx(moved["score"] - moved["previous_score"])
    page = run(capsys, DEQING, "-f", "text", "--lang", "en")
    assert "竹溪镇人民政府: up 3 places, starts +28.57, 制造业投资 +6.40" in page


def test_a_past_period_and_what_units_gave_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, COUNTY, "--period", "2024-Q1")
    assert (found["day"], found["known"], found["previous_day"]) == ("2024-03-31", "2024-04-10", "2023-12-31")
    rows = {row["scope"]: row for group in found["groups"] for row in group["rows"]}
    assert (rows["furong-park"]["self_score"], rows["liuxi"]["self_score"]) == (92, None)
    assert rows["furong-park"]["rank"] is not None  # March's figures came in April
    assert "自评分" in run(capsys, COUNTY, "--period", "2024-Q1", "-f", "text", "--lang", "zh")


def test_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    page = run(capsys, COUNTY, "-f", "text", "--lang", "en")
    assert "石桥镇: only 45 of the weight of 100 is active, less than half" in page
    assert "柳溪镇 +2.0 (May 2024): 果蔬冻干二期提前两个月投产" in page
    assert "Red list, parks: 芙蓉工业园管委会 95.83" in page


def test_a_spreadsheet_gets_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(StringIO(run(capsys, COUNTY, "-f", "csv", "--lang", "en").removeprefix("\ufeff"))))
    assert (rows[0]["group"], rows[0]["Rank"], rows[0]["Unit"]) == ("parks", "1", "芙蓉工业园管委会")
    assert float(rows[0]["Score"]) == pytest.approx(95.8333, abs=0.0001)


@pytest.mark.parametrize("options", [("--group", "cities"), ("--period", "2024-Q5"), ("--period", "2025")])
def test_usage_errors(capsys: pytest.CaptureFixture[str], options: tuple[str, ...]) -> None:
    assert main(["ranking", "-w", str(COUNTY), *options]) == 2
    assert options[1].removesuffix("5") in capsys.readouterr().err


def test_an_empty_place_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "projledger.yaml").write_text("name: Qinghe\nas_of: 2024-06-11\n", encoding="utf-8")
    assert "Nobody to rank" in run(capsys, tmp_path, "-f", "text")
