"""`funnel`: contacts, dockings and the stages: stock, events, amounts, conversion; the reserve and its packages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal

from projledger.analysis import counts, selection
from projledger.analysis.assessment import assess
from projledger.calendar import Period, day_text
from projledger.document import Bar, Bars, Block, Cell, Column, Document, Paragraph, Run, Section, Table, Text
from projledger.frozen import frozen
from projledger.i18n import _, joined, listing, ngettext, pgettext
from projledger.models.place import Log
from projledger.models.project import Project
from projledger.models.types import STAGES, StageName
from projledger.models.workspace import Workspace
from projledger.quantities import money_text, number_text, percent_text
from projledger.reports import Query
from projledger.reports.parts import cells
from projledger.reports.parts.periods import asked_period
from projledger.reports.parts.words import (
    FUNDING_WORDS,
    LOG_WORDS,
    STAGE_WORDS,
    as_of_text,
    clauses,
    commas,
    named,
    owner_text,
)

Step = Literal["contact", "docking"] | StageName
_NEXT: Final[dict[Step, Step]] = {
    "contact": "docking",
    "docking": "signed",  # dockings are not kept one by one: what is compared with them are the contracts
    **dict(pairwise(STAGES)),
}
_WORDS: Final[dict[Step, str]] = {
    "contact": LOG_WORDS["contact"],
    "docking": LOG_WORDS["docking"],
    **{stage: STAGE_WORDS[stage] for stage in STAGES},
}

# --- the result -------------------------------------------------------------------------------------------------------


@frozen
class StageRow:
    """One step of the funnel.

    `stock`: projects whose furthest stage this is on the last day of the period, and `stock_amount` their investment.
    `events`: projects that reached it in the period (of contacts and dockings: how many there were), `amount` their
    investment (of contacts and dockings: what their entries state). `conversion`: the share of those projects that
    have reached a later stage by now, `reached` of them; of contacts the dockings, of dockings the contracts for each.
    `projects` names those projects. Amounts are None where nothing states one.
    """

    stage: Step
    stock: int | None
    events: int
    amount: Decimal | None
    conversion: Fraction | None
    next: Step | None
    reached: int | None
    stock_amount: Decimal | None
    at_least: bool
    projects: tuple[str, ...]


@frozen
class Channel:
    """A source of money that a project counts on."""

    source: str
    planned: Decimal | None
    applied: Decimal | None
    awarded: Decimal | None


@frozen
class ReserveRow:
    """A project in the reserve, or a module of a package. `through` is the package whose channels it uses."""

    ref: str
    name: str
    stage: StageName | None
    since: date | None
    priority: int | None
    investment: Decimal | None
    channels: tuple[Channel, ...]
    package: str | None
    package_name: str
    through: str | None
    owner: str | None
    owner_name: str


@frozen
class PackageRow:
    """A package with its modules; `modules_investment` is what they add up to, None where none states it."""

    ref: str
    name: str
    stage: StageName | None
    investment: Decimal | None
    modules_investment: Decimal | None
    channels: tuple[Channel, ...]
    modules: tuple[ReserveRow, ...]


@frozen
class ReserveTotal:
    """The reserve by funding channel; None as `source`: no channel yet. A project with two counts in both."""

    source: str | None
    projects: int
    planned: Decimal | None


@frozen
class Result:
    """The funnel of a period. `no_stage` counts projects that have reached none."""

    place: str
    as_of: date
    period: str
    first: date
    last: date
    money_unit: str
    stages: tuple[StageRow, ...]
    reserve: tuple[ReserveRow, ...]
    reserve_amount: Decimal | None
    reserve_totals: tuple[ReserveTotal, ...]
    packages: tuple[PackageRow, ...]
    no_stage: int
    projects: int
    cleared: tuple[str, ...]


def compute(query: Query) -> Result:
    """The funnel of the wanted projects and of the contacts that belong to them or to no project."""
    workspace, as_of, wanted = query.workspace, query.as_of, query.filter
    period = _period(query.options.get("period"), as_of)
    last = min(period.last, as_of)
    light_of = assess(workspace, as_of).light if wanted.light else None
    chosen = selection.projects(workspace, as_of, wanted, light_of)
    projects = chosen if "cleared" in wanted.status else counts.counted(chosen, last)
    found = [log for log, _p in selection.logs(workspace, as_of, wanted, light_of) if period.first <= log.date <= last]
    ids = {project.id: project for project in projects}
    waiting = [project for project in projects if project.stages.current(last) == "reserve"]
    reserve = tuple(sorted((_reserve(workspace, project, ids, last) for project in waiting), key=_order))
    return Result(
        place=workspace.settings.name,
        as_of=as_of,
        period=period.text,
        first=period.first,
        last=last,
        money_unit=workspace.settings.money_unit,
        stages=tuple(_stages(projects, found, period.first, last, as_of)),
        reserve=reserve,
        reserve_amount=counts.investment_once(waiting),
        reserve_totals=tuple(_reserve_totals(reserve)),
        packages=tuple(_packages(workspace, projects, ids, last)),
        no_stage=sum(project.stages.current(last) is None for project in projects),
        projects=len(projects),
        cleared=tuple(p.name for p in chosen if p.id not in ids),
    )


def _period(text: str | None, as_of: date) -> Period:
    if text is None:
        return Period.of("year", as_of)
    return asked_period(text, as_of)


def _stages(
    projects: Sequence[Project], logs: Sequence[Log], first: date, last: date, as_of: date
) -> Iterator[StageRow]:
    events: dict[StageName, list[Project]] = {stage: [] for stage in STAGES}
    stock: dict[StageName, list[Project]] = {stage: [] for stage in STAGES}
    for project in projects:
        current = project.stages.current(last)
        if current is not None:
            stock[current].append(project)
        for name, stage in project.stages.named():
            if stage.actual is not None and first <= stage.actual <= last:
                events[name].append(project)
    count = {kind: sum(log.count for log in logs if log.kind == kind) for kind in ("contact", "docking")}
    yield _log_row("contact", logs, count["contact"], count["docking"])
    yield _log_row("docking", logs, count["docking"], len(events["signed"]))
    for number, name in enumerate(STAGES):
        cohort = events[name]
        further = [p for p in cohort if (now := p.stages.current(as_of)) is not None and STAGES.index(now) > number]
        after = _NEXT.get(name)
        yield StageRow(
            stage=name,
            stock=len(stock[name]),
            events=len(cohort),
            amount=counts.investment_once(cohort),
            conversion=Fraction(len(further), len(cohort)) if cohort and after else None,
            next=after,
            reached=len(further) if after else None,
            stock_amount=counts.investment_once(stock[name]),
            at_least=False,
            projects=tuple(project.id for project in cohort),
        )


def _log_row(kind: Literal["contact", "docking"], logs: Sequence[Log], count: int, after: int) -> StageRow:
    mine = [log for log in logs if log.kind == kind]
    amounts = [log.amount for log in mine if log.amount is not None]
    return StageRow(
        stage=kind,
        stock=None,
        events=count,
        amount=sum(amounts, Decimal(0)) if amounts else None,
        conversion=Fraction(after, count) if count else None,
        next=_NEXT[kind],
        reached=after,
        stock_amount=None,
        at_least=any(log.at_least for log in mine),
        projects=(),
    )


def _channels(project: Project, day: date) -> tuple[Channel, ...]:
    return tuple(
        Channel(f.source, f.planned, f.applied if known else None, f.awarded if known else None)
        for f in project.funding
        for known in (f.date is None or f.date <= day,)
    )


def _reserve(workspace: Workspace, project: Project, known: Mapping[str, Project], day: date) -> ReserveRow:
    above = counts.packages(project, known)
    own = _channels(project, day)
    through = next((package for package in above if package.funding), None) if not own else None
    reserve = project.stages.reserve
    return ReserveRow(
        ref=project.id,
        name=project.name,
        stage=project.stages.current(day),
        since=reserve.actual if reserve is not None and reserve.actual is not None and reserve.actual <= day else None,
        priority=project.priority,
        investment=project.investment,
        channels=own or (_channels(through, day) if through is not None else ()),
        package=above[0].id if above else None,
        package_name=above[0].name if above else "",
        through=through.id if through is not None else None,
        owner=project.owner,
        owner_name=owner_text(workspace, project.owner, project.unit),
    )


def _order(row: ReserveRow) -> tuple[bool, int, date]:
    return row.priority is None, row.priority or 0, row.since or date.max


def _reserve_totals(rows: Sequence[ReserveRow]) -> Iterator[ReserveTotal]:
    """Modules that use their package's channels are counted with it, not beside it."""
    own = [row for row in rows if row.through is None or not any(other.ref == row.through for other in rows)]
    for source in FUNDING_WORDS:
        listed = [(row, channel) for row in own for channel in row.channels if channel.source == source]
        if listed:
            planned = [channel.planned for _row, channel in listed if channel.planned is not None]
            yield ReserveTotal(
                source, len({row.ref for row, _channel in listed}), sum(planned, Decimal(0)) if planned else None
            )
    without = [row for row in own if not row.channels]
    if without:
        yield ReserveTotal(None, len(without), None)


