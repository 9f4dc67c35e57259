"""The command line as a user meets it: help, options before and after, exit codes, streams, encodings, determinism."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from projledger import i18n
from projledger.cli.app import main
from projledger.cli.commands import ALL
from projledger.cli.options import COMMON, DATED, FILTERS
from projledger.render.cells import width

ROOT = Path(__file__).parent.parent
COUNTY = ROOT / "ledgers"


def run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """One whole process, as a shell starts it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PROJLEDGER"))}
    return subprocess.run(
        [sys.executable, "-m", "projledger", *arguments],
        cwd=cwd,
        env={**clean, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        check=False,
    )


def test_version() -> None:
    done = run("--version")
    assert done.stdout.startswith(b"projledger ")
    assert run("--version", "--lang", "zh").stdout == done.stdout
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("columns", ["60", "100"])
def test_help_of_everything(
    language: str, columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for arguments in ([], *([spec.name] for spec in ALL)):
        assert main([*arguments, "--lang", language, "--help"]) == 0
        out = capsys.readouterr().out
        assert max(map(width, out.splitlines())) <= int(columns), arguments
        spec = next((spec for spec in ALL if [spec.name] == arguments), None)
        if spec is None:
            assert all(f"  {command.name} " in out for command in ALL)
            continue
        shared = (*COMMON, *(FILTERS if spec.filters else ()), *(DATED if spec.dated else ()))
        for option in (*spec.options, *shared):
            assert option.argument or f"--{option.name}" in out, option.name


def test_every_help_text_is_a_translated_sentence(chinese: None) -> None:
    for spec in ALL:
        assert i18n._(spec.help) != spec.help
        for option in (*spec.options, *COMMON, *FILTERS, *DATED):
            assert i18n._(option.help) != option.help, option.name


def test_common_options_before_and_after_and_the_later_wins(capsys: pytest.CaptureFixture[str]) -> None:
    before = ["--workspace", str(COUNTY), "--format", "json", "--lang", "zh", "targets"]
    assert main(before) == 0
    first = capsys.readouterr().out
    assert main(["targets", "--workspace", str(COUNTY), "--format", "json", "--lang", "zh"]) == 0
    assert capsys.readouterr().out == first
    assert main([*before, "--format", "text", "--lang", "en"]) == 0
    assert "targets against the pace" in capsys.readouterr().out


def test_as_of_wins_over_frozen_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["targets", "-w", str(COUNTY), "-f", "json", "--as-of", "2024-05-15"]) == 0
    assert json.loads(capsys.readouterr().out)["as_of"] == "2024-05-15"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], "nope"),
        (["statu"], "status"),
        (["status", "--nope"], "--nope"),
        (["status", "--as-of", "2024-02-30"], "2024-02-30"),
        (["status", "--as-of", "今天"], "今天"),
        (["status", "--format", "docx"], "docx"),
        (["status", "--lang", "fr"], "fr"),
        (["status", "--width", "-3"], "-3"),
        (["status", "--light", "purple"], "purple"),
        (["status", "--stage", "finished"], "finished"),
        (["status", "--class", "huge"], "huge"),
        (["status", "--view", "none"], "none"),
        (["check", "--chain", "footwear"], "--chain"),
        (["show"], "REF"),
        (["show", "P999"], "P999"),
        (["show", "P001/T99"], "P001/T"),
        (["schema", "nope"], "nope"),
        (["check", "--explain", "nope"], "nope"),
        (["check", "--format", "csv"], "csv"),
        (["check", "nowhere.yaml"], "nowhere.yaml"),
        (["convert", "nowhere.yaml", "--from", "gb18030"], "nowhere.yaml"),
        (["convert", "nowhere.yaml"], "--from"),
        (["status", "--rev", "--output=x"], "--output=x"),
        (["status", "--rev", "no-such-revision"], "no-such-revision"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_usage_errors_are_one_line(
    arguments: list[str], said: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--workspace", str(COUNTY), "--lang", language, *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("projledger: ")
    assert err.count("\n") == 1
    assert said in err


# What Typer itself finds wrong, one of each kind; Chinese never falls back on its English.
WRONG = [
    ([], "没有写命令；全部命令见：projledger --help", "no command was given; all of them: projledger --help"),
    (
        ["status", "--ownr", "lin"],
        "没有“--ownr”这个选项；是不是想写 --color、--owner？",
        "no option is called “--ownr”",
    ),
    (["-x"], "没有“-x”这个选项", "no option is called “-x”"),
    (["lagging", "--as-of"], "--as-of 后面缺少值", "--as-of needs a value"),
    (["status", "--difficult=1"], "--difficult 后面不能带值", "--difficult takes no value"),
    (["status", "extra"], "后面多写了内容：extra", "nothing more belongs there: extra"),
    (["show"], "缺少 REF（看什么：P001、P001/T3、P001/Q1）", "REF is missing (What to look at: "),
    (["list"], "缺少 WHAT（services（服务）、", "WHAT is missing (services, factors, "),
    (["convert", "a.yaml"], "缺少 --from（文件现在的编码", "--from is missing (Its encoding, such as "),
    (
        ["list", "lands"],
        "WHAT：没有“lands”，可选：services、factors、",
        "WHAT: “lands” is not one of: services, factors, ",
    ),
    (["lagging", "--by", "foo"], "--by：没有“foo”，可选：owner、unit、", "--by: “foo” is not one of: owner, unit, "),
    (["lagging", "--by", "it's"], "--by：没有“it's”，可选：owner、", "--by: “it's” is not one of: owner, "),
    (["status", "--width", "宽"], "--width：“宽”不是整数", "--width: “宽” is not a whole number"),
    (["status", "--width=-5"], "--width：“-5”超出范围", "--width: “-5” is out of range"),
    (
        ["status", "--as-of", "2024-13-01"],
        "--as-of：“2024-13-01”不是日期：没有13月；请写成",
        "--as-of: “2024-13-01” is not a date",
    ),
    (["statsu"], "没有“statsu”这个命令；是不是想写 status？", "no command is called “statsu”; did you mean status?"),
    (["show", "P001/T99"], "；是不是想写 P001/T9、", "; did you mean P001/T9, "),
    (["status", "--format", "xml"], "可选：terminal、text、", "one of: terminal, text, "),
]


@pytest.mark.parametrize(("arguments", "chinese", "english"), WRONG, ids=lambda value: str(value)[:30])
def test_usage_errors_speak_the_language(
    arguments: list[str], chinese: str, english: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, said in (("zh", chinese), ("en", english)):
        assert main(["--workspace", str(COUNTY), "--lang", language, *arguments]) == 2
        err = capsys.readouterr().err
        assert said in err
        assert err.count("\n") == 1
        if language == "zh":
            # No English word but what was typed, names of options and their values, and how to write them.
            assert not re.search(r"\b(option|argument|invalid|missing|value|such|possible|valid)\b", err, re.IGNORECASE)


@pytest.mark.parametrize("command", [[], *([spec.name] for spec in ALL)], ids=lambda command: "".join(command) or "all")
def test_help_speaks_chinese(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--workspace", str(COUNTY), "--lang", "zh", *command, "--help"]) == 0
    page = capsys.readouterr().out
    assert "显示本说明后退出" in page
    assert "OPTIONS" not in page
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", page)


def test_a_workspace_is_found(tmp_path: Path) -> None:
    place = tmp_path / "ledgers"
    (place / "projects").mkdir(parents=True)
    (place / "projledger.yaml").write_text("name: X\n", encoding="utf-8")
    for here in (tmp_path, place, place / "projects"):
        assert run("check", cwd=here).returncode == 0
    assert run("check", cwd=tmp_path.parent).returncode == 2
    assert run("check", cwd=tmp_path.parent, PROJLEDGER_WORKSPACE=str(tmp_path)).returncode == 0
    assert run("check", "-w", "nowhere", cwd=tmp_path, PROJLEDGER_WORKSPACE=str(tmp_path)).returncode == 2


def test_language_of_option_environment_and_settings(tmp_path: Path) -> None:
    (tmp_path / "projledger.yaml").write_text("name: X\nlanguage: zh\n", encoding="utf-8")
    assert "重点项目" in run("status", cwd=tmp_path).stdout.decode()
    assert "key projects" in run("status", cwd=tmp_path, PROJLEDGER_LANG="en").stdout.decode()
    assert "重点项目" in run("status", "--lang", "zh", cwd=tmp_path, PROJLEDGER_LANG="en").stdout.decode()
    assert "用法" in run("--help", cwd=tmp_path).stdout.decode()
    # The locale has no say, but in `init`.
    assert "Usage" in run("--help", cwd=tmp_path.parent, LANG="zh_CN.UTF-8").stdout.decode()


def test_the_same_bytes_everywhere() -> None:
    wanted = run("status", "-w", "ledgers", "-f", "json", PYTHONHASHSEED="0").stdout
    assert wanted
    for zone, locale, seed in (
        ("UTC", "C", "1"),
        ("Asia/Shanghai", "zh_CN.UTF-8", "2"),
        ("America/Los_Angeles", "C.UTF-8", "3"),
        ("Pacific/Kiritimati", "POSIX", "4"),
        ("Asia/Kolkata", "en_US.UTF-8", "5"),
    ):
        environment = {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed}
        assert run("status", "-w", "ledgers", "-f", "json", **environment).stdout == wanted
        text = run("status", "-w", "ledgers", "--lang", "zh", **environment)
        assert (text.returncode, text.stderr) == (0, b"")
        assert "清河县" in text.stdout.decode("utf-8")


def test_today_is_the_day_of_the_place(tmp_path: Path) -> None:
    # Kiritimati is fourteen hours ahead of UTC and Niue eleven behind: they never share a date.
    days = set()
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        (tmp_path / "projledger.yaml").write_text(f"name: X\ntimezone: {zone}\n", encoding="utf-8")
        days.add(json.loads(run("status", "-f", "json", cwd=tmp_path).stdout)["as_of"])
    assert len(days) == 2


def test_output_goes_to_a_file_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    assert run("status", "-w", "ledgers", "-f", "html", "-o", str(target)).returncode == 0
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["out.html"]
    refused = run("status", "-w", "ledgers", "-o", str(tmp_path / "none" / "x"))
    assert (refused.returncode, refused.stdout) == (4, b"")


def test_a_reader_that_leaves(tmp_path: Path) -> None:
    # More than a pipe holds, so that the writer is still at it when its reader has left.
    command = f"{sys.executable} -m projledger schema | head -c 10 >/dev/null; echo ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"141\n", b"")
    reader, writer = os.pipe()
    os.close(reader)
    version = [sys.executable, "-m", "projledger", "--version"]
    with os.fdopen(writer, "wb") as left:
        said = subprocess.run(version, env=environment, stdout=left, stderr=subprocess.PIPE, check=False)
    assert (said.returncode, said.stderr) == (141, b"")
    with Path("/dev/full").open("wb") as full:
        failed = subprocess.run(
            [sys.executable, "-m", "projledger", "-w", "ledgers", "status"],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stdout=full, stderr=subprocess.PIPE,
            check=False,
        )  # fmt: skip
    assert failed.returncode not in (0, 1)
    assert b"Traceback" not in failed.stderr


def test_outputs_that_are_closed_or_full_leave_the_exit_code() -> None:
    def code(command: str) -> int:
        shell = f"{sys.executable} -m projledger {command}"
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C"}
        return subprocess.run(["bash", "-c", shell], cwd=ROOT, env=environment, check=False).returncode

    assert code("-w ledgers status >&- 2>&-") == 0
    assert code("-w nowhere status >&- 2>&-") == code("-w nowhere status 2>/dev/full") == 2
    assert code("--help >/dev/full 2>&-") == code("-w ledgers status --version >/dev/full 2>/dev/full") == 4
    assert (code("--version >&-"), code("--version >/dev/full 2>&-")) == (0, 4)


def test_a_sheet_names_its_columns_in_chinese_as_the_lists_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-w", "ledgers", "--lang", "zh", "show", "P002"]) == 0
    heads = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["要素", "需求", "已落实", "缺口", "计量单位", "完成时限"] in heads
    assert ["灯", "任务", "责任人", "完成时限", "状态", "下一步"] in heads


def test_filters_and_views(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def lights(*options: str) -> dict[str, int]:
        assert main(["status", "-w", str(COUNTY), "-f", "json", *options]) == 0
        found: dict[str, int] = json.loads(capsys.readouterr().out)["data"]["lights"]
        return found

    everything = lights()
    red = lights("--light", "red")
    assert red == {**dict.fromkeys(everything, 0), "red": everything["red"]}
    both = lights("--light", "red,yellow")
    assert sum(both.values()) == everything["red"] + everything["yellow"] > 0
    parts = [sum(lights("--chain", chain).values()) for chain in ("footwear", "equipment", "food")]
    assert 0 < sum(parts) <= sum(everything.values())
    assert lights("--chain", "footwear，equipment,food") == lights("--chain", "footwear,equipment,food")
    settings = "name: X\nas_of: 2024-06-11\nviews: {hot: '--status suspended'}\n"
    (tmp_path / "projledger.yaml").write_text(settings, encoding="utf-8")
    (tmp_path / "projects").mkdir()
    for number, status in enumerate(("active", "suspended")):
        text = f"id: P{number}\nname: N\nunit: u\nstatus: {status}\nstatus_date: 2024-05-01\n"
        (tmp_path / "projects" / f"{number}.yaml").write_text(text, encoding="utf-8")
    for options, total in ((("--view", "hot"), 1), (("--view", "hot", "--status", "active,suspended"), 2)):
        assert main(["status", "-w", str(tmp_path), "-f", "json", *options]) == 0
        assert json.loads(capsys.readouterr().out)["data"]["projects"]["total"] == total
