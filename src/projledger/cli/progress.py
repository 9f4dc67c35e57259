"""Progress of long work, for the one who waits at a terminal: on stderr, after half a second, gone at the end.

The work only says what it does and counts its items (`load.watch`); a thread of its own looks at the count a few times
a second and draws. Where stderr is no terminal there is no thread, no count and no import.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar

Item = TypeVar("Item")

DELAY = 0.5  # seconds of work before anything is shown
_EVERY: Final = 0.2  # seconds from one drawing to the next


class _Stage:
    """What is being done; `total` is None where nobody can tell how much there is."""

    __slots__ = ("done", "total", "what")

    def __init__(self, what: str) -> None:
        self.what = what
        self.total: int | None = None
        self.done = 0


class Progress:
    """Shows what a command is doing, if somebody can see it. It is a `load.watch.Watch`."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._color = _colored(values.get("color") or "auto")
        self._stage: _Stage | None = None
        self._begun: float | None = None
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, what: str, items: Iterable[Item], /) -> Iterable[Item]:
        """The items, counted while somebody looks."""
        return self._counted(what, items) if self._stage is not None else items

    def _counted(self, what: str, items: Iterable[Item]) -> Iterator[Item]:
        with self.on(what):
            stage = self._stage
            assert stage is not None
            stage.total = len(items) if isinstance(items, Sized) else None
            for item in items:
                yield item
                stage.done += 1

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        """While this lasts, `what` is being done; inside of it may be other work, which is shown in its place."""
        outer = self._stage
        if outer is None and not _seen():
            yield
            return
        self._stage = _Stage(what)
        if outer is None:
            self._begin()
        try:
            yield
        finally:
            self._stage = outer
            if outer is None:
                self._end()

    def _begin(self) -> None:
        self._begun = self._begun or time.monotonic()
        self._over.clear()
        self._thread = threading.Thread(target=self._draw, daemon=True)
        self._thread.start()

    def _end(self) -> None:
        """Leave the screen as it was before anything else is written there."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _draw(self) -> None:
        begun = self._begun or 0.0
        if self._over.wait(max(0.0, begun + DELAY - time.monotonic())):
            return
        from rich import progress
        from rich.console import Console

        console = Console(file=sys.stderr, no_color=not self._color, legacy_windows=False)
        # A cursor that was hidden would stay so if the program were killed.
        console.show_cursor = lambda show=True: False  # type: ignore[method-assign]
        columns = (
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(bar_width=24),
            progress.TextColumn("{task.fields[count]}", markup=False),
        )
        # The terminal may go away while it is drawn on: nothing to be said about that, and nobody to say it to.
        with (
            suppress(OSError, ValueError),
            progress.Progress(
                *columns,
                console=console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            ) as bar,
        ):
            task = bar.add_task("", count="")
            while True:
                stage = self._stage
                if stage is not None:
                    passed = int(time.monotonic() - begun)
                    count = f"{passed // 60}:{passed % 60:02}"
                    if stage.total is not None:
                        count = f"{stage.done}/{stage.total}  {count}"
                    bar.update(task, description=stage.what, total=stage.total, completed=stage.done, count=count)
                    bar.refresh()
                if self._over.wait(_EVERY):
                    return


def _seen() -> bool:
    """Whether a person sees stderr now: a terminal that can be drawn on, and not from the background."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return False
    with suppress(OSError, AttributeError):  # not our terminal to ask; or Windows, which has no such groups
        return os.tcgetpgrp(sys.stderr.fileno()) == os.getpgrp()
    return True


def _colored(asked: str) -> bool:
    return asked == "always" or (asked == "auto" and not os.environ.get("NO_COLOR"))
