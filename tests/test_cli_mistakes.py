"""What people mistype on the command line, and what must never come of it: a lost ledger, a false all-clear."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from projledger.cli.app import main

FILES = {
    "projledger.yaml": "name: 青石县\nlanguage: zh\nas_of: 2024-06-11\nviews: {省重点: '--tag 省重点'}\n",
    "people.yaml": (
        "units:\n  - {id: park, name: 芙蓉园区管委会}\n  - {id: idle, name: 县气象局}\n"
        "people:\n  - {id: lin, name: 林静, unit: park}\n  - {id: zhouyong, name: 周勇, unit: idle}\n"
    ),
    "chains.yaml": "chains:\n  - {id: shoes, name: 鞋业, chief: lin, lead_unit: park}\n",
    "targets.yaml": "indicators:\n  jobs: {name: 新增就业, measure: 人}\ntargets:\n"
    "  - {indicator: jobs, period: 2024, value: 900}\n",
    "projects/P001.yaml": (
        "id: P001\nname: 新步\nunit: park\nowner: lin\nchain: shoes\ntags: [市重点]\ncategory: industry\npark: park\n"
        "tasks:\n  - {id: T1, name: 封顶, deadline: 2024-05-31, owner: 王临时}\n"
    ),
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    root = tmp_path / "ledgers"
    (root / "projects").mkdir(parents=True)
    for name, text in FILES.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("command", ["status", "lagging", "check", "convert", "schema"])
@pytest.mark.parametrize(
    "target",
    ["projledger.yaml", "projects/P001.yaml", "projects/n/P009.YML", "../report.txt", "../other/P001.yaml"],
)
def test_no_output_takes_the_place_of_a_ledger(
    place: Path, command: str, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (place.parent / "report.txt").symlink_to(place / "people.yaml")
    (place.parent / "other").symlink_to(place / "projects")
    before = {path: path.read_bytes() for path in place.rglob("*.*")}
    given = ["people.yaml", "--from", "utf-8"] if command == "convert" else []
    if command == "convert" and target.endswith("P009.YML"):
        return  # a file converted into a new ledger: that is what `convert` is for
    assert main([command, *given, "-w", str(place), "-o", str(place / target)]) == 4
    assert "没有写入" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in place.rglob("*.*")} == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--owner zhou", "“zhou”；是不是想写 zhouyong？"),
        ("--owner 林静,xx", "“xx”"),
        ("--unit xx", "“xx”；现有：park、芙蓉园区管委会、idle、县气象局"),
        ("--park 芙蓉园区", "是不是想写 芙蓉园区管委会？"),
        ("--chain xx", "“xx”；现有：shoes、鞋业"),
        ("--tag 省重点", "“省重点”；是不是想写 市重点？"),
        ("--category xx", "“xx”；现有：industry"),
        ("--owner ,", "--owner 后面缺少值"),
        ("--light 紫", "--light：没有“紫”，可选：red、"),
        ("--view x", "没有名为“x”的筛选；设置里有：省重点"),
    ],
)
def test_what_does_not_exist_is_no_all_clear(
    place: Path, options: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lagging", "-w", str(place), *options.split(" ")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "options",
    [
        *("--owner lin", "--owner 林静", "--owner zhouyong", "--owner 周勇", "--owner 王临时", "--unit park"),
        *("--unit 县气象局", "--park idle", "--chain 鞋业", "--chain shoes", "--tag 市重点", "--category industry"),
        *("--view 省重点", "--light 红", "--light red,蓝", "--stage 在建,signed", "--status 推进中"),
    ],
)
def test_what_exists_may_have_nothing(place: Path, options: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lagging", "-w", str(place), *options.split(" ")]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    lags = options in ("--owner 王临时", "--unit park", "--chain 鞋业", "--chain shoes", "--tag 市重点")
    assert ("P001/T1" in out) == (lags or options.startswith(("--category", "--light", "--status"))), out


def test_names_where_no_one_is_listed(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "people.yaml").unlink()
    for wanted, code in (("park", 0), ("lin", 0), ("林静", 2)):
        option = "--unit" if wanted == "park" else "--owner"
        assert main(["lagging", "-w", str(place), option, wanted]) == code
    for path in [*place.glob("projects/*"), place / "chains.yaml", place / "targets.yaml"]:
        path.unlink()
    capsys.readouterr()
    assert main(["lagging", "-w", str(place), "--owner", "lin"]) == 2
    assert "台账里没有“lin”\n" in capsys.readouterr().err


def test_who_is_not_found_may_stand_in_what_cannot_be_read(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "projects" / "P002.yaml").write_text("id: P002\n  name：坏\n", encoding="utf-8")
    assert main(["lagging", "-w", str(place), "--tag", "省重点", "--lang", "en"]) == 2
    assert "what cannot be read was not looked into: projects/P002.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "code"),
    [
        *(("--indicator foo", 2), ("--indicator jobs", 0), ("--indicator 新增就业", 0), ("--scope foo", 2)),
        *(("--scope all", 0), ("--scope 鞋业", 0), ("--unit foo", 2), ("--unit 县气象局", 0), ("--chain foo", 2)),
    ],
)
def test_targets_of_what_does_not_exist(place: Path, options: str, code: int) -> None:
    assert main(["targets", "-w", str(place), *options.split(" ")]) == code


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        *(("s.json", b"{"), ("s.html", b"<!DOCTYPE html>"), ("s.HTM", b"<!DOCTYPE html>"), ("s.md", b"# ")),
        *(("s.csv", b"\xef\xbb\xbf"), ("s.txt", "青石县".encode()), ("s", "青石县".encode())),
    ],
)
def test_the_name_of_the_output_tells_its_format(place: Path, name: str, begins: bytes, tmp_path: Path) -> None:
    assert main(["lagging", "-w", str(place), "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert main(["lagging", "-w", str(place), "-f", "json", "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes().startswith(b"{")


def test_the_name_of_a_findings_file_too(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "-w", str(place), "-o", str(tmp_path / "f.json")]) in (0, 1)
    assert (tmp_path / "f.json").read_bytes().startswith(b"{")
    for command, suffix in (("check", "html"), ("status", "docx"), ("status", "xlsx")):
        assert main([command, "-w", str(place), "-o", str(tmp_path / f"x.{suffix}")]) == 2
        assert f"以 .{suffix} 结尾" in capsys.readouterr().err
        assert not (tmp_path / f"x.{suffix}").exists()


def test_the_system_says_why_in_the_language(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "-w", str(place), "-o", str(tmp_path / "none" / "x.txt")]) == 4
    assert capsys.readouterr().err.endswith("没有写入：没有这个文件或文件夹\n")
    assert main(["status", "-w", str(place), "-o", str(tmp_path)]) == 4
    assert capsys.readouterr().err.endswith("没有写入：这是一个文件夹\n")


def test_what_stands_in_an_unreadable_ledger_is_said_to(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "projects" / "P002-园区.yaml").write_text("id: P002\nname：坏\n", encoding="utf-8")
    (place / "projects" / "P003.yaml").write_bytes("名称：坏".encode("gb18030"))
    for command in ("show", "why", "schedule"):
        for ref, file in (("P002", "P002-园区.yaml"), ("P002/T1", "P002-园区.yaml"), ("P003", "P003.yaml")):
            assert main([command, ref, "-w", str(place)]) == 3
            err = capsys.readouterr().err
            assert err.startswith(f"projledger: {ref} 在 projects/{file} 中，该文件无法读取")
            assert err.count("\n") == 1
    assert main(["show", "P009", "-w", str(place)]) == 2


def test_a_project_by_its_name(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("show", "why", "wallchart", "schedule"):
        pages = []
        for ref in ("P001", "新步"):
            assert main([command, ref, "-w", str(place)]) == 0
            pages.append(capsys.readouterr().out)
        assert pages[0] == pages[1] != ""
    other = FILES["projects/P001.yaml"].replace("id: P001", "id: P005")
    (place / "projects" / "P005.yaml").write_text(other, encoding="utf-8")
    assert main(["show", "新步", "-w", str(place)]) == 2
    assert "有2个项目名叫“新步”，请写明是哪一个：P001、P005" in capsys.readouterr().err


@pytest.mark.parametrize(
    "settings",
    [
        *(b"name: X\n language: zh\n", "\ufefflanguage：zh\nname: X\n".encode()),
        *("language: zh\nname: 青石县\n  x".encode("gb18030"), "name: X\nlanguage: 中文\n".encode()),
        "language: zh\n\x00".encode("utf-16"),
    ],
)
def test_broken_settings_are_told_in_their_language(
    place: Path, settings: bytes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROJLEDGER_LANG", "")
    (place / "projledger.yaml").write_bytes(settings)
    assert main(["status", "-w", str(place)]) == 2
    assert "先改好 projledger.yaml" in capsys.readouterr().err


def test_completion_is_installed_in_the_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("typer._completion_shared._get_shell_name", lambda: "bash")
    monkeypatch.setenv("PROJLEDGER_LANG", "zh")
    assert main(["--install-completion"]) == 0
    assert "重新打开终端后生效" in capsys.readouterr().out
    assert any(tmp_path.iterdir())
    monkeypatch.setattr("typer._completion_shared._get_shell_name", lambda: "csh")
    assert main(["--install-completion"]) == 2
    assert "csh" in capsys.readouterr().err


def test_a_plain_day_is_a_revision(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def git(*arguments: str, date: str = "") -> str:
        named = {
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@b",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@b",
        }
        environment = {**os.environ, **named, "GIT_AUTHOR_DATE": date, "GIT_CONFIG_GLOBAL": os.devnull}
        done = subprocess.run(["git", "-C", str(place), *arguments], env=environment, check=True, capture_output=True)
        return done.stdout.decode().strip()

    git("init", "--quiet", "--initial-branch", "master")
    commits = []
    # The last but one is dated before what it follows: it came no earlier than that.
    for date in ("2024-05-31T23:30", "2024-06-01T23:30", "2024-06-03T00:30", "2024-06-01T12:00", "2024-06-04T08:00"):
        (place / "log.yaml").write_text(f"log: []  # {date}\n", encoding="utf-8")
        git("add", "--all")
        git("commit", "--quiet", "--message", date, date=f"{date}:00+08:00")
        commits.append(git("rev-parse", "--short=7", "HEAD"))
    for day, wanted in (("05-31", 0), ("06-01", 1), ("06-02", 1), ("06-03", 3), ("06-04", 4), ("12-31", 4)):
        assert main(["targets", "-w", str(place), "--rev", f"2024-{day}"]) == 0
        assert f"数据版本 {commits[wanted]}\n" in capsys.readouterr().out
    assert main(["diff", "2024-06-01", "2024-06-04", "-w", str(place)]) == 0
    for day, said in (
        ("2024-05-30", "2024年5月30日之前还没有提交：这里最早的提交是2024年5月31日的"),
        ("2024-02-31", "“2024-02-31”"),
    ):
        assert main(["status", "-w", str(place), "--rev", day]) == 2
        assert said in capsys.readouterr().err
    git("tag", "2024-06-01", commits[0])
    capsys.readouterr()
    assert main(["targets", "-w", str(place), "--rev", "2024-06-01"]) == 0
    assert f"数据版本 {commits[0]}\n" in capsys.readouterr().out


def test_help_by_its_other_names(capsys: pytest.CaptureFixture[str]) -> None:
    for other, name in ((["-h"], ["--help"]), (["help"], ["--help"]), (["help", "show"], ["show", "--help"])):
        pages = []
        for arguments in (other, name, [*name[:-1], "-h"]):
            assert main(["--lang", "zh", *arguments] if arguments[0] != "help" else [*arguments, "--lang", "zh"]) == 0
            pages.append(capsys.readouterr().out)
        assert pages[0] == pages[1] == pages[2] != ""


@pytest.mark.parametrize(("word", "kind"), [("周", "week"), ("周报", "week"), ("半年报", "half"), ("month", "month")])
def test_a_report_by_its_chinese_name(place: Path, word: str, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    pages = []
    for name in (word, kind):
        assert main(["report", name, "-w", str(place)]) == 0
        pages.append(capsys.readouterr().out)
    assert pages[0] == pages[1] != ""
    assert main(["report", "旬报", "-w", str(place)]) == 2
    assert "没有“旬报”，可选：day、week、" in capsys.readouterr().err


def test_check_says_on_a_terminal_that_all_is_well(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "people.yaml").unlink()
    assert main(["check", "-w", str(place)]) == 0
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert main(["check", "-w", str(place)]) == 0
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[-1]) == ("", "4个文件，没有错误")


def test_check_tells_what_somebody_meant(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("P007.txt", "P008.XLSX", "sub/P009.wps", ".hidden.txt", "~$P008.xlsx", "plan.pdf"):
        (place / "projects" / name).parent.mkdir(exist_ok=True)
        (place / "projects" / name).write_text("x", encoding="utf-8")
    (place / "notes.txt").write_text("x", encoding="utf-8")
    (place / "projects" / "P002.yaml").write_text(
        "id: P002\nname: 坏\nunit: park\n责任人: lin\nstages:\n  signed: {actual: 46338}\n"
        "problems:\n  - {id: Q1, text: 征地, category: 用地, deadline: 2024-06-01, raised: 2024-05-01}\n"
        "funding:\n  - {source: 专项债, planned: 100}\n",
        encoding="utf-8",
    )
    (place / "projects" / "P003.yaml").write_bytes("id: P003\nname: 柳溪冷链物流园二期工程\n".encode("gb18030"))
    assert main(["check", "-w", str(place)]) == 3
    out = capsys.readouterr().out
    said = {line.split(":")[0] for line in out.splitlines() if "unknown-file" in line}
    assert {name.rpartition("ledgers/")[2] for name in said} == {
        "projects/P007.txt",
        "projects/P008.XLSX",
        "projects/sub/P009.wps",
    }
    for hint in ("owner", "land", "special_bond"):
        assert f"是不是想写 {hint}？" in out
    assert "“46338”不是日期，像是 Excel 里日期的序号" in out
    assert "2026-11-12" in out
    assert "2 | name: 柳溪冷链物流园二期工程\n  |       ^" in out
