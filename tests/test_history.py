"""`slips`, `history` and `diff` over repositories whose story is known: examples/history/build.py and small ones.

The expected figures are worked out from the story, not copied from the program.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from unittest import mock

import pytest

from projledger import load
from projledger.analysis.flags import FLAGS
from projledger.analysis.selection import Filter
from projledger.git import repository as repository_of
from projledger.load.history import walk
from projledger.render import RENDERERS, Envelope, Options
from projledger.reports import REPORTS, Query, history
from trace_story import AS_OF, ROOT, Told, data, git, run


@pytest.fixture
def place(told: Told) -> Told:
    return told


def test_the_slip_ledger_of_the_story(place: Told) -> None:
    slips = place.data("slips")
    items = {item["ref"]: item for item in slips["items"]}
    # P007/T2: 15 May → 10 June by an extension of 10 May, then its approval rewritten to 30 June on 17 June.
    permit = items["P007/T2"]
    assert (permit["original"], permit["latest"]) == ("2024-05-15", "2024-06-30")
    assert permit["slip_days"] == 16 + 30  # the rest of May, and June
    # Workdays of 16–31 May: 12; of June: 19 (20 weekdays less 10 June, the Dragon Boat Festival; no make-up day).
    assert permit["slip_workdays"] == 12 + 19
    assert permit["slips"] == 2
    honest, rewritten = permit["moves"]
    assert (honest["from"], honest["to"], honest["commit"]) == ("2024-05-15", "2024-06-10", place.short("honest"))
    assert honest["extension"]["approved_by"] == "he"
    assert (honest["date"], honest["author"], honest["flags"]) == ("2024-05-13T09:00:00+08:00", "Lin Yue", [])
    assert (rewritten["to"], rewritten["extension"]) == ("2024-06-30", None)
    assert rewritten["flags"] == ["after-deadline", "without-extension"]
    # P007/T3: quietly edited a week after it had passed; Lin answered for it on 21 May, Wu took it over on 27 June.
    land = items["P007/T3"]
    assert (land["slip_days"], land["slips"], land["missed"]) == (11 + 30 + 1, 1, "2024-05-21")
    assert (land["owner"], land["owner_when_missed"]) == ("wu", "lin")
    assert land["flags"] == ["after-deadline", "without-extension", "owner-changed"]
    assert land["moves"][0]["commit"] == place.short("quiet")
    # P012/T1: extended on a branch, through a renamed and reordered file; the branch's commit did it, not the merge.
    foundations = items["P012/T1"]
    assert [move["commit"] for move in foundations["moves"]] == [place.short("branch")]
    assert (foundations["slip_days"], foundations["flags"]) == (20, [])
    assert list(items) == ["P007/T2", "P007/T3", "P012/T1"]  # worst first
    assert slips["totals"] == {"items": 3, "slips": 4, "days": 108, "workdays": 31 + 29 + 14, "flagged": 2}


def test_other_doubts_name_the_commit_that_did_it(place: Told) -> None:
    doubts = {(one["ref"], one["flag"]): one["commit"] for one in place.data("slips")["doubts"]}
    assert doubts == {
        ("P007/T3", "owner-changed"): place.short("owner"),
        ("P012/T2", "undone"): place.short("wrong"),  # neither side says so: the merge's own doing
        ("P012/Q2", "closed-unverified"): place.short("closed"),
        ("all/investment/2024", "target-lowered"): place.short("lowered"),
    }


def test_a_ledger_that_cannot_be_read_is_said_and_changes_nothing(place: Told) -> None:
    (skipped,) = place.data("slips")["skipped"]
    assert "projects/P007.yaml" in skipped
    assert place.short("broken") in skipped
    # Kept of an earlier walk, but in the language of this one.
    chinese = data(place.folder, "--lang", "zh", "slips", *AS_OF, cache=place.cache)["skipped"]
    assert "projects/P007.yaml" in chinese[0]
    assert chinese[0] != skipped
    assert place.data("slips")["skipped"] == [skipped]


def test_the_same_again_from_the_store_and_with_a_damaged_one(place: Told) -> None:
    first = place.data("slips")
    (store,) = place.cache.rglob("*.sqlite")
    assert place.data("slips") == first
    # One entry that says something else under its old checksum: it is read again, not believed.
    with closing(sqlite3.connect(store)) as database, database:
        changed = database.execute("UPDATE blobs SET body = replace(body, '2024-07-01', '2024-07-09')").rowcount
    assert changed > 0
    assert place.data("slips") == first
    whole = store.read_bytes()
    middle = len(whole) // 2
    for damaged in (b"", b"no database", whole[:-3000], whole[:4096] + b"\xff" * middle + whole[4096 + middle :]):
        store.write_bytes(damaged)
        assert place.data("slips") == first
    store.unlink(missing_ok=True)
    assert place.data("slips") == first
    nowhere = Told(place.folder, place.commits, Path("/proc/nowhere"))
    assert nowhere.data("slips") == first


def test_what_was_kept_is_not_believed_where_commits_are_replaced(place: Told, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(place.folder), "copy")
    copy, honest = tmp_path / "copy", place.commits["honest"]
    first = run(copy, "slips", *AS_OF)
    # Another commit with the same parent, in which the ledgers say already what they say at the end.
    name = ("-c", "user.name=z", "-c", "user.email=z@example.org")
    other = git(copy, *name, "commit-tree", "HEAD^{tree}", "-p", f"{honest}~1", "-m", "honest")
    git(copy, "replace", honest, other)
    replaced = run(copy, "slips", *AS_OF)
    assert replaced == run(copy, "slips", *AS_OF, cache=Path("/proc/nowhere"))
    assert replaced[1] != first[1]
    git(copy, "replace", "--delete", honest)
    assert run(copy, "slips", *AS_OF) == first


def test_slips_of_a_revision_and_filters(place: Told) -> None:
    early = place.data("slips", "--rev", place.commits["honest"])
    assert [item["ref"] for item in early["items"]] == ["P007/T2"]
    assert [item["ref"] for item in place.data("slips", "--owner", "wu")["items"]] == ["P007/T3", "P012/T1"]
    assert [item["ref"] for item in place.data("slips", "--flags-only")["items"]] == ["P007/T2", "P007/T3"]
    recent = place.data("slips", "--since", "2024-06-01")
    assert [item["ref"] for item in recent["items"]] == ["P007/T2", "P012/T1"]
    groups = {row["key"]: (row["items"], row["days"]) for row in place.data("slips", "--by", "owner")["by_group"]}
    assert groups == {"lin": (1, 46), "wu": (2, 62)}
    assert run(place.folder, "slips", "--exit-code", *AS_OF)[0] == 1


def test_the_history_of_a_task(place: Told) -> None:
    history = place.data("history", "P012/T2")
    told = [(row["field"], row["commit"]) for row in history["changes"]]
    # Renamed and reordered in between: no change. Of the merge: what it took back, and nothing of either branch.
    assert told[0] == (None, place.short("first"))
    assert ("done", place.short("done")) in told
    assert ("done", place.short("wrong")) in told
    assert [commit for field, commit in told if field == "next"].count(place.short("next")) <= 1
    assert place.short("renamed") not in {commit for _field, commit in told}
    land = place.data("history", "P007/T3")
    assert [row["words"] for row in land["changes"]][1:] == ["Update ledgers", "Hand the land over to Wu Gang"]
    (deadline,) = land["deadlines"]
    assert deadline["points"][:2] == [["2024-05-06", "2024-05-20"], ["2024-05-27", "2024-07-01"]]


def test_the_history_of_a_project_problem_and_target(place: Told) -> None:
    assert {row["ref"] for row in place.data("history", "P007")["changes"]} >= {"P007", "P007/T3", "P007/Q1"}
    problem = [(row["field"], row["flags"]) for row in place.data("history", "P012/Q1")["changes"]]
    assert ("reopened", []) in problem
    assert all(not flags for _field, flags in problem)  # reopened with a date: honest
    (lowered,) = [row for row in place.data("history", "all/investment/2024")["changes"] if row["field"] == "value"]
    assert (lowered["before"], lowered["after"], lowered["flags"]) == (12000, 9000, ["target-lowered"])
    code, _out, err = run(place.folder, "history", "P007/T33")
    assert code == 2
    assert "P007/T3" in err


def test_diff_of_two_commits(place: Told) -> None:
    diff = place.data("diff", place.commits["first"], place.commits["owner"])
    changes = {(row["ref"], row["field"]): row for row in diff["changes"]}
    land = changes["P007/T3", "deadline"]
    assert (land["before"], land["after"], land["slips"]) == ("2024-05-20", "2024-07-01", 1)
    assert land["text"].startswith(
        "Land handover (P007/T3): deadline moved 2024-05-20 → 2024-07-01 (+42 days, 1st slip), no extension entered"
    )
    # Extended on 14 June, six days before it was due: no flag, though the later commit is of 27 June.
    assert changes["P012/T1", "deadline"]["flags"] == []
    assert changes["P007/T2", "deadline"]["slips"] == 2
    assert changes["all/investment/2024", "value"]["flags"] == ["target-lowered"]
    assert diff["moved"] == [["projects/P012.yaml", "projects/P012 泵阀厂.yaml"]]
    assert diff["changes"][0]["project"] == "P007"
    assert ("P012/T2", "done") not in changes  # was not done before, is not done after
    renamed = place.data("diff", f"{place.commits['reopened']}..{place.commits['renamed']}")
    assert renamed["changes"] == []


def test_diff_of_the_work_tree_and_the_index(place: Told, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    git(tmp_path, "clone", "--quiet", str(place.folder), str(copy))
    ledger = copy / "ledgers" / "projects" / "P007.yaml"
    assert data(copy, "diff", *AS_OF)["changes"] == []
    ledger.write_text("# a comment\n" + ledger.read_text(encoding="utf-8"), encoding="utf-8")
    comment = data(copy, "diff", *AS_OF)
    assert (comment["changes"], comment["comments"]) == ([], ["projects/P007.yaml"])
    ledger.write_text(
        ledger.read_text(encoding="utf-8").replace("deadline: 2024-07-01", "deadline: 2024-07-20"), encoding="utf-8"
    )
    code, out, _err = run(copy, "diff", "--exit-code", *AS_OF)
    assert code == 1
    assert "2024-07-01 → 2024-07-20 (+19 days, 2nd slip), no extension entered; moved after it had passed" in out
    assert run(copy, "diff", "--staged", "--exit-code", *AS_OF)[0] == 0
    git(copy, "add", "-A")
    assert run(copy, "diff", "--staged", "--exit-code", *AS_OF)[0] == 1
    code, out, _err = run(copy, "diff", "-f", "github", *AS_OF)
    assert code == 0
    assert out.startswith("::warning file=ledgers/projects/P007.yaml,line=")
    gitlab = json.loads(run(copy, "diff", "-f", "gitlab", *AS_OF)[1])
    assert gitlab[0]["location"]["path"] == "ledgers/projects/P007.yaml"


@pytest.mark.parametrize("command", [("slips",), ("history", "P007/T3"), ("diff", "HEAD~2")], ids=lambda c: c[0])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["text", "markdown", "json", "csv", "html"])
def test_every_format_in_both_languages(place: Told, command: tuple[str, ...], language: str, form: str) -> None:
    code, out, err = run(place.folder, *command, "--lang", language, "-f", form, *AS_OF)
    assert (code, err) == (0, "")
    assert out == run(place.folder, *command, "--lang", language, "-f", form, *AS_OF)[1]


def test_every_report_of_a_revision_has_the_bytes_of_a_checkout(place: Told, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    git(tmp_path, "clone", "--quiet", str(place.folder), str(copy))
    git(copy, "tag", "june", place.commits["broken"])  # a ledger cannot be read there: left out, and named
    named = {"show": "P012", "why": "P012/T1", "history": "P007/T3", "list": "meetings"}
    commands: list[tuple[str, ...]] = [
        (spec.name, named[spec.name]) if spec.name in named else (spec.name,)
        for spec in REPORTS
        if spec.name not in ("report", "diff")
    ]
    commands += [("report", kind) for kind in ("day", "week", "month", "quarter", "half", "year")]
    commands += [("escalate", "--draft", "P012/Q1"), ("check",), ("wallchart", "--table")]
    ways = (("-f", "text"), ("-f", "html"), ("-f", "json"), ("--lang", "zh"))
    forms: dict[tuple[str, ...], tuple[str, ...]] = {one: ways[at % 4] for at, one in enumerate(commands)}
    forms[("check",)] = ()
    day = ("--as-of", "2024-06-24")
    by_rev = {one: run(copy, *one, *more, "--rev", "june", *day, cache=place.cache) for one, more in forms.items()}
    git(copy, "checkout", "--quiet", "june")
    checked_out = {one: run(copy, *one, *more, *day, cache=place.cache) for one, more in forms.items()}
    assert by_rev == checked_out
    assert sum(code == 3 for code, _out, _err in by_rev.values()) >= len(forms) - 3  # no chains here, no letter due


def test_every_flag_is_documented_and_explained(place: Told) -> None:
    page = (Path(__file__).parent.parent / "docs" / "history.md").read_text(encoding="utf-8")
    for flag in FLAGS:
        assert f"| `{flag.code}` |" in page
        for language in ("en", "zh"):
            code, out, _err = run(place.folder, "check", "--explain", flag.code, "--lang", language)
            assert (code, out.startswith(flag.code)) == (0, True)


def test_a_workspace_that_was_moved_is_followed(place: Told, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    git(tmp_path, "clone", "--quiet", str(place.folder), str(copy))
    git(copy, "config", "user.name", "He Ping")
    git(copy, "config", "user.email", "he@qinghe.example")
    before = data(copy, "slips", *AS_OF, cache=place.cache)
    old = run(copy, "status", "--rev", place.commits["honest"], "-f", "html", *AS_OF)
    # Another workspace in the same repository is not mistaken for it.
    (copy / "other").mkdir()
    (copy / "other" / "projledger.yaml").write_text("name: Other\n", encoding="utf-8")
    (copy / "data").mkdir()
    git(copy, "mv", "ledgers", "data/台账")
    settings = copy / "data" / "台账" / "projledger.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "language: en\n", encoding="utf-8")
    git(copy, "add", "-A")
    git(copy, "commit", "--quiet", "-m", "Ledgers below data")
    moved = ("-w", str(copy / "data" / "台账"))
    after = data(copy, *moved, "slips", *AS_OF, cache=place.cache)
    for key in ("items", "doubts", "totals", "skipped", "first"):
        assert after[key] == before[key], key
    history = data(copy, *moved, "history", "P007/T3", *AS_OF)
    assert [row["commit"] for row in history["changes"]] == [place.short(one) for one in ("first", "quiet", "owner")]
    assert run(copy, *moved, "status", "--rev", place.commits["honest"], "-f", "html", *AS_OF) == old
    diff = data(copy, *moved, "diff", place.commits["first"], "HEAD", *AS_OF)
    assert ("P007/T3", "deadline") in {(row["ref"], row["field"]) for row in diff["changes"]}
    # From where it lay before it is found where it went to.
    git(copy, "checkout", "--quiet", "--detach", place.commits["owner"])
    assert run(copy, "status", "--rev", "main", *AS_OF)[0] == 0
    code, _out, err = run(copy, "status", "--rev", "main~99", *AS_OF)
    assert (code, "names no commit" in err) == (2, True)


def test_a_ledger_that_is_a_link_is_followed_as_it_is_in_the_folder(place: Told, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    git(tmp_path, "clone", "--quiet", str(place.folder), str(copy))
    git(copy, "config", "user.name", "He Ping")
    git(copy, "config", "user.email", "he@qinghe.example")
    ledgers = copy / "ledgers"
    (ledgers / "archive").mkdir()
    kept = ledgers / "archive" / "P007.yaml"
    (ledgers / "projects" / "P007.yaml").rename(kept)
    (ledgers / "projects" / "P007.yaml").symlink_to("../archive/now.yaml")
    (ledgers / "archive" / "now.yaml").symlink_to("P007.yaml")
    (ledgers / "projects" / "out.yaml").symlink_to("../../outside.yaml")
    (ledgers / "projects" / "round.yaml").symlink_to("round.yaml")
    (copy / "outside.yaml").write_text("id: P9\nname: Out\nunit: park\n", encoding="utf-8")
    git(copy, "add", "-A")
    git(copy, "commit", "--quiet", "-m", "Keep it elsewhere")
    kept.write_text(kept.read_text(encoding="utf-8").replace("2024-07-01", "2024-07-08"), encoding="utf-8")
    git(copy, "commit", "--quiet", "-a", "-m", "A week more")
    slips = data(copy, "slips", "--as-of", "2199-01-01")  # both were made today
    land = next(item for item in slips["items"] if item["ref"] == "P007/T3")
    assert [move["words"] for move in land["moves"]] == ["Update ledgers", "A week more"]
    assert slips["doubts"] == place.data("slips")["doubts"]
    here = run(copy, "tasks", "-f", "csv", *AS_OF)
    assert here[0] == 0
    assert run(copy, "tasks", "-f", "csv", "--rev", "HEAD", *AS_OF) == here


def test_history_tells_the_moves_that_slips_counts(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    (folder / "projects").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "Wu Gang")
    git(folder, "config", "user.email", "wu@qinghe.example")
    (folder / "projledger.yaml").write_text("name: Qinghe\n", encoding="utf-8")
    ledger = folder / "projects" / "a.yaml"
    head = "id: P1\nname: Plant\nunit: park\n"
    task = head + "tasks:\n  - id: T1\n    name: Land\n    deadline: 2024-08-01\n"
    first = "    extensions:\n      - {to: 2024-08-10, approved_by: he, date: 2024-05-10, reason: rain}\n"
    more = "      - {to: 2024-08-20, approved_by: he, date: 2024-05-11, reason: rain}\n"
    more += "      - {to: 2024-08-30, approved_by: he, date: 2024-05-12, reason: rain}\n"
    for words, text in (
        ("entered", task + first),
        ("the original", task.replace("08-01", "07-01") + first),
        ("two at once", task.replace("08-01", "07-01") + first + more),
        ("gone", head),
        ("back", task.replace("08-01", "09-30")),
    ):
        ledger.write_text(text, encoding="utf-8")
        git(folder, "add", "-A")
        git(folder, "commit", "--quiet", "-m", words)
    told = [(row["words"], row["text"]) for row in data(folder, "history", "P1/T1", "--as-of", "2199-01-01")["changes"]]
    ways = [
        (words, text.partition(" (+")[0], text.partition("days, ")[2][:8])
        for words, text in told
        if "deadline moved" in text
    ]
    assert ways == [
        ("entered", "deadline moved 2024-08-01 → 2024-08-10", "1st slip"),
        ("two at once", "deadline moved 2024-08-10 → 2024-08-20", "2nd slip"),
        ("two at once", "deadline moved 2024-08-20 → 2024-08-30", "3rd slip"),
        ("back", "deadline moved 2024-08-30 → 2024-09-30", "4th slip"),
    ]
    assert ("gone", "task deleted") in told
    assert ("back", "task entered again") in told
    assert any("the original deadline was edited" in text for words, text in told if words == "the original")


def test_the_page_quotes_what_is_printed(place: Told) -> None:
    page = (Path(__file__).parent.parent / "docs" / "history.md").read_text(encoding="utf-8")
    quoted = re.findall(r"^    projledger (.*)\n(?:(?!    |> ).*\n)*?((?:> .*\n)+)", page, flags=re.MULTILINE)
    assert len(quoted) >= 4
    for command, quote in quoted:
        printed = " ".join(run(place.folder, *command.split(), cache=place.cache)[1].split())
        for part in " ".join(line.removeprefix("> ") for line in quote.splitlines()).split(" … "):
            assert part in printed, command


def committed(folder: Path, words: str) -> None:
    """Everything in a folder as a commit."""
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=Wu Gang", "-c", "user.email=wu@qinghe.example", "commit", "--quiet", "-m", words)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledgers and the examples of this project in a repository of their own."""
    folder = tmp_path_factory.mktemp("samples")
    git(folder, "init", "--quiet", "--initial-branch=main")
    for words in ("entered", "entered again"):  # every entry has then changed, and is kept by every walk
        for place in SAMPLES:
            shutil.copytree(ROOT / place, folder / Path(place).name)
        committed(folder, words)
        for place in SAMPLES:
            shutil.rmtree(folder / Path(place).name)
        committed(folder, "gone")
    git(folder, "checkout", "--quiet", "HEAD~1")
    return folder


