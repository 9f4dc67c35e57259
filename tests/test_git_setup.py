"""`git-setup` in real repositories, and what a hostile or broken repository does to the commands that look back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from trace_story import STORY, data, git, run

AS_OF = ("--as-of", "2024-07-15")
LEDGER = "id: P1\nname: 厂房\nunit: u\ntasks:\n  - id: T1\n    name: 土地移交\n    deadline: 2024-05-20\n"


@pytest.fixture
def story(tmp_path: Path) -> Path:
    STORY.build(tmp_path / "story")
    return tmp_path / "story"


def place(folder: Path, *ledgers: tuple[str, str]) -> Path:
    """A repository of one commit, with its workspace at the top."""
    (folder / "projects").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "张三")
    git(folder, "config", "user.email", "z@example.org")
    (folder / "projledger.yaml").write_text("name: 清河县\n", encoding="utf-8")
    for name, text in ledgers or (("projects/厂 房.yaml", LEDGER),):
        (folder / name).write_text(text, encoding="utf-8")
    commit(folder, "first")
    return folder


def commit(folder: Path, words: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "-m", words)


def edit(folder: Path, old: str, new: str, name: str = "projects/厂 房.yaml") -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_it_shows_does_and_undoes(story: Path) -> None:
    config = (story / ".git" / "config").read_bytes()
    (story / "ledgers" / ".gitattributes").write_text("*.png binary\n", encoding="utf-8")
    assert run(story, "git-setup", "--dry-run")[0] == 0
    assert (story / ".git" / "config").read_bytes() == config
    code, shown, _err = run(story, "git-setup")
    assert code == 0
    assert "diff.projledger.textconv" in shown
    attributes = (story / "ledgers" / ".gitattributes").read_text(encoding="utf-8")
    assert attributes.startswith("*.png binary\n")
    assert "diff=projledger" in attributes
    assert "merge=" not in attributes
    assert git(story, "config", "core.quotePath") == "false"
    assert os.access(story / ".git" / "hooks" / "pre-commit", os.X_OK)
    assert run(story, "git-setup")[1].count("\n") == 1  # nothing to do
    assert run(story, "git-setup", "--remove")[0] == 0
    assert (story / "ledgers" / ".gitattributes").read_text(encoding="utf-8") == "*.png binary\n"
    assert "projledger" not in (story / ".git" / "config").read_text(encoding="utf-8")
    assert not (story / ".git" / "hooks" / "pre-commit").exists()


def test_a_hook_and_a_setting_of_ones_own_stay(story: Path) -> None:
    hook = story / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    git(story, "config", "core.quotePath", "true")
    _code, shown, _err = run(story, "git-setup")
    assert "check --staged" in shown
    run(story, "git-setup", "--remove")
    assert hook.read_text(encoding="utf-8") == "#!/bin/sh\nexit 0\n"
    assert git(story, "config", "core.quotePath") == "true"


@pytest.mark.parametrize("text", [b"*.png binary", b"# \xc7\xe5\n*.png binary\r\n", b"a b\r\nc", b"\xef\xbb\xbf"])
def test_what_others_wrote_into_the_attributes_comes_back_byte_by_byte(tmp_path: Path, text: bytes) -> None:
    folder = place(tmp_path / "p")
    attributes = folder / ".gitattributes"
    attributes.write_bytes(text)
    run(folder, "git-setup")
    assert attributes.read_bytes().startswith(text)
    # A checkout may give the whole file other line ends.
    attributes.write_bytes(attributes.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert "Nothing to do" in run(folder, "git-setup")[1]
    run(folder, "git-setup", "--remove")
    assert attributes.read_bytes() == text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    attributes.write_bytes(text)
    run(folder, "git-setup")
    run(folder, "git-setup", "--remove")
    assert attributes.read_bytes() == text


def test_a_hook_is_written_only_where_it_is_of_this_repository(tmp_path: Path) -> None:
    folder = place(tmp_path / "p")
    shared = tmp_path / "hooks of all"
    git(folder, "config", "core.hooksPath", str(shared))
    assert "core.hooksPath" in run(folder, "git-setup")[1]
    assert not shared.exists()
    git(folder, "config", "core.hooksPath", ".hooks")
    run(folder, "git-setup")
    assert (folder / ".hooks" / "pre-commit").exists()
    run(folder, "git-setup", "--remove")
    assert not (folder / ".hooks" / "pre-commit").exists()
    git(folder, "config", "--unset", "core.hooksPath")
    config = folder / ".pre-commit-config.yaml"
    config.write_text("repos: []\n", encoding="utf-8")
    assert ".pre-commit-config.yaml" in run(folder, "git-setup")[1]
    config.write_text("repos: [{hooks: [{id: projledger-check}]}]\n", encoding="utf-8")
    assert "Nothing to do" in run(folder, "git-setup")[1]
    config.unlink()
    run(folder, "git-setup")
    hook = folder / ".git" / "hooks" / "pre-commit"
    written = hook.read_text(encoding="utf-8")
    hook.write_text(written.replace("exit 0", "true"), encoding="utf-8")
    assert "pre-commit" in run(folder, "git-setup")[1]
    assert hook.read_text(encoding="utf-8") == written
    # A branch without the ledgers is nothing to check.
    (folder / "projledger.yaml").unlink()
    assert subprocess.run([hook], cwd=folder, capture_output=True, check=False).returncode == 0


def test_git_shows_one_line_an_item_and_names_the_task(tmp_path: Path) -> None:
    folder = place(tmp_path / "p")
    tool = tmp_path / "bin" / "projledger"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m projledger "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    run(folder, "git-setup")
    more = "".join(f"    # {number}\n" for number in range(8))
    edit(folder, "    deadline: 2024-05-20\n", f"{more}    deadline: 2024-05-20\n")
    others = "".join(f"  - {{id: T{number}, name: 其他{number}, deadline: 2024-09-30}}\n" for number in range(5, 10))
    edit(folder, "tasks:\n", f"tasks:\n{others}")
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "--no-verify", "-m", "comments")
    edit(folder, "2024-05-20", "2024-07-01")
    source = str(Path(__file__).parent.parent / "src")
    environment = {**os.environ, "PATH": f"{tool.parent}:{os.environ['PATH']}", "PYTHONPATH": source}

    def shown(*arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(folder), *arguments], env=environment, capture_output=True, check=False)
        return done.stdout.decode() + done.stderr.decode()

    assert "-task P1/T1: name: 土地移交; deadline: 2024-05-20" in shown("diff")
    assert "+task P1/T1: name: 土地移交; deadline: 2024-07-01" in shown("diff")
    hunk = next(line for line in shown("diff").splitlines() if line.startswith("@@"))
    assert "@@ project P1: name: 厂房" in hunk  # the line itself names the task
    without = {**environment, "PATH": os.environ["PATH"].replace(str(Path(sys.executable).parent), "/nowhere")}
    plain = subprocess.run(["git", "-C", str(folder), "diff"], env=without, capture_output=True, check=True)
    assert "+    deadline: 2024-07-01" in plain.stdout.decode()  # not installed there: as it stands
    assert "projects/厂 房.yaml" in shown("diff", "--stat")  # not \\345\\216\\202
    hunk = next(line for line in shown("diff", "--no-textconv").splitlines() if line.startswith("@@"))
    assert hunk.endswith("name: 土地移交")
    # The hook checks what is staged, not what lies beside it.
    edit(folder, "2024-07-01", "2024-02-30")
    shown("add", "-A")
    edit(folder, "2024-02-30", "2024-07-01")
    assert "2024-02-30" in shown("commit", "-m", "bad day")
    assert git(folder, "log", "-1", "--format=%s") == "comments"


TARGETS = """\
indicators:
  investment: {name: 投资, measure: 万元}