def _packages(
    workspace: Workspace, projects: Sequence[Project], known: Mapping[str, Project], day: date
) -> Iterator[PackageRow]:
    for package in projects:
        modules = [project for project in projects if project.parent == package.id]
        if modules:
            yield PackageRow(
                ref=package.id,
                name=package.name,
                stage=package.stages.current(day),
                investment=package.investment,
                modules_investment=counts.investment_once(modules),
                channels=_channels(package, day),
                modules=tuple(_reserve(workspace, module, known, day) for module in modules),
            )


# --- the page ---------------------------------------------------------------------------------------------------------


def step_word(step: Step) -> str:
    """A step of the funnel in the reader's words."""
    return _(_WORDS[step])


def document(result: Result) -> Document:
    """What people read: the funnel as bars, its table, the reserve by channel, the packages."""
    blocks: list[Block] = []
    head = [row for row in result.stages if row.stage in ("contact", "docking", "signed") and row.events]
    # Contacts are many and contracts few: on one scale with them nobody would see a stage.
    if any(row.stage in ("contact", "docking") for row in head):
        blocks.append(_bars(head, _("From contacts to contracts"), result.money_unit))
    stages = [row for row in result.stages if row.events and row.stage not in ("contact", "docking")]
    if stages:
        blocks.append(_bars(stages, _("Stages reached"), result.money_unit))
    blocks.append(_table(result))
    if result.reserve:
        reserve = Section(_("In reserve"), (Paragraph(_reserve_text(result)), _reserve_table(result)))
        blocks.append(reserve)
    if result.packages:
        blocks.append(Section(_("Packages and their modules"), (_package_table(result),)))
    footer = []
    if result.cleared:
        footer.append(_("Cleared projects, not counted: {names}").format(names=listing(result.cleared)))
    events = _("Events from {first} to {last}").format(
        first=day_text(result.first, result.as_of), last=day_text(result.last, result.as_of)
    )
    return Document(
        title=_("{place}: project funnel").format(place=result.place),
        blocks=tuple(blocks),
        asides=(as_of_text(result.as_of), events),
        footer=tuple(footer),
    )


