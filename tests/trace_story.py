"""Real repositories for the tests of what looks back, and the command line over them."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import pytest

from projledger.cli import app
from projledger.cli.comparison import Comparison

ROOT = Path(__file__).parent.parent


def script(path: str) -> ModuleType:
    """A script of the repository as a module."""
    file = ROOT / path
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def watch_narrowing(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A list to which every comparison from now on adds whether it passed ledgers over."""
    narrowed: list[bool] = []
    original = Comparison.narrowed.fget
    assert original is not None

    def watched(self: Comparison) -> bool:
        narrowed.append(original(self))
        return narrowed[-1]

    monkeypatch.setattr(Comparison, "narrowed", property(watched))
    return narrowed


STORY = script("examples/history/build.py")
AS_OF = ("--as-of", "2024-07-15")
"""A day after the end of the story."""


class Told:
    """The repository of the story, and its commits by what they are."""

    def __init__(self, folder: Path, commits: dict[str, str], cache: Path) -> None:
        self.folder, self.commits, self.cache = folder, commits, cache

    def data(self, *arguments: str) -> Any:
        return data(self.folder, *arguments, *AS_OF, cache=self.cache)

    def short(self, what: str) -> str:
        return self.commits[what][:7]


def run(folder: Path, *arguments: str, cache: Path | None = None, **more: str) -> tuple[int, str, str]:
    """The command line in a folder: exit code, stdout, stderr."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _stream in range(2))
    environment = {"XDG_CACHE_HOME": str(cache or folder.parent / "cache"), **more}
    before = Path.cwd()
    os.chdir(folder)
    try:
        with mock.patch.dict(os.environ, environment), mock.patch.multiple(sys, stdout=out, stderr=err):
            code = app.main(list(arguments))
    finally:
        os.chdir(before)
    for stream in (out, err):
        stream.flush()
    return code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode()  # type: ignore[attr-defined]


def data(folder: Path, *arguments: str, cache: Path | None = None) -> Any:
    """The `data` of a report as JSON."""
    code, out, err = run(folder, *arguments, "--format", "json", cache=cache)
    assert code == 0, err
    return json.loads(out)["data"]


def git(folder: Path, *arguments: str) -> str:
    """A git command of a test, without any configuration of the machine."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(["git", "-C", str(folder), *arguments], env=environment, capture_output=True, check=True)
    return done.stdout.decode().strip()