certificates:
  - number: 清责〔2024〕1号
    unit: u
    signer: lin
    signed: 2024-02-23
    targets:
      - {indicator: investment, period: 2024-01, value: 1}
      - {indicator: investment, period: 2024-02, value: 2}
      - {indicator: investment, period: 2024-03, value: 3}
      - {indicator: investment, period: 2024-04, value: 4}
      - {indicator: investment, period: 2024-05, value: 5}
targets:
  - {indicator: investment, period: 2024-06, value: 6}
  - {indicator: investment, period: 2024-07, value: 7}
  - {indicator: investment, period: 2024-08, value: 8}
  - {indicator: investment, period: 2024-09, value: 9}
  - {indicator: investment, period: 2024-10, value: 10}
"""


def test_a_hunk_header_names_what_the_hunk_begins_in(tmp_path: Path) -> None:
    people = "units: [{id: u, name: 园区}]\npeople: [{id: lin, name: 林, unit: u}]\n"
    folder = place(tmp_path / "p", ("projects/厂 房.yaml", LEDGER), ("targets.yaml", TARGETS), ("people.yaml", people))
    source = str(Path(__file__).parent.parent / "src")
    run(folder, "git-setup")
    tool = f'f() {{ PYTHONPATH="{source}" "{sys.executable}" -m projledger git-setup --textconv "$1"; }}; f'
    git(folder, "config", "diff.projledger.textconv", tool)

    def headers(*arguments: str) -> list[str]:
        return [line.split("@@", 2)[2].strip() for line in git(folder, "diff", *arguments).splitlines() if "@@" in line]

    # Of items of one line each: the list that they stand in, not another of them.
    edit(folder, "value: 10}", "value: 11}", "targets.yaml")
    assert headers("--no-textconv") == ["targets:"]
    # The same with one line for each item: the target is the place's, and no part of the certificate.
    assert headers() == [""]
    git(folder, "checkout", "--quiet", "--", ".")
    edit(folder, "value: 5}", "value: 4}", "targets.yaml")
    assert headers("--no-textconv") == ["- number: 清责〔2024〕1号"]
    assert headers() == ["certificate 清责〔2024〕1号: number: 清责〔2024〕1号"]
    git(folder, "checkout", "--quiet", "--", ".")
    # git cuts a header after so many bytes: the name of the project comes first, and nothing after it.
    more = "".join(f"  - {{id: T{number}, name: 其他, deadline: 2024-09-30}}\n" for number in range(2, 9))
    with (folder / "projects" / "厂 房.yaml").open("a", encoding="utf-8") as file:
        file.write(more)
    commit(folder, "more")
    edit(folder, "{id: T8, name: 其他, deadline: 2024-09-30}", "{id: T8, name: 其他, deadline: 2024-10-31}")
    assert headers() == ["project P1: name: 厂房"]


def test_a_hook_that_has_the_line_already_is_left_in_peace(tmp_path: Path) -> None:
    folder = place(tmp_path / "p")
    hook = folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nmake lint\n", encoding="utf-8")
    said = next(line for line in run(folder, "git-setup")[1].splitlines() if "pre-commit" in line)
    assert said.startswith(".git/hooks/pre-commit stays as it is; add this line to it: test ! -f")
    with hook.open("a", encoding="utf-8") as file:
        file.write(said.partition("to it: ")[2] + "\n")
    assert "Nothing to do" in run(folder, "git-setup")[1]
    # husky writes .husky/_ anew whenever it is installed: its users' hooks lie above, also where there is none yet.
    (folder / ".husky" / "_").mkdir(parents=True)
    (folder / ".husky" / "_" / "pre-commit").write_text('#!/usr/bin/env sh\n. "${0%/*}/h"\n', encoding="utf-8")
    git(folder, "config", "core.hooksPath", ".husky/_")
    said = run(folder, "git-setup")[1]
    assert said.startswith(".husky/pre-commit stays as it is; add this line")
    (folder / ".husky" / "pre-commit").write_text(said.partition("to it: ")[2], encoding="utf-8")
    assert "Nothing to do" in run(folder, "git-setup")[1]


def test_what_an_earlier_version_set_is_brought_up_to_date_and_taken_away(tmp_path: Path) -> None:
    folder = place(tmp_path / "p")
    run(folder, "git-setup")
    git(folder, "config", "diff.projledger.xfuncname", "^[ \\t]*name:.*$")
    assert run(folder, "git-setup", "--dry-run")[1].count("xfuncname") == 1
    run(folder, "git-setup", "--remove")
    assert "projledger" not in (folder / ".git" / "config").read_text(encoding="utf-8")


def test_what_git_cannot_tell_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "projledger.yaml").write_text("name: X\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    for command in (("slips",), ("diff",), ("history", "P1"), ("status", "--rev", "HEAD")):
        code, _out, err = run(outside, *command)
        assert (code, "git init" in err) == (2, True), command
    git(outside, "init", "--quiet")
    for command in (("slips",), ("diff",), ("history", "P1")):
        code, _out, err = run(outside, *command)
        assert (code, "no commits" in err) == (2, True), (command, err)
    folder = place(tmp_path / "p")
    assert "names no commit" in run(folder, "diff", "nowhere")[2]
    code, _out, err = run(folder, "slips", PATH=str(tmp_path))
    assert (code, "not installed" in err) == (2, True)
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(folder), str(bare))
    code, _out, err = run(bare, "slips")
    assert (code, "bare" in err) == (2, True)


def test_an_old_git_is_told_which_is_needed(tmp_path: Path) -> None:
    folder = place(tmp_path / "p")
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text(
        "#!/bin/sh\n"
        'test "$1" = version && { echo "git version 2.20.1"; exit 0; }\n'
        'exec /usr/bin/env -i PATH="$REAL" git "$@"\n',
        encoding="utf-8",
    )
    old.chmod(0o755)
    code, _out, err = run(folder, "slips", PATH=f"{old.parent}:{os.environ['PATH']}", REAL=os.environ["PATH"])
    assert (code, "2.20.1" in err) == (2, True), err


def test_a_revision_before_the_ledgers(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "z")
    git(folder, "config", "user.email", "z@example.org")
    commit(folder, "before the ledgers")
    (folder / "ledgers" / "projects").mkdir(parents=True)
    (folder / "ledgers" / "projledger.yaml").write_text("name: X\n", encoding="utf-8")
    commit(folder, "the ledgers")
    for command in (("status", "--rev", "HEAD~1"), ("diff", "HEAD~1", "HEAD")):
        code, _out, err = run(folder, *command)
        assert (code, "no projledger.yaml" in err) == (2, True), command
    assert data(folder, "slips", *AS_OF)["items"] == []


def test_a_shallow_clone_and_a_rewritten_history_are_said(story: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "3", f"file://{story}", "shallow")
    found = data(tmp_path / "shallow", "slips", *AS_OF)
    assert found["shallow"]
    assert any("last part" in note for note in found["notes"])
    assert not data(story, "slips", *AS_OF)["shallow"]
    git(tmp_path, "clone", "--quiet", str(story), "rewritten")
    copy = tmp_path / "rewritten"
    git(copy, "reset", "--quiet", "--hard", "HEAD~1")
    assert data(copy, "slips", *AS_OF)["rewritten"] == 1


def test_hostile_words_reach_no_terminal_and_no_review(tmp_path: Path) -> None:
    folder = place(tmp_path / "p")
    edit(folder, "2024-05-20", "2024-07-01")
    git(folder, "config", "user.name", "\x1b[31mEve\x1b[0m")
    commit(folder, "::error file=x::pwned \x1b]0;title\x07\n\n:100644 100644 deadbeef\n\x01\x02")
    for form in ("text", "markdown", "html", "csv", "terminal"):
        for command in (("slips",), ("history", "P1/T1"), ("diff", "HEAD~1", "HEAD")):
            code, out, err = run(folder, *command, "-f", form, *AS_OF)
            assert code == 0, err
            assert not any(c in out for c in "\x1b\x07\x01\x02"), (form, command)
    github = run(folder, "diff", "HEAD~1", "-f", "github", *AS_OF)[1]
    assert all(line.startswith(("::warning ", "::notice ")) for line in github.splitlines())
    assert data(folder, "slips", *AS_OF)["items"][0]["slip_days"] == 42


def test_an_invalid_stretch_a_moved_id_and_a_way_around(tmp_path: Path) -> None:
    folder = place(tmp_path / "p")
    edit(folder, "unit: u", "unit：u")
    for number in range(10):
        with (folder / "projects" / "厂 房.yaml").open("a", encoding="utf-8") as file:
            file.write(f"# {number}\n")
        commit(folder, f"broken {number}")
    edit(folder, "unit：u", "unit: u")
    edit(folder, "2024-05-20", "2024-06-20")
    commit(folder, "mended")
    # To another file and another place in the list, with a second project in between: no change.
    (folder / "projects" / "厂 房.yaml").rename(folder / "projects" / "b.yaml")
    (folder / "projects" / "a.yaml").write_text("id: P0\nname: 新\nunit: u\n", encoding="utf-8")
    commit(folder, "moved")
    # Deleted and entered again with a later day: that is a move without an extension.
    text = (folder / "projects" / "b.yaml").read_text(encoding="utf-8")
    (folder / "projects" / "b.yaml").write_text(text.partition("tasks:")[0], encoding="utf-8")
    commit(folder, "gone")
    (folder / "projects" / "b.yaml").write_text(text.replace("2024-06-20", "2024-08-20"), encoding="utf-8")
    commit(folder, "back")
    found = data(folder, "slips", *AS_OF)
    assert "10 commits" in found["skipped"][0]
    (item,) = found["items"]
    assert [(move["from"], move["to"], move["words"]) for move in item["moves"]] == [
        ("2024-05-20", "2024-06-20", "mended"),
        ("2024-06-20", "2024-08-20", "back"),
    ]
    assert all("without-extension" in move["flags"] for move in item["moves"])


def test_projects_in_a_submodule_are_not_reported_as_none(tmp_path: Path) -> None:
    inner = place(tmp_path / "inner")
    folder = place(tmp_path / "p")
    git(folder, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "projects/inner")
    commit(folder, "submodule")
    # A checkout has them among its projects: a report without them would not be that of the commit.
    code, out, err = run(folder, "status", "--rev", "HEAD", *AS_OF)
    assert (code, out) == (3, "")
    assert "projects/inner is a submodule" in err


def test_a_ledger_renamed_while_it_cannot_be_read_keeps_its_items(tmp_path: Path) -> None:
    folder = place(tmp_path / "p")
    edit(
        folder, "unit: u\n", "unit: u\nproblems:\n  - {id: Q1, text: 缺电, raised: 2024-04-01, deadline: 2024-05-02}\n"
    )
    edit(folder, "id: P1", "id：P1")
    commit(folder, "broken")
    (folder / "projects" / "厂 房.yaml").rename(folder / "projects" / "b.yaml")
    (folder / "projects" / "厂 房.yaml").write_text("id: P0\nname: 新\nunit: u\n", encoding="utf-8")
    commit(folder, "renamed, another project under its name")
    edit(folder, "id：P1", "id: P1", "projects/b.yaml")
    edit(folder, "2024-05-20", "2024-06-20", "projects/b.yaml")
    commit(folder, "mended")
    found = data(folder, "slips", *AS_OF)
    assert found["doubts"] == []
    assert [(move["from"], move["to"], move["words"]) for move in found["items"][0]["moves"]] == [
        ("2024-05-20", "2024-06-20", "mended")
    ]


def test_who_answers_for_a_closed_problem_may_change(tmp_path: Path) -> None:
    closed = "problems:\n  - id: Q1\n    text: 缺电\n    raised: 2024-04-01\n    deadline: 2024-05-02\n"
    closed += "    closed: 2024-05-01\n"
    text = LEDGER.replace("unit: u\n", "unit: u\nowner: lin\n") + closed + "    evidence: 照片\n    verified_by: wu\n"
    folder = place(tmp_path / "p", ("projects/厂 房.yaml", text))
    edit(folder, "owner: lin", "owner: wu")
    commit(folder, "Wu takes over")
    assert data(folder, "slips", *AS_OF)["doubts"] == []
    edit(folder, "    evidence: 照片\n", "")
    commit(folder, "no evidence any more")
    assert [one["flag"] for one in data(folder, "slips", *AS_OF)["doubts"]] == ["closed-unverified"]


def test_a_ledger_that_git_ignores_is_in_no_commit_and_said(tmp_path: Path) -> None:
    folder = place(tmp_path / "p")
    (folder / ".gitignore").write_text("cache/\nown.yaml\n/projects/drafts/\n", encoding="utf-8")
    commit(folder, "ignore")

    def dirty() -> bool:
        return bool(json.loads(run(folder, "status", "-f", "json", *AS_OF)[1])["dirty"])

    (folder / "cache").mkdir()
    (folder / "cache" / "x.yaml").write_text("no ledger\n", encoding="utf-8")
    assert not dirty()
    (folder / "projects" / "own.yaml").write_text("id: P2\nname: 新\nunit: u\n", encoding="utf-8")
    assert dirty()
    (folder / "projects" / "drafts").mkdir()
    (folder / "projects" / "own.yaml").rename(folder / "projects" / "drafts" / "b.yaml")
    assert dirty()


def test_revisions_that_git_would_guess_are_refused(story: Path, tmp_path: Path) -> None:
    # The log of the branch was written with the commits: the quiet edit of 27 May stood on 1 June.
    then = run(story, "status", "--rev", "main@{2024-06-01}", *AS_OF)
    quiet = git(story, "rev-list", "-1", "--before=2024-06-01T00:00:00Z", "main")
    assert then == run(story, "status", "--rev", quiet, *AS_OF)
    assert then[0] == 0
    git(tmp_path, "clone", "--quiet", str(story), "clone")
    clone = tmp_path / "clone"
    commit_then = git(story, "rev-parse", "main@{2024-06-01}")[:7]
    code, out, err = run(clone, "status", "--rev", "main@{2024-06-01}", *AS_OF)
    assert (code, out) == (2, "")  # git itself would take the commit that was cloned today
    assert f"it was {commit_then}" in err
    git(clone, "tag", "main", "HEAD~1")
    code, _out, err = run(clone, "status", "--rev", "main", *AS_OF)
    assert (code, "heads/main" in err) == (2, True)
    assert run(clone, "status", "--rev", "heads/main", *AS_OF)[0] == 0
    for wrong in (("",), ("A..B", "C"), ("--staged", "HEAD~1", "HEAD")):
        assert run(clone, "diff", *wrong)[0] == 2
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{story}", "shallow")
    code, _out, err = run(tmp_path / "shallow", "diff", "HEAD~1")
    assert (code, "--unshallow" in err) == (2, True)


def test_a_damaged_object_is_named_and_the_rest_still_told(story: Path, tmp_path: Path) -> None:
    for what, damage in (("missing", b""), ("garbage", b"garbage"), ("cut", None)):
        copy = tmp_path / what
        git(tmp_path, "clone", "--quiet", "--no-hardlinks", str(story), str(copy))
        pack = next((copy / ".git" / "objects" / "pack").glob("*.pack"), None)
        if pack is not None:
            kept = pack.rename(tmp_path / f"{what}.pack")
            pack.with_suffix(".idx").unlink()
            with kept.open("rb") as file:
                subprocess.run(["git", "-C", str(copy), "unpack-objects", "-q"], stdin=file, check=True)
        blob = git(copy, "rev-parse", "main~8:ledgers/projects/P007.yaml")
        path = copy / ".git" / "objects" / blob[:2] / blob[2:]
        whole = path.read_bytes()
        path.chmod(0o644)
        if damage == b"":
            path.unlink()
        else:
            path.write_bytes(damage or whole[:60])
        code, _out, err = run(copy, "status", "--rev", "main~8", *AS_OF)
        assert (code, blob[:7] in err) == (2, True), what
        found = data(copy, "slips", *AS_OF, cache=tmp_path / f"{what} cache")
        assert any("damaged" in one for one in found["skipped"]), what
        assert [item["ref"] for item in found["items"]] == ["P007/T2", "P007/T3", "P012/T1"]
        # What was told of a damaged history is not kept for later.
        path.write_bytes(whole)
        mended = data(copy, "slips", *AS_OF, cache=tmp_path / f"{what} cache")
        assert mended == data(story, "slips", *AS_OF)


def test_a_hook_that_is_told_where_its_repository_is(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = data(story, "diff", "HEAD~3", *AS_OF)["changes"]
    checked = run(story, "check", "--staged")
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert data(story, "diff", "HEAD~3", *AS_OF)["changes"] == expected
    assert run(story, "check", "--staged") == checked
    monkeypatch.setenv("GIT_DIR", str(story / ".git"))
    monkeypatch.setenv("GIT_PREFIX", "")
    assert data(story, "diff", "HEAD~3", *AS_OF)["changes"] == expected
    # A repository that lies elsewhere, with a work tree that is named.
    (story / ".git").rename(tmp_path / "elsewhere.git")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(story))
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert data(story, "diff", "HEAD~3", *AS_OF)["changes"] == expected


def test_a_repository_of_somebody_else_is_not_called_none(story: Path, tmp_path: Path) -> None:
    refusing = tmp_path / "bin" / "git"
    refusing.parent.mkdir()
    words = "fatal: detected dubious ownership in repository\n\n\tgit config --global --add safe.directory /srv/x\n"
    refusing.write_text(f"#!/bin/sh\nprintf '{words}' >&2\nexit 128\n", encoding="utf-8")
    refusing.chmod(0o755)
    code, _out, err = run(story, "slips", PATH=f"{refusing.parent}:{os.environ['PATH']}")
    assert code == 2
    assert "git config --global --add safe.directory /srv/x" in err
    assert "git init" not in err


def test_line_ends_of_a_checkout_are_no_change(story: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "-c", "core.autocrlf=true", str(story), "windows")
    windows = tmp_path / "windows"
    assert b"\r\n" in (windows / "ledgers" / "people.yaml").read_bytes()
    diff = data(windows, "diff", *AS_OF)
    assert (diff["changes"], diff["comments"]) == ([], [])
    edit(windows / "ledgers", "2024-07-01", "2024-07-08", "projects/P007.yaml")
    assert [row["field"] for row in data(windows, "diff", *AS_OF)["changes"]] == ["deadline"]
    assert run(windows, "tasks", *AS_OF, "--rev", "HEAD") == run(story, "tasks", *AS_OF, "--rev", "HEAD")


def test_a_book_as_subject_and_no_author_at_all(tmp_path: Path) -> None:
    folder = place(tmp_path / "p")
    edit(folder, "2024-05-20", "2024-07-01")
    git(folder, "add", "-A")
    tree = git(folder, "write-tree")
    text = f"tree {tree}\nparent {git(folder, 'rev-parse', 'HEAD')}\nauthor  <> 1716789000 +0800\n"
    text += f"committer  <> 1716789000 +0800\n\n{'long ' * 20_000}\n"
    command = ["git", "-C", str(folder), "hash-object", "-t", "commit", "-w", "--stdin", "--literally"]
    made = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout.decode().strip()
    git(folder, "reset", "--quiet", "--hard", made)
    for command in ("slips", "history P1/T1"):
        code, out, _err = run(folder, *command.split(), "-f", "text", *AS_OF)
        assert code == 0
        assert max(map(len, out.splitlines())) < 1000
        assert "—" in out
