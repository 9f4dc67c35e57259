"""The ledgers of the fictional county: they are clean, they use the whole format, and they show every state."""

import datetime
import typing
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from projledger.load import KINDS, Loaded, load, read_folder
from projledger.models.project import Project
from projledger.models.types import STAGES

COUNTY = Path(__file__).parent.parent / "ledgers"

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
    return list(_records((*parts, place.projects)))


def test_reads_without_a_finding(county: Loaded) -> None:
    assert county.diagnostics == ()
    assert len(county.workspace.projects) == 15


def test_uses_every_field_of_the_format(county: Loaded) -> None:
    used = {f"{type(record).__name__}.{name}" for record in _everything(county) for name in record.model_fields_set}
    wrappers = {"Chains", "Meetings"}  # read, but not kept: the workspace holds what they hold
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
    as_of = county.workspace.settings.as_of
    assert as_of == datetime.date(2024, 6, 11)
    projects = county.workspace.projects
    assert {project.status_on(as_of) for project in projects} == {"active", "suspended", "cleared"}
    assert any(project.paused_on(as_of) and project.status_on(as_of) == "active" for project in projects)
    assert {project.stages.current(as_of) for project in projects} == {*STAGES, None}
    states = {problem.state_on(as_of) for project in projects for problem in project.problems}
    assert states == {"open", "handling", "pending", "closed"}


def test_says_in_every_file_that_it_is_invented() -> None:
    for file in COUNTY.rglob("*.yaml"):
        first = file.read_text(encoding="utf-8").splitlines()[:2]
        assert first[0].startswith("#"), file.name
        assert "虚构" in "".join(first), file.name
