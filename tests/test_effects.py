"""What each project's changes do: to plans, lights and figures. Worked by hand over a repository of three projects.

Without a country in the settings workdays are Monday to Friday. The reports are of Monday, 3 June 2024: what has not
begun begins on that day at the earliest.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.effects import Sharing
from projledger.load import load
from trace_story import data, git, run

AS_OF = ("--as-of", "2024-06-03")
FIRST = {
    "projledger.yaml": "name: Qinghe\n",
    "targets.yaml": """\
indicators: {investment: {name: Investment, measure: 万元}}
targets: [{indicator: investment, period: 2024, value: 1000}]
""",
    # T1 and T2 one after the other: 3–7 June, 10–21 June, to be done by 28 June: five workdays to spare.
    # T3 beside them: 3–5 June, to be done by 14 June: seven workdays to spare.
    "projects/P1.yaml": """\
id: P1
name: Plant
unit: park
tasks:
  - {id: T1, name: Ground, deadline: 2024-06-28, duration: 5}
  - {id: T2, name: Walls, deadline: 2024-06-28, duration: 10, after: [T1]}
  - {id: T3, name: Road, deadline: 2024-06-14, duration: 3}
reports:
  - {indicator: investment, month: 2024-04, ytd: 100}
  - {indicator: investment, month: 2024-05, ytd: 130}
""",
    # Waits for the road: 6–12 June, to be done by 31 July: 35 workdays to spare (12 in June, 23 in July).
    "projects/P2.yaml": """\
id: P2
name: Depot
unit: park
tasks: [{id: T1, name: Hall, deadline: 2024-07-31, duration: 5, after: [P1/T3]}]
reports:
  - {indicator: investment, month: 2024-04, ytd: 200}
""",
    "projects/P3.yaml": """\
id: P3
name: Works
unit: town
reports:
  - {indicator: investment, month: 2024-04, ytd: 50}
  - {indicator: investment, month: 2024-05, ytd: 70}
