"""`projledger`: starts as little as the request needs."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"] and _said_version():
        return
    _start_with_less()
    try:
        from projledger.cli.app import main as run
    except KeyboardInterrupt:  # a later one is met in `run`
        _leave(130)
    else:
        _leave(run(sys.argv[1:]))


def _said_version() -> bool:
    """Say the version: asked by scripts, often, so nothing else is imported. What cannot be said is told as ever."""
    from projledger import __version__

    try:
        os.write(1, f"projledger {__version__}\n".encode())
    except OSError:
        return False
    return True


def _leave(code: int) -> None:
    """End with an exit code, at once.

    Everything is written and closed by now; an orderly end would free every object one by one, a sixth of the time of a
    short command.
    """
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