def _bars(rows: Sequence[StageRow], title: str, unit: str) -> Bars:
    most = max(row.events for row in rows)
    return Bars(tuple(_bar(row, most, unit) for row in rows), title)


def _bar(row: StageRow, most: int, unit: str) -> Bar:
    said = [_events(row)]
    if row.amount:
        said.append(money_text(row.amount, unit))
    if row.conversion is not None and row.next is not None:
        said.append(_conversion(row))
    return Bar(step_word(row.stage), Fraction(row.events, most), commas(said))


def _events(row: StageRow) -> str:
    """How many there were, in the words that Chinese counts them with: contacts by times, projects by piece."""
    count = number_text(row.events)
    if row.stage not in ("contact", "docking"):
        return pgettext("projects", "{n}").format(n=count)
    if row.at_least:
        return pgettext("contacts and dockings", "at least {n}").format(n=count)
    return pgettext("contacts and dockings", "{n}").format(n=count)


def _conversion(row: StageRow) -> str:
    if row.conversion is None or row.next is None:
        return "—"
    rate = percent_text(row.conversion)
    if row.stage in ("contact", "docking"):
        return _("{rate} to {next}").format(rate=rate, next=step_word(row.next))
    return _("{rate} went further ({reached} of {n})").format(rate=rate, reached=row.reached, n=row.events)


def _table(result: Result) -> Table:
    unit = result.money_unit
    notes = [
        _("Stock: projects whose furthest stage this is; each counts once. Events: stages reached in the period."),
        _("Conversion: of the projects that reached the stage in the period, those that have gone further by now."),
    ]
    if any(row.events for row in result.stages if row.stage in ("contact", "docking")):
        notes.append(_("Contacts and dockings are compared by their numbers, dockings with the contracts signed."))
    if result.no_stage:
        text = ngettext(
            "{n} project has reached no stage yet.", "{n} projects have reached no stage yet.", result.no_stage
        )
        notes.append(text.format(n=result.no_stage))
    empty = not result.projects and not any(row.events for row in result.stages)
    return Table(
        columns=(
            Column(_("Stage")),
            Column(_("Stock"), "right"),
            Column(_("Investment"), "right"),
            Column(_("Events"), "right"),
            Column(pgettext("of the events", "Investment"), "right"),
            Column(_("Conversion")),
        ),
        rows=()
        if empty
        else tuple(
            (
                Cell(step_word(row.stage), row.stage),
                cells.number(row.stock),
                cells.money(row.stock_amount, unit),
                Cell(_events(row), row.events),
                cells.money(row.amount, unit),
                Cell(_conversion(row), row.conversion),
            )
            for row in result.stages
        ),
        note=joined(*notes),
        empty=_("No project and no contact is recorded in these ledgers"),
        main=True,
    )


