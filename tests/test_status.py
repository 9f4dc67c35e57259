"""The one screen: what it says where little or nothing was reported."""

from __future__ import annotations

from datetime import date

import pytest

from projledger import i18n, load
from projledger.analysis.selection import Filter
from projledger.reports import Query, status
from projledger.reports.parts.dues import due_codes, due_text
from projledger.reports.status import Result

AS_OF = date(2024, 6, 11)


@pytest.fixture(autouse=True)
def _english() -> None:
    i18n.use("en")


def result_of(*projects: str) -> Result:
    files = [(f"projects/{n}.yaml", text.encode()) for n, text in enumerate(projects)]
    loaded = load.load([("projledger.yaml", b"name: X\n"), *files])
    assert not loaded.diagnostics
    return status.compute(Query(loaded.workspace, AS_OF, Filter()))


def screen(*projects: str) -> str:
    return str(status.document(result_of(*projects)))


SILENT = "id: P{n}\nname: A\nunit: u\nowner: z\n"
TALKING = "id: P8\nname: B\nunit: u\nowner: z\ntasks: [{id: T1, name: t, deadline: 2024-09-30, started: 2024-06-03}]\n"


def test_silence_is_no_good_news() -> None:
    text = screen(SILENT.format(n=1), SILENT.format(n=2))
    assert "2 items are unreported: nobody can tell." in text
    assert "Nothing is overdue" not in text
    assert "Nothing is overdue, and nothing is behind its plan." in screen(TALKING)


def test_an_investment_that_nobody_gave_is_not_zero() -> None:
    assert result_of(SILENT.format(n=1)).investment is None
    assert "Total investment not given." in screen(SILENT.format(n=1))
    # 3 + 2; P3 gives none. The package's 9 hold its module's 4, and the modules of P6 give what P6 does not.
    given = [SILENT.format(n=1) + "investment: 3\n", SILENT.format(n=2) + "investment: 2\n", SILENT.format(n=3)]
    package = [SILENT.format(n=4) + "investment: 9\n", SILENT.format(n=5) + "investment: 4\nparent: P4\n"]
    modules = [SILENT.format(n=6), SILENT.format(n=7) + "investment: 1\nparent: P6\n"]
    found = result_of(*given, *package, *modules)
    assert (found.investment, found.no_investment) == (3 + 2 + 9 + 1, 1)
    assert "Total investment 150,000 yuan, without 1 project that does not give its own." in screen(
        *given, *package, *modules
    )


def test_the_lights_of_the_heading_are_those_of_the_projects_it_counts() -> None:
    suspended = SILENT.format(n=1) + "status: suspended\nstatus_date: 2024-06-01\n"
    paused = SILENT.format(n=2) + "pauses: [{from: 2024-06-01, approved_by: z}]\n"
    assert result_of(suspended, paused, TALKING).lights["none"] == 2
    text = screen(suspended, paused, TALKING)
    assert "1 project under way: green 1)" in text
    assert "3 in the ledgers: 1 under way, 1 paused, 1 suspended; cleared 0." in text
    # A pause that has run out is none, and a suspended project counts once.
    resumed = SILENT.format(n=3) + "pauses: [{from: 2024-06-01, to: 2024-06-10, approved_by: z}]\n"
    found = result_of(suspended + "pauses: [{from: 2024-06-01, approved_by: z}]\n", resumed).projects
    assert (found.total, found.active, found.paused, found.suspended, found.under_way) == (2, 1, 0, 1, 1)


def test_what_is_not_shown_is_counted_to_the_last() -> None:
    """One project with 60 overdue tasks, the worst of all, and 20 with one: seven stand there, 14 do not."""
    tasks = "".join(f"  - {{id: T{n}, name: t, deadline: 2024-01-10}}\n" for n in range(60))
    late = "id: L{n}\nname: L\nunit: u\nowner: z\ntasks: [{{id: T1, name: t, deadline: 2024-05-31}}]\n"
    found = result_of(SILENT.format(n=1) + "tasks:\n" + tasks, *(late.format(n=n) for n in range(20)))
    assert (len(found.pressing), found.pressing["P1"]) == (21, 60)
    text = str(status.document(found))
    assert "; 58 more items" in text
    assert sum(f"'L{n}/T1'" in text for n in range(20)) == 6
    assert "14 more: projledger lagging" in text


def upcoming(project: str, decisions: str) -> list[tuple[str, str]]:
    """The lines of the next days: what each says and its references."""
    files = [("projects/a.yaml", project.encode()), ("meetings.yaml", decisions.encode())]
    loaded = load.load([("projledger.yaml", b"name: X\n"), *files])
    assert not loaded.diagnostics
    found = status.compute(Query(loaded.workspace, AS_OF, Filter()))
    return [(due_text(entry, AS_OF), due_codes(entry).text) for entry in found.upcoming]


PLANS = """\
id: P1
name: A
unit: u
owner: z
tasks:
  - {id: T1, name: land, deadline: 2024-06-28, start: 2024-06-03, duration: 12}
  - {id: T2, name: road, deadline: 2024-06-28, duration: 12}
  - {id: T3, name: power, deadline: 2024-06-17}
problems:
  - {id: Q1, text: no quota, raised: 2024-06-01, deadline: 2024-06-14}
  - {id: Q2, text: no hands, raised: 2024-06-01, deadline: 2024-06-15, submitted: 2024-06-07}
"""
HELD = """\
meetings:
  - id: M1
    date: 2024-06-06
    decisions:
      - {id: D1, text: get the quota, owner: z, deadline: 2024-06-14, task: P1/Q1}
      - {id: D2, text: press on, owner: z, deadline: 2024-06-12, task: P1/T3}
      - {id: D3, text: help with it, owner: y, deadline: 2024-06-17, task: P1/T3}
      - {id: D4, text: come again, owner: z, deadline: 2024-06-13}
"""


def test_the_next_days_say_what_is_asked_by_when() -> None:
    # 12 workdays that end on Friday 28 June: 13 and 14, 17 to 21, 24 to 28 June.
    assert upcoming(PLANS, "meetings: []\n") == [
        ("land, to be begun by 13 June at the latest (should have begun on 3 June, 8 days late)", "P1/T1"),
        ("road, to be begun by 13 June at the latest", "P1/T2"),
        ("to be solved: no quota", "P1/Q1"),
        ("to be verified: no hands (reported by its owner as solved on 7 June)", "P1/Q2"),
        ("power", "P1/T3"),
    ]


def test_a_decision_about_an_item_stands_in_its_line() -> None:
    lines = upcoming(PLANS, HELD)
    # On the earlier day, if its own owner is to do it; of another owner it is a matter of its own.
    assert lines[0] == ("power (own deadline 17 June); a meeting decided, by 12 June: press on", "P1/T3 M1/D2")
    assert ("to be solved: no quota", "P1/Q1 M1/D1") in lines
    assert ("help with it", "M1/D3") in lines
    assert ("come again", "M1/D4") in lines
    assert len(lines) == 7