""",
}


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        git(folder, "init", "--quiet", "--initial-branch=main")
        git(folder, "config", "user.name", "z")
        git(folder, "config", "user.email", "z@example.org")
        (folder / "projects").mkdir()
        for name, text in FIRST.items():
            (folder / name).write_text(text, encoding="utf-8")
        self.commit("first")

    def commit(self, name: str) -> None:
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--message", name)
        git(self.folder, "tag", name)

    def edit(self, file: str, *pairs: tuple[str, str]) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        for old, new in pairs:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")

    def diff(self, old: str, new: str, as_of: tuple[str, str] = AS_OF) -> Any:
        return data(self.folder, "diff", old, new, *as_of)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = Repository(tmp_path_factory.mktemp("effects") / "place")
    made.edit("projects/P1.yaml", ("duration: 3", "duration: 9"))
    made.commit("longer")
    made.edit("projects/P1.yaml", ("duration: 9", "duration: 20"))
    made.commit("late")
    made.edit("projects/P1.yaml", ("month: 2024-04, ytd: 100", "month: 2024-04, ytd: 110"))
    made.edit("projects/P2.yaml", ("ytd: 200}", "ytd: 200}\n  - {indicator: investment, month: 2024-05, ytd: 260}"))
    made.commit("figures")
    made.edit("projects/P1.yaml", ("ytd: 130", "ytd: 145"))
    made.edit("projects/P3.yaml", ("ytd: 70", "ytd: 65"))
    made.commit("corrected")
    made.edit("targets.yaml", ("value: 1000", "value: 800"))
    made.commit("lowered")
    own = "reports: [{indicator: investment, month: 2024-05, ytd: 500}]\n"
    made.edit("targets.yaml", ("targets: [", own + "targets: ["))
    made.commit("own")
    return made


def test_the_critical_path_really_shifts(place: Repository) -> None:
    found = place.diff("first", "longer")
    plant, depot = found["plans"]
    # Nine workdays from 3 June end on the 13th: one to spare until the 14th, less than the five of the other two.
    assert (plant["project"], plant["float_before"], plant["float_after"]) == ("P1", 5, 1)
    assert (plant["path_before"], plant["path_after"]) == (["P1/T1", "P1/T2"], ["P1/T3"])
    assert (plant["finish_before"], plant["finish_after"], plant["waits_for"]) == ("2024-06-21", "2024-06-21", [])
    # The depot did not change; it begins on 14 June now and ends on the 20th, six workdays later than before.
    assert (depot["project"], depot["float_before"], depot["float_after"]) == ("P2", 35, 29)
    assert (depot["finish_before"], depot["finish_after"]) == ("2024-06-12", "2024-06-20")
    assert (depot["waits_for"], depot["waited_for_by"]) == (["P1"], [])
    (road,) = found["changes"]
    assert (road["ref"], road["critical"], road["light_before"], road["light_after"]) == ("P1/T3", True, None, None)
    text = " ".join(run(place.folder, "diff", "first", "longer", *AS_OF)[1].split())
    assert "Road: duration in workdays 3 → 9; now on the critical path" in text
    assert "→ tightest task 5 workdays to spare → 1 workday to spare, critical now: P1/T3" in text
    depot_said = "tightest task 35 workdays to spare → 29 workdays to spare (it waits for Plant)"
    assert f"forecast finish 2024-06-12 → 2024-06-20, {depot_said}" in text


def test_the_light_of_what_changed_stands_beside_it(place: Repository) -> None:
    found = place.diff("longer", "late")
    (road,) = found["changes"]
    # Twenty workdays end on 28 June, ten after the deadline.
    (plant,) = [row for row in found["plans"] if row["project"] == "P1"]
    assert (plant["float_after"], plant["finish_after"], road["critical"]) == (-10, "2024-06-28", None)
    lights = {row["ref"]: (row["before"], row["after"]) for row in found["lights"]}
    assert lights["P1/T3"] == (road["light_before"], road["light_after"])
    assert road["light_after"] == "red"
    text = run(place.folder, "diff", "longer", "late", *AS_OF)[1]
    table, _rule, others = text.partition("Other lights that changed")
    assert "→ ●red" in table
    assert "P1/T3" not in others.partition("What it does")[0]
    github = run(place.folder, "diff", "longer", "late", "-f", "github", *AS_OF)[1]
    assert "duration in workdays 9 → 20%0Alight" in github


def test_a_deadline_presses_on_those_that_are_waited_for(place: Repository, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(place.folder), "copy")
    copy = tmp_path / "copy"
    git(copy, "checkout", "--quiet", "first")
    depot = copy / "projects" / "P2.yaml"
    depot.write_text(depot.read_text(encoding="utf-8").replace("2024-07-31", "2024-06-13"), encoding="utf-8")
    # The depot's five workdays must begin on 7 June, so the road must be done on the 6th: one workday to spare.
    (plant,) = [row for row in data(copy, "diff", *AS_OF)["plans"] if row["project"] == "P1"]
    assert (plant["float_before"], plant["float_after"], plant["path_after"]) == (5, 1, ["P1/T3"])
    assert (plant["waits_for"], plant["waited_for_by"]) == ([], ["P2"])
    assert "(waited for by Depot)" in run(copy, "diff", *AS_OF)[1]


def shares(found: Any, scope: str = "all") -> list[tuple[str | None, float | None, str]]:
    (row,) = [row for row in found["figures"] if row["scope"] == scope]
    told = [(share["project"], share["amount"], share["cause"]) for share in row["shares"]]
    if row["done_before"] is not None and row["done_after"] is not None:
        assert sum(amount or 0 for _who, amount, _cause in told) == row["done_after"] - row["done_before"]
    return told


def test_a_figure_is_shared_among_those_who_changed_it(place: Repository) -> None:
    # 130 → 145 and 70 → 65 at the end of May.
    found = place.diff("figures", "corrected")
    assert shares(found) == [("P1", 15, "figures"), ("P3", -5, "figures")]
    (row,) = found["figures"]
    assert (row["done_before"], row["done_after"]) == (130 + 260 + 70, 145 + 260 + 65)
    assert [share["points"] for share in row["shares"]] == [0.015, -0.005]  # of a target of 1 000
    text = " ".join(run(place.folder, "diff", "figures", "corrected", *AS_OF)[1].split())
    assert "→ +150,000 yuan to Investment, 2024" in text
    assert "Plant +150,000 yuan; Works −50,000 yuan" in text


def test_others_count_to_another_month(place: Repository) -> None:
    # Before, the sum stood at April, the last month that all three reach: 100 + 200 + 50. With May of the depot it
    # stands at May: 130 + 260 + 70. The works did not change, and count 20 more.
    found = place.diff("late", "figures")
    assert shares(found) == [("P1", 30, "figures"), ("P2", 60, "figures"), (None, 20, "reach")]
    text = " ".join(run(place.folder, "diff", "late", "figures", *AS_OF)[1].split())
    assert "others +200,000 yuan, as the sum now stands at May 2024" in text


def test_a_figure_that_was_not_known(place: Repository) -> None:
    # On 12 June the depot owes its figure of May, due by the 10th: until it is there nobody knows the sum.
    late = ("--as-of", "2024-06-12")
    assert shares(place.diff("late", "figures", late)) == [("P2", None, "owed")]
    assert shares(place.diff("figures", "late", late)) == [("P2", None, "owes")]
    assert "known now because of Depot" in run(place.folder, "diff", "late", "figures", *late)[1]


def test_a_ledger_that_cannot_be_read_is_nobody_elses_doing(place: Repository, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(place.folder), "copy")
    copy = Repository.__new__(Repository)
    copy.folder = tmp_path / "copy"
    git(copy.folder, "checkout", "--quiet", "figures")
    copy.edit("projects/P1.yaml", ("duration: 10", "duration: 11"))  # it changes no figure
    copy.edit("projects/P3.yaml", ("id: P3", "id: [P3"))
    # 130 + 260 + 70 at the end of May, less the 70 of the works.
    code, out, _err = run(copy.folder, "diff", "--format", "json", *AS_OF)
    assert (code, shares(json.loads(out)["data"])) == (3, [(None, -70, "unread")])
    text = " ".join(run(copy.folder, "diff", *AS_OF)[1].split())
    assert "; ledgers that cannot be read in one of the versions −700,000 yuan" in text
    # On 12 June the depot owes its figure of May; where it cannot be read, nobody asks for it.
    git(copy.folder, "checkout", "--quiet", "--force", "late")
    copy.edit("projects/P1.yaml", ("duration: 10", "duration: 11"))
    copy.edit("projects/P2.yaml", ("id: P2", "id: [P2"))
    late = ("--as-of", "2024-06-12")
    found = json.loads(run(copy.folder, "diff", "--format", "json", *late)[1])["data"]
    assert shares(found) == [(None, None, "owed")]
    text = " ".join(run(copy.folder, "diff", *late)[1].split())
    assert "known now because of ledgers that cannot be read in one of the versions" in text


def test_the_ledgers_of_the_place_change_figures_too(place: Repository) -> None:
    assert shares(place.diff("corrected", "lowered")) == [("", None, "target")]
    # The place reports 500 itself; the 470 of its projects do not count beside that, whatever they report.
    assert shares(place.diff("lowered", "own")) == [("", 30, "own")]
    assert shares(place.diff("own", "figures")) == [("", -40, "summed"), ("", None, "target")]
    text = " ".join(run(place.folder, "diff", "corrected", "own", *AS_OF)[1].split())
    assert "the ledgers of the place +300,000 yuan, as an own figure counts now in place of the projects' sum" in text
    assert "target 10 million yuan → 8 million yuan" in text


def test_a_figure_of_a_project_is_its_own_whatever_scope_it_names(place: Repository, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(place.folder), "copy")
    copy = Repository.__new__(Repository)
    copy.folder = tmp_path / "copy"
    git(copy.folder, "checkout", "--quiet", "first")
    copy.edit("projects/P3.yaml", ("ytd: 50}", "ytd: 50, scope: P1}"))  # `check` says what is wrong with that
    # P1 reports for the same month, and stands before it.
    rows = [(row["ref"], row["field"], row["path"]) for row in data(copy.folder, "diff", *AS_OF)["changes"]]
    assert rows == [("P3/investment/2024-04", "scope", "projects/P3.yaml")]


AMOUNT = st.integers(1, 90)
REPORTED = st.fixed_dictionaries({4: AMOUNT}, optional={3: AMOUNT, 5: AMOUNT})
"""April, which is due on 3 June, and perhaps May, which is not."""
MONTHS = REPORTED | REPORTED | st.dictionaries(st.integers(3, 5), AMOUNT, max_size=3)
PLACES = st.fixed_dictionaries(
    {
        "P1": MONTHS,
        "P2": MONTHS,
        "P3": MONTHS,
        "": st.just({}) | st.just({}) | MONTHS,  # what the place reports itself
        "field": st.sampled_from(["ytd", "amount"]),
        "parent": st.sampled_from(["", "", "parent: P1\n"]),
        "cleared": st.booleans(),
    }
)


def ledgers(drawn: dict[str, Any]) -> dict[str, str]:
    """The ledgers of three projects, and under "" the targets; P2 may be a module of P1, P3 may be cleared."""

    def reports(months: dict[int, int]) -> str:
        lines = [f"{{indicator: investment, month: 2024-{m:02}, {drawn['field']}: {n}}}" for m, n in months.items()]
        return f"reports: [{', '.join(lines)}]\n"

    made = {"": FIRST["targets.yaml"] + reports(drawn[""])}
    for name in ("P1", "P2", "P3"):
        more = drawn["parent"] if name == "P2" else ""
        if name == "P3" and drawn["cleared"]:
            more = "status: cleared\nstatus_date: 2024-02-01\n"
        made[name] = f"id: {name}\nname: {name}\nunit: u\n{more}{reports(drawn[name])}"
    return made


def version(drawn: dict[str, Any]) -> Assessment:
    texts = ledgers(drawn)
    files = {f"projects/{name}.yaml": text for name, text in texts.items() if name}
    files |= {"projledger.yaml": "name: X\n", "targets.yaml": texts[""]}
    return assess(load([(name, text.encode()) for name, text in files.items()]).workspace, date(2024, 6, 3))


@given(PLACES, PLACES, st.sets(st.sampled_from(["P1", "P2", "P3", "", "parent", "cleared"])))
@settings(max_examples=60, deadline=None)
def test_the_shares_of_any_change_add_up(old: dict[str, Any], other: dict[str, Any], taken: set[str]) -> None:
    new = {**old, **{key: other[key] for key in sorted(taken)}}
    before, after = version(old), version(new)
    texts = ledgers(old), ledgers(new)
    changed = [name for name in ("P1", "P2", "P3", "") if texts[0][name] != texts[1][name]]
    (was,), (now,) = before.standings, after.standings
    found = Sharing(before, after, changed).of(was, now)
    amounts = [share.amount for share in found if share.amount is not None]
    if was.done is not None and now.done is not None:
        assert sum(amounts) == now.done - was.done
        assert sum(share.points or 0 for share in found) == now.rate - was.rate  # the target is the same
    else:
        assert amounts == []
        assert bool(found) == (was.done != now.done)
    assert all(share.project in (*changed, None) for share in found)


@given(PLACES, MONTHS)
@settings(max_examples=40, deadline=None)
def test_the_only_project_that_changed_changed_it(old: dict[str, Any], months: dict[int, int]) -> None:
    new = {**old, "P2": months}
    before, after = version(old), version(new)
    (was,), (now,) = before.standings, after.standings
    found = Sharing(before, after, ["P2"]).of(was, now)
    if old[""] or old["parent"]:
        return  # its figures do not count beside the place's, and stand for the package's
    if was.done is not None and now.done is not None and was.cutoff == now.cutoff:
        expected = [("P2", now.done - was.done, "figures")] if now.done != was.done else []
        assert [(share.project, share.amount, share.cause) for share in found] == expected


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["text", "terminal", "markdown", "csv", "html", "json"])
def test_every_format_in_both_languages(place: Repository, language: str, form: str) -> None:
    code, out, err = run(place.folder, "diff", "first", "own", "--lang", language, "-f", form, *AS_OF)
    assert (code, err) == (0, "")
    assert "P1/T3" in out