SAMPLES = ("ledgers", *(f"examples/{name}" for name in ("aksay-2022", "anqing-2022", "deqing-2024", "duchang-2021")))


@pytest.mark.parametrize("place", SAMPLES)
def test_every_kind_of_entry_has_a_history(samples: Path, place: str) -> None:
    folder = samples / Path(place).name
    loaded = load.load((file.relative_to(folder).as_posix(), file.read_bytes()) for file in folder.rglob("*.yaml"))
    repository, commit = repository_of(folder), git(folder, "rev-parse", "HEAD")
    walks = (
        walk(repository, commit, "Asia/Shanghai", "万元", reader=lambda entry: {**entry.fields, "name": entry.name}),
        walk(repository, commit, "Asia/Shanghai", "万元"),  # as it is kept
    )
    for found in walks:
        witness = mock.Mock(trace=lambda _ref, found=found: found)
        # The walk holds every entry of the place, whatever is asked for.
        asked = Query(
            loaded.workspace, date(2027, 1, 1), Filter(), {"ref": next(iter(found.lives.values())).ref}, witness=witness
        )
        result = history.compute(asked)
        kinds = {row.kind for row in result.changes}
        assert {life.kind for life in found.lives.values()} == kinds
        document = history.document(result)
        for renderer in RENDERERS:
            if not renderer.binary:
                envelope = Envelope("history", result.place, result.as_of)
                assert renderer.load().render(document, result, envelope, Options())
    assert {"project", "task", "unit", "settings"} <= {life.kind for life in walks[0].lives.values()}


