"""The pages are true: generated ones are current, outputs shown were printed, every word has its translation."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest
from ruamel.yaml import YAML

from projledger.cli.commands import ALL
from projledger.cli.options import COMMON, options_of

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))  # the scripts import each other


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"scripts_{name}", ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_current() -> None:
    """`make docs` writes them."""
    for name, content in script("docs").pages().items():
        assert (ROOT / name).read_text(encoding="utf-8") == content, f"{name} is not current: make docs"


def test_outputs_in_the_pages_were_printed() -> None:
    docs = script("docs")
    shown = 0
    for page in docs.SHOWING:
        text = (ROOT / page).read_text(encoding="utf-8")
        assert docs.with_outputs(text) == text, f"{page} is not current: make docs"
        shown += text.count("<!-- output: ")
    assert shown >= 3


def test_the_chinese_page_knows_the_commands() -> None:
    page = (ROOT / "README.zh.md").read_text(encoding="utf-8")
    specs = {spec.name: {f"--{one.name}" for one in (*options_of(spec), *COMMON)} for spec in ALL}
    specs["--install-completion"] = set()
    used = re.findall(r"projledger((?: --?[\w-]+ [\w/]+)*) (--install-completion|[a-z][a-z-]+)([^`#\n|]*)", page)
    assert len(used) > 15
    for before, command, rest in used:
        assert command in specs, command
        assert set(re.findall(r"--[a-z-]+", before + rest)) <= specs[command] | {"--lang", "--workspace"}, command
    links = re.findall(r"\]\(([^)]+)\)", page)
    assert links
    assert all((ROOT / link).exists() for link in links)


def test_every_word_is_translated(capsys: pytest.CaptureFixture[str]) -> None:
    assert script("catalogue").main(["check"]) == 0, capsys.readouterr().out


KINDS = {
    "projledger.yaml": "settings",
    "people.yaml": "people",
    "chains.yaml": "chains",
    "targets.yaml": "targets",
    "meetings.yaml": "meetings",
    "log.yaml": "log",
    "assets.yaml": "assets",
    "letters.yaml": "letters",
}


def ledgers() -> list[Path]:
    folders = [ROOT / "ledgers", *sorted(file.parent for file in ROOT.glob("examples/*/projledger.yaml"))]
    return [path for folder in folders if (folder / "projledger.yaml").exists() for path in folder.rglob("*.yaml")]


def test_an_independent_validator_accepts_every_example() -> None:
    """As an editor does: YAML 1.2 with its own types, dates as text, against the committed schemas."""
    yaml = YAML(typ="safe", pure=True)
    tried = 0
    validators = {
        kind: jsonschema.Draft202012Validator(json.loads((ROOT / "schema" / f"{kind}.schema.json").read_text("utf-8")))
        for kind in (*KINDS.values(), "project", "rules")
        if (ROOT / "schema" / f"{kind}.schema.json").exists()
    }
    for kind, validator in validators.items():
        jsonschema.Draft202012Validator.check_schema(validator.schema)
        assert validator.schema["$id"] == f"urn:projledger:{kind}"
    for path in ledgers():
        kind = "project" if path.parent.name == "projects" else KINDS.get(path.name, "rules")
        tree = plain(yaml.load(path.read_text(encoding="utf-8")))
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validators[kind].iter_errors(tree)]
        assert not errors, f"{path.name}: {errors[:3]}"
        tried += 1
    assert tried > 100


def plain(value: object) -> object:
    """What a JSON validator can hold: days as the text they were written as."""
    if isinstance(value, dict):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.mark.parametrize(
    ("kind", "tree"),
    [
        ("project", {"id": "P1", "name": "X"}),
        ("project", {"id": "P1", "name": "X", "unit": "u", "ower": "x"}),
        (
            "project",
            {"id": "P1", "name": "X", "unit": "u", "tasks": [{"id": "T1", "name": "Y", "deadline": "2024/1/1"}]},
        ),
        ("settings", {"name": "X", "level": "village"}),
        ("log", {"log": [{"kind": "service"}]}),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(kind: str, tree: object) -> None:
    schema = json.loads((ROOT / "schema" / f"{kind}.schema.json").read_text("utf-8"))
    assert not jsonschema.Draft202012Validator(schema).is_valid(tree)


def test_every_mechanism_has_its_command_and_its_test() -> None:
    rows = [line.split(" | ") for line in (ROOT / "docs" / "mechanisms.md").read_text("utf-8").splitlines()[7:]]
    assert [row[0].strip("| ") for row in rows] == [str(number) for number in range(1, 45)]
    commands = {spec.name for spec in ALL}
    for row in rows:
        shown = re.findall(r"`([a-z-]+)", row[2])
        assert shown
        assert set(shown) <= commands, row
        for test in re.findall(r"`(test_\w+\.py)`", row[3]):
            assert (ROOT / "tests" / test).is_file(), row
            assert any(name in (ROOT / "tests" / test).read_text("utf-8") for name in shown), row
