"""`projledger`: starts as little as the request needs."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"]:  # asked by scripts, often: nothing else is imported for it
        from projledger import __version__

        print(f"projledger {__version__}")  # noqa: T201
        return
    import gc
    import os

    # A command makes little garbage and ends soon: look for cycles rarely (a tenth of a short run, measured).
    gc.set_threshold(500_000, 20, 100)
    # Plugins that other packages bring for pydantic shall not have a say in how ledgers are read, nor be looked for.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from projledger.cli.app import main as run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