def test_what_stands_for_a_day_elsewhere_is_taken_for_what_it_is(samples: Path) -> None:
    # `to` of an action is a party, of an extension a day.
    changes = data(samples / "ledgers", "history", "P001")["changes"]
    assert "action" in {row["kind"] for row in changes}


def test_what_is_committed_is_counted_once(tmp_path: Path) -> None:
    (tmp_path / "projects").mkdir()
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "projledger.yaml").write_text("name: Qinghe\n", encoding="utf-8")
    ledger = tmp_path / "projects" / "a.yaml"
    task = "id: P1\nname: Plant\nunit: park\ntasks:\n  - id: T1\n    name: Land\n    deadline: 2031-08-01\n"
    moves = [
        f"      - {{to: {to}, approved_by: he, date: 2024-05-{day}, reason: rain}}\n"
        for to, day in (("2031-08-10", 10), ("2031-08-20", 11))
    ]
    ledger.write_text(task, encoding="utf-8")
    committed(tmp_path, "entered")
    ledger.write_text(f"{task}    extensions:\n{moves[0]}", encoding="utf-8")
    committed(tmp_path, "extended")

    def told(*arguments: str) -> tuple[int, list[str]]:
        # The day is after the deadlines: what was moved in time, in its commit, was not moved late.
        (row,) = data(tmp_path, "diff", *arguments, "--as-of", "2032-01-01")["changes"]
        return row["slips"], row["flags"]

    assert told("HEAD~1", "HEAD") == (1, [])
    assert told("HEAD~1") == (1, [])
    ledger.write_text(f"{task}    extensions:\n{''.join(moves)}", encoding="utf-8")
    assert told("HEAD~1")[0] == 2  # one in the history, one that is not committed
    assert told("HEAD") == (2, ["after-deadline"])
