"""Measures every report as HTML over 300 projects of 60 tasks against the time of reading their ledgers.

Processor time within one process. Drawing a page (its document and the HTML) never takes longer than reading. Working
it out and drawing it together has a limit of its own where a report judges more than one day: a periodic report judges
the last day of its period, the day before it, today, and the month ends of its year. Exits 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).parent))

import corpus
from bench import Bench
from projledger import load
from projledger.analysis.selection import Filter
from projledger.cli.options import key
from projledger.models.workspace import Workspace
from projledger.render import RENDERERS, Envelope, Options
from projledger.reports import REPORTS, CommandSpec, Query, module_of

PROJECTS, TASKS = 300, 60
ASKED: dict[str, tuple[dict[str, Any], ...]] = {
    "show": ({"ref": "P0001"},),
    "why": ({"ref": "P0001"},),
    "wallchart": ({}, {"table": True}),
    "chain": ({}, {"id": "c1"}),
    "list": tuple({"what": what} for what in ("services", "factors", "funding", "meetings", "assets", "awards")),
    "report": tuple({"kind": kind} for kind in ("day", "week", "month", "quarter", "half", "year")),
}
"""What a report is asked for, where it is not asked without options."""
WHOLE: dict[str, float] = {
    "tasks": 2.5,  # 18 000 rows, like the schedule
    "schedule": 2.5,
    "report day": 3,
    "report week": 3,
    "report month": 6,
    "report quarter": 6,
    "report half": 9,
    "report year": 9,
}
"""At most so many times the time of reading; 1.5 where nothing else is said."""

Found = TypeVar("Found")


def timed(work: Callable[[], Found], runs: int) -> tuple[Found, float]:
    """What some work gives, and the seconds of processor time of its best run."""
    best = float("inf")
    for _run in range(runs):
        gc.collect()
        start = time.process_time()
        found = work()
        best = min(best, time.process_time() - start)
    return found, best


def fresh(workspace: Workspace, spec: CommandSpec, given: dict[str, Any]) -> Any:
    """A report worked out from a workspace that remembers nothing."""
    for name in ("items", "calendar", "projects_by_id", "rules"):
        workspace.__dict__.pop(name, None)
    options = {key(option): None for option in spec.options} | given
    return module_of(spec).compute(Query(workspace, corpus.AS_OF, Filter(), options))


def measure(bench: Bench, workspace: Workspace, spec: CommandSpec, given: dict[str, Any], read: float) -> None:
    """The rows of one report."""
    module, envelope = module_of(spec), Envelope(spec.name, "", corpus.AS_OF)
    called = " ".join([spec.name, *(name if value is True else str(value) for name, value in given.items())])
    result, worked_out = timed(lambda: fresh(workspace, spec, given), 2)
    html, pdf = (next(r for r in RENDERERS if r.name == name) for name in ("html", "pdf"))
    page, drawn = timed(lambda: html.load().render(module.document(result), result, envelope, Options()), 3)
    bench.ratio(f"{called}: drawing {len(page) // 1024} KB / reading", drawn, read, 1)
    bench.ratio(f"{called}: all of it / reading", worked_out + drawn, read, WHOLE.get(called, 1.5))
    if called == "wallchart" and find_spec("typst"):
        on_paper = Options(paper="A3")
        paper, _seconds = timed(lambda: pdf.load().render(module.document(result), result, envelope, on_paper), 1)
        bench.figure(f"{called}: PDF of {PROJECTS} rows on A3", len(paper) / 2**20, 1, "MiB")


def main() -> int:
    """Print the rows of every report."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    bench = Bench()
    gc.set_threshold(100_000, 20, 100)  # as the command does
    with tempfile.TemporaryDirectory() as name:
        corpus.write(Path(name), PROJECTS, TASKS, place=True)
        files = list(load.read_folder(Path(name)))
    loaded, read = timed(lambda: load.load(files), 3)
    assert not loaded.diagnostics, loaded.diagnostics[0]
    for spec in REPORTS:
        if spec.group != "trace":
            for given in ASKED.get(spec.name, ({},)):
                measure(bench, loaded.workspace, spec, given, read)
    return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