def _reserve_text(result: Result) -> str:
    said = [
        ngettext("{n} project in reserve", "{n} projects in reserve", len(result.reserve)).format(n=len(result.reserve))
    ]
    if result.reserve_amount is not None:
        said[0] = _("{said}, {clause}").format(
            said=said[0], clause=money_text(result.reserve_amount, result.money_unit)
        )
    modules = sum(row.package is not None for row in result.reserve)
    if modules:
        said.append(ngettext("{n} of them is a module", "{n} of them are modules", modules).format(n=modules))
    for total in result.reserve_totals:
        who = _(FUNDING_WORDS[total.source]) if total.source is not None else _("no funding channel yet")
        text = ngettext("{source}: {n} project", "{source}: {n} projects", total.projects)
        text = text.format(source=who, n=total.projects)
        if total.planned is not None:
            planned = _("planned {amount}").format(amount=money_text(total.planned, result.money_unit))
            text = _("{said}, {clause}").format(said=text, clause=planned)
        said.append(text)
    return _("{sentence}.").format(sentence=clauses(said))


def _channels_text(row: ReserveRow, unit: str) -> Text:
    if not row.channels:
        return (Run(_("none yet"), "grey"),)
    if row.through is not None:
        text = listing([_(FUNDING_WORDS[channel.source]) for channel in row.channels])
        return _("{text} (through the package)").format(text=text)
    return listing([_channel_text(channel, unit) for channel in row.channels])


def _channel_text(channel: Channel, unit: str) -> str:
    text = _(FUNDING_WORDS[channel.source])
    if channel.planned is None:
        return text
    return _("{source} {amount}").format(source=text, amount=money_text(channel.planned, unit))


def _reserve_table(result: Result) -> Table:
    return Table(
        columns=(
            Column(_("Priority"), "right"),
            Column(_("Project"), wrap=True),
            Column(_("In reserve since")),
            Column(_("Investment"), "right"),
            Column(_("Funding channel"), wrap=True),
            Column(_("Package"), wrap=True),
            Column(_("Owner"), wrap=True),
        ),
        rows=tuple(
            (
                cells.number(row.priority),
                Cell(named(row.name, row.ref), row.name),
                cells.day(row.since, result.as_of),
                cells.money(row.investment, result.money_unit),
                Cell(_channels_text(row, result.money_unit)),
                Cell(row.package_name or "—"),
                Cell(row.owner_name),
            )
            for row in result.reserve
        ),
    )


def _package_table(result: Result) -> Table:
    unit = result.money_unit
    rows: list[tuple[Cell | Text, ...]] = []
    for package in result.packages:
        rows.append((_package_heading(package, unit),))
        rows += [
            (
                Cell(named(module.name, module.ref), module.name),
                Cell(_(STAGE_WORDS[module.stage]) if module.stage else "—"),
                cells.money(module.investment, unit),
                Cell(_channels_text(module, unit)),
                Cell(module.owner_name),
            )
            for module in package.modules
        ]
    return Table(
        columns=(
            Column(_("Module"), wrap=True),
            Column(_("Stage")),
            Column(_("Investment"), "right"),
            Column(_("Funding channel"), wrap=True),
            Column(_("Owner"), wrap=True),
        ),
        rows=tuple(rows),
    )


def _package_heading(package: PackageRow, unit: str) -> Text:
    said = []
    if package.stage is not None:
        said.append(_(STAGE_WORDS[package.stage]))
    if package.investment is not None:
        said.append(money_text(package.investment, unit))
    if package.modules_investment is not None and package.modules_investment != package.investment:
        said.append(_("modules {amount}").format(amount=money_text(package.modules_investment, unit)))
    head = named(package.name, package.ref)
    runs = (head,) if isinstance(head, str) else head
    return (*(Run(r) if isinstance(r, str) else r for r in runs), Run("  "), Run(commas(said)))
