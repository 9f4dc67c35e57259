"""The ledgers of the fictional county: they are clean, they use the whole format, and they show every state."""

import datetime
import typing
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import BaseModel

from projledger import checks
from projledger.analysis.assessment import assess
from projledger.analysis.pace import standing_of, standings
from projledger.analysis.reasons import CODES
from projledger.analysis.schedule import schedule
from projledger.calendar import Period
from projledger.load import KINDS, Loaded, load, read_folder
from projledger.models.project import Project
from projledger.models.types import STAGES

COUNTY = Path(__file__).parent.parent / "ledgers"
AS_OF = datetime.date(2024, 6, 11)

# What one place cannot show: it is of one level, has one way to take pace, and its screens one language; nobody
# writes the default status; meetings and ladders have no use for the other periods and lights.
NOT_SHOWN = {
    "Settings.level": {"city", "park"},
    "Settings.language": {"zh"},
    "Settings.pace": {"linear_day"},
    "Project.status": {"active"},
    "Project.cadence": {"month"},
    "Cadence.period": {"day"},
    "Chain.cadence": {"day", "week", "half", "year"},
    "Meeting.period": {"day", "week", "half", "year"},
    "LadderStep.light": {"grey", "blue", "green"},
}


@pytest.fixture(scope="module")
def county() -> Loaded:
    return load(read_folder(COUNTY))


