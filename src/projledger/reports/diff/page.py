"""What `diff` says: by project what changed and what that does; and the same as remarks at the lines of a review."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Literal

from projledger.analysis.effects import Share
from projledger.analysis.figures import ALL
from projledger.calendar import Period, month_text, period_text
from projledger.diagnostics import Diagnostic, Span
from projledger.document import Block, Cell, Column, Document, Items, Paragraph, Run, Section, Table, Text, plain
from projledger.i18n import _, joined, listing, ngettext
from projledger.models.types import Light
from projledger.quantities import percent_text
from projledger.reports.diff.result import ChangeRow, FigureRow, LightRow, PlanRow, Result
from projledger.reports.parts.traces import iso_text, shallow_note
from projledger.reports.parts.words import amount_text, as_of_text, clauses, lamp


def remarks(result: Result) -> list[tuple[Literal["warning", "notice"], Diagnostic]]:
    """The changes at their lines: a warning what should be looked at twice, a notice the rest."""
    return [
        (
            "warning" if row.flags else "notice",
            Diagnostic(
                row.path,
                Span(row.line or 1, 1, row.line or 1, 1),
                "warning",
                row.flags[0] if row.flags else "changed",
                row.text,
                clauses(_effect(row)),  # it hangs on other changes too: what the remark is known by is its own text
            ),
        )
        for row in result.changes
    ]


def document(result: Result) -> Document:
    """What people read: by project what changed, then what that does to lights, plans and figures."""
    blocks: list[Block] = [Paragraph(_summary(result))]
    unread = _unread(result)
    if unread:
        blocks.append(Section(_("Not compared"), (Items(tuple(unread)),)))
    if result.changes:
        blocks.append(_table(result))
    told = _told_lights(result)
    lights = [row for row in result.lights if row.ref not in told]
    if lights:
        blocks.append(_lights_table(lights, _("Other lights that changed") if told else _("Lights that changed")))
    plans = [row for row in result.plans if row.project not in result.projects]
    if plans and not result.flags_only:
        lines = tuple(_other_plan(row, result) for row in plans)
        blocks.append(Section(_("What it does to other plans"), (Items(lines),)))
    if result.figures and not result.flags_only:
        blocks.append(
            Section(
                _("What it does to the figures"), (Items(tuple(_figure_text(row, result) for row in result.figures)),)
            )
        )
    layout = _layout(result)
    if layout:
        blocks.append(Section(_("Without a change of content"), (Items(tuple(layout)),)))
    return Document(
        title=_("{place}: what changed").format(place=result.place),
        blocks=tuple(blocks),
        asides=(as_of_text(result.as_of), _versions(result)),
        footer=shallow_note(result.shallow),
    )


def _versions(result: Result) -> str:
    new = result.new or (_("what is staged") if result.staged else _("the work tree"))
    return _("{old} → {new}").format(old=result.old, new=new)


def _unread(result: Result) -> list[str]:
    """The ledgers of which nobody knows what changed in them, the newly broken first."""
    before, after = set(result.unread_before), set(result.unread_after)
    kinds = (
        (after - before, _("{files}: could be read before, and cannot be read now")),
        (after & before, _("{files}: cannot be read in either version")),
        (before - after, _("{files}: could not be read before, and can be read now")),
    )
    return [text.format(files=listing(sorted(files))) for files, text in kinds if files]


def _summary(result: Result) -> str:
    if not result.changes:
        if result.unread_before or result.unread_after:
            in_the_rest = _("Nothing to look at twice in what can be compared.")
            return in_the_rest if result.flags_only else _("Nothing changed in what can be compared.")
        return _("Nothing to look at twice.") if result.flags_only else _("Nothing changed.")
    said = ngettext("{n} change.", "{n} changes.", len(result.changes)).format(n=len(result.changes))
    if not result.flagged:
        return said
    return joined(
        said,
        ngettext("{n} should be looked at twice.", "{n} should be looked at twice.", result.flagged).format(
            n=result.flagged
        ),
    )


def _sentence(row: ChangeRow) -> Text:
    mark = (Run("▲ ", "yellow"),) if row.flags else ()
    if row.kind == "project" and row.field is not None:
        return (*mark, Run(row.said))
    name = row.name
    if row.kind in ("target", "signed target", "report"):
        period = period_text(Period.parse(row.ref.rpartition("/")[2]))
        name = _("{name}, {period}").format(name=name, period=period)
    return (*mark, Run(_("{name}: {text}").format(name=name, text=with_effect(row, row.said))))


def with_effect(row: ChangeRow, said: str) -> str:
    """A sentence with what became of the item."""
    return clauses([said, *_effect(row)])


def _effect(row: ChangeRow) -> list[str]:
    clause = []
    if row.light_before != row.light_after:
        clause.append(_light_text(row.light_before, row.light_after))
    if row.critical is not None:
        clause.append(_("now on the critical path") if row.critical else _("not on the critical path any more"))
    return clause


def _light_text(before: Light | None, after: Light | None) -> str:
    return _("light {before} → {after}").format(before=lamp(before).text, after=lamp(after).text)


def _told_lights(result: Result) -> set[str]:
    """The references whose change of light is said beside their changes."""
    told = {row.ref for row in result.changes if row.light_before != row.light_after}
    return told if result.flags_only else told | result.projects.keys()


def _effects(result: Result, project: str) -> str:
    """What the changes of a project do to its plan, its light and the figures of the place."""
    said = [_plan_text(row) for row in result.plans if row.project == project]
    said += [_light_text(row.before, row.after) for row in result.lights if row.ref == project]
    said += [
        _("{amount} to {figure}").format(amount=_signed(share.amount, row.measure), figure=_figure_name(row))
        for row in result.figures
        for share in row.shares
        if row.scope == ALL and share.project == project and share.amount is not None
    ]
    return clauses(said)


def _lights_table(lights: Sequence[LightRow], title: str) -> Table:
    columns = (Column(_("Item"), wrap=True), Column(_("Light before")), Column(_("Light after")))
    rows = tuple(
        (Cell((Run(row.name), Run(" "), Run(row.ref, "dim")), row.ref), (lamp(row.before),), (lamp(row.after),))
        for row in lights
    )
    return Table(columns, rows, title=title)


def _plan_text(row: PlanRow) -> str:
    said = []
    if row.finish_before != row.finish_after and row.finish_before is not None and row.finish_after is not None:
        text = _("forecast finish {before} → {after}")
        said.append(text.format(before=iso_text(row.finish_before), after=iso_text(row.finish_after)))
    if row.float_before != row.float_after:
        text = _("tightest task {before} → {after}")
        said.append(text.format(before=_slack_text(row.float_before), after=_slack_text(row.float_after)))
    if row.path_before != row.path_after:
        said.append(_("critical now: {refs}").format(refs=listing(row.path_after)))
    return listing(said)


def _slack_text(slack: int | None) -> str:
    """A float in words."""
    if slack is None:
        return "—"
    if slack < 0:
        return ngettext("{n} workday late", "{n} workdays late", -slack).format(n=-slack)
    return ngettext("{n} workday to spare", "{n} workdays to spare", slack).format(n=slack)


def _other_plan(row: PlanRow, result: Result) -> Text:
    """A plan that changed in a ledger that did not."""
    text = _("{name} ({ref}): {text}").format(name=row.name, ref=row.project, text=_plan_text(row))
    ties = (
        (row.waits_for, _("{text} (it waits for {names})")),
        (row.waited_for_by, _("{text} (waited for by {names})")),
    )
    for projects, tie in ties:
        if projects:
            text = tie.format(text=text, names=listing([result.projects.get(one, one) for one in projects]))
    return text


def _figure_name(row: FigureRow) -> str:
    return _("{name}, {period}").format(name=row.name, period=period_text(Period.parse(row.period)))


def _figure_text(row: FigureRow, result: Result) -> Text:
    def amount(done: Decimal | None) -> str:
        return amount_text(done, row.measure) if done is not None else _("not reported")

    def rate(value: Fraction | None) -> str:
        return percent_text(value) if value is not None else "—"

    text = _("{name}: {before} ({rate}) → {after} ({rate_after})").format(
        name=_figure_name(row),
        before=amount(row.done_before),
        rate=rate(row.rate_before),
        after=amount(row.done_after),
        rate_after=rate(row.rate_after),
    )
    said = []
    for cause, shares in groupby(row.shares, key=lambda share: share.cause):
        if cause in ("owes", "owed"):
            who = listing([_who(share, result) for share in shares])
            known = _("known now because of {who}") if cause == "owed" else _("not known any more because of {who}")
            said.append(known.format(who=who))
        else:
            said += [_share_text(share, row, result) for share in shares]
    return clauses([text, *said])


def _who(share: Share, result: Result) -> str:
    if share.project is None:
        return _("ledgers that cannot be read in one of the versions")
    return result.projects.get(share.project, _("the ledgers of the place"))


def _share_text(share: Share, row: FigureRow, result: Result) -> str:
    """Whose changes did it, and how much of it."""
    who = _who(share, result)
    match share.cause:
        case "figures" | "unread":
            return _("{who} {amount}").format(who=who, amount=_signed(share.amount, row.measure))
        case "reach":
            month = month_text(Period.parse(row.month).first) if row.month is not None else "—"
            text = _("others {amount}, as the sum now stands at {month}")
            return text.format(amount=_signed(share.amount, row.measure), month=month)
        case "otherwise":
            return _("others {amount}, which count otherwise now").format(amount=_signed(share.amount, row.measure))
        case "own":
            text = _("{who} {amount}, as an own figure counts now in place of the projects' sum")
            return text.format(who=who, amount=_signed(share.amount, row.measure))
        case "summed":
            text = _("{who} {amount}, as the projects' sum counts now in place of an own figure")
            return text.format(who=who, amount=_signed(share.amount, row.measure))
        case _:
            return _("target {before} → {after}").format(
                before=amount_text(row.value_before, row.measure), after=amount_text(row.value_after, row.measure)
            )


def _signed(amount: Decimal | None, measure: str) -> str:
    text = amount_text(abs(amount or Decimal(0)), measure)
    return f"−{text}" if amount is not None and amount < 0 else f"+{text}"


def _layout(result: Result) -> list[str]:
    found = [_("{old} is now {new}").format(old=old, new=new) for old, new in result.moved]
    if result.comments:
        found.append(
            ngettext(
                "only comments, layout or order changed in {n} file: {files}",
                "only comments, layout or order changed in {n} files: {files}",
                len(result.comments),
            ).format(n=len(result.comments), files=listing(result.comments))
        )
    return found


def _table(result: Result) -> Table:
    columns = (Column(_("Item")), Column(_("What changed"), wrap=True), Column(_("Where")))
    rows: list[tuple[Cell | Text, ...]] = []
    for project, changes in groupby(result.changes, key=lambda row: row.project):
        heading: Text = _("The place and its units")
        if project:
            heading = (Run(result.projects[project]), Run(" "), Run(project, "dim"))
        rows.append((heading,))
        for row in changes:
            where = row.path if row.line is None else f"{row.path}:{row.line}"
            rows.append((Cell(row.ref, row.ref), Cell(_sentence(row), plain(_sentence(row))), Cell(where)))
        effects = "" if result.flags_only else _effects(result, project)
        if effects:
            text = _("→ {effects}").format(effects=effects)
            rows.append((Cell(project, project), Cell(((Run(text, "strong"),)), text), Cell("")))
    return Table(columns, tuple(rows), main=True)
