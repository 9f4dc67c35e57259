"""`projledger`: starts as little as the request needs."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"]:  # asked by scripts, often: nothing else is imported for it
        from projledger import __version__

        print(f"projledger {__version__}")  # noqa: T201
        return
    _start_with_less()
    from projledger.cli.app import main as run

    _leave(run(sys.argv[1:]))


def _leave(code: int) -> None:
    """End with an exit code, at once.

    Everything is written and closed by now; an orderly end would free every object one by one, a sixth of the time of a
    short command.
    """
    import os
    from contextlib import suppress

    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # told already, where it could be told
            stream.flush()
    os._exit(code)


def _start_with_less() -> None:
    """Spare what a short command does not need; measured with `make bench`."""
    import gc
    from types import ModuleType

    # A command makes little garbage and ends soon: look for cycles rarely (a tenth of a short run).
    gc.set_threshold(500_000, 20, 100)
    # Plugins that other packages bring for pydantic shall not have a say in how ledgers are read. Its own switch for
    # that, PYDANTIC_DISABLE_PLUGINS, comes after importing what looks for them (email, csv, zipfile: a twelfth of
    # `status`), so the finder itself is replaced by one that finds none.
    finder = ModuleType("pydantic.plugin._loader")
    finder.__dict__["get_plugins"] = tuple
    sys.modules.setdefault(finder.__name__, finder)


if __name__ == "__main__":
    main()