def _records(value: object) -> Iterator[BaseModel]:
    """Every record below a value, itself included."""
    if isinstance(value, BaseModel):
        yield value
        for name in value.model_fields_set:
            yield from _records(getattr(value, name))
    elif isinstance(value, tuple):
        for part in value:
            yield from _records(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _records(part)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    """Every model that an annotation or the fields of a model can hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models(field.annotation)
    for argument in typing.get_args(annotation):
        yield from _models(argument)


def _choices(annotation: object) -> set[str]:
    """The closed list of values of a field, if it has one."""
    if typing.get_origin(annotation) is typing.Literal:
        return set(typing.get_args(annotation))
    return set().union(*(_choices(argument) for argument in typing.get_args(annotation)), set())


def _everything(county: Loaded) -> list[BaseModel]:
    place = county.workspace
    parts = (place.settings, place.people, place.chains, place.targets, place.meetings, place.log, place.assets)
    return list(_records((*parts, *place.letters.values(), place.projects)))


def test_reads_without_a_finding(county: Loaded) -> None:
    assert county.diagnostics == ()
    assert len(county.workspace.projects) == 15


def test_uses_every_field_of_the_format(county: Loaded) -> None:
    used = {f"{type(record).__name__}.{name}" for record in _everything(county) for name in record.model_fields_set}
    wrappers = {"Chains", "Letters", "Meetings"}  # read, but not kept: the workspace holds what they hold
    known = {
        f"{model.__name__}.{name}"
        for top in (*KINDS.values(), Project)
        for model in _models(top)
        if model.__name__ not in wrappers
        for name in model.model_fields
    }
    assert known - used == set()


def test_uses_every_choice_of_the_format(county: Loaded) -> None:
    known: dict[str, set[str]] = defaultdict(set)
    used: dict[str, set[str]] = defaultdict(set)
    for record in _everything(county):
        for name, field in type(record).model_fields.items():
            if choices := _choices(field.annotation):
                key = f"{type(record).__name__}.{name}"
                known[key] |= choices
                if name in record.model_fields_set:
                    value = getattr(record, name)
                    used[key] |= set(value) if isinstance(value, dict) else {value}
    missing = {key: choices - used[key] for key, choices in known.items() if choices - used[key]}
    assert missing == NOT_SHOWN


def test_shows_every_stage_status_and_problem_state(county: Loaded) -> None:
    assert county.workspace.settings.as_of == AS_OF
    projects = county.workspace.projects
    assert {project.status_on(AS_OF) for project in projects} == {"active", "suspended", "cleared"}
    assert any(project.paused_on(AS_OF) and project.status_on(AS_OF) == "active" for project in projects)
    assert {project.stages.current(AS_OF) for project in projects} == {*STAGES, None}
    states = {problem.state_on(AS_OF) for project in projects for problem in project.problems}
    assert states == {"open", "handling", "pending", "closed"}


def test_shows_every_light_and_every_reason_to_lag(county: Loaded) -> None:
    judged = assess(county.workspace, AS_OF)
    assert judged.project_lights == {
        "P001": "red",  # the substation bay comes four workdays late
        "P002": "red",  # the emission quota is a day overdue
        "P003": None,  # cleared
        "P004": "green",
        "P005": "blue",  # the bond papers are due on Friday
        "P006": "yellow",  # the site should be levelled since 3 June
        "P007": "green",
        "P008": "red",  # relocation overdue, not in the statistics after two months
        "P009": "grey",  # nobody has reported
        "P010": None,  # suspended
        "P011": "green",
        "P012": "red",  # central budget money not paid to plan
        "P013": None,  # paused for the floods
        "P014": "green",
        "P015": "yellow",  # a problem blocks the gas connection
    }
    # Only the rules of Xinhuang look at a single month's amount.
    assert {reason.code for lag in judged.lags for reason in lag.reasons} == {*CODES} - {"behind_month"}


def test_strict_findings_are_only_what_is_shown_on_purpose(county: Loaded) -> None:
    found = [(finding.code, finding.place.file) for finding in checks.run(county.workspace, AS_OF, strict=True)]
    negotiation, silent = "projects/P002-环保鞋底材料.yaml", "projects/P009-液压油缸技改.yaml"
    assert sorted(found) == [
        ("missing-figure", silent),  # its town's target, the sum of its projects, says nothing of its own
        ("no-duration", negotiation),
        ("no-duration", silent),
        ("no-duration", silent),
    ]


def test_says_in_every_file_that_it_is_invented() -> None:
    for file in COUNTY.rglob("*.yaml"):
        first = file.read_text(encoding="utf-8").splitlines()[:3]
        assert all(line.startswith("#") for line in first[:2]), file.name
        assert "虚构" in "".join(first), file.name


def test_floats_worked_by_hand(county: Loaded) -> None:
    plans = schedule(county.workspace, AS_OF).plans

    # The substation bay: 20 workdays, 60 % done, so 8 remain. Reported on Friday 7 June; the next workday is Tuesday
    # the 11th (Dragon Boat on Monday): 11 12 13 14 17 18 19 20. Its extended deadline is the 14th: four too late.
    bay = plans["P001/T5"]
    assert (bay.remaining, bay.forecast_finish, bay.float) == (8, datetime.date(2024, 6, 20), -4)

    # Installation: planned from 1 July, 40 workdays (23 in July, 17 in August) end on 23 August; the deadline is
    # 30 August: five workdays in between.
    installation = plans["P001/T6"]
    assert (installation.forecast_finish, installation.float) == (datetime.date(2024, 8, 23), 5)

    # Piling gone quiet for 25 days (14 are allowed weekly), so its 22 remaining workdays (55 % of 40) count from today:
    # 4 + 5 + 6 in June (Saturday the 29th is the county's own workday), 7 in July to the 9th; its deadline is the 5th.
    piling = plans["P008/T3"]
    assert (piling.remaining, piling.forecast_finish, piling.float) == (22, datetime.date(2024, 7, 9), -2)

    # Without a duration there is no float.
    assert plans["P002/T2"].float is None


def test_figures_worked_by_hand(county: Loaded) -> None:
    stand = standings(county.workspace, AS_OF)

    year = standing_of(stand, "all", "investment", Period.parse("2024"))
    assert year is not None
    assert year.rate == Fraction(46200, 120000)  # 38.5 %
    assert year.gap_points == 100 * (Fraction(46200, 120000) - Fraction(5, 12))  # 3.17 points behind
    assert year.yoy == Fraction(46200, 41000) - 1  # 12.7 %

    # The second phase was to start in March: 3 of its 10 months are over at the end of May.
    second = standing_of(stand, "P001", "investment", Period.parse("2024"))
    assert second is not None
    assert second.gap_points == 100 * (Fraction(6400, 18000) - Fraction(3, 10))  # 5.56 points ahead

    # The food chain's own figure wins over its projects' 2 600 + 5 200.
    food = standing_of(stand, "food", "investment", Period.parse("2024"))
    assert food is not None
    assert (food.done, food.difference) == (Decimal(7650), Decimal(-150))

    silent = standing_of(stand, "P009", "investment", Period.parse("2024"))
    assert silent is not None
    assert silent.unreported
    assert silent.done is None
