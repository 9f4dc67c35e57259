"""The examples of a review on a server: held against the published schemas, and run step by step as a server would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from trace_story import ROOT, STORY, git, run

CI = ROOT / "examples" / "ci"
SCHEMAS = {
    "github": ("vendor.github-workflows",),
    "gitea": ("vendor.github-workflows",),  # the same language
    "gitlab": ("vendor.gitlab-ci", "--data-transform", "gitlab-ci"),
}
REPORT = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": "^[a-z-]+$"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32,}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""What GitLab asks of a Code Quality report (docs.gitlab.com, Code Quality, "Code Quality report format")."""


# --- the schemas -----------------------------------------------------------------------------------------------------


def valid(name: str, file: Path) -> bool:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *SCHEMAS[name], str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode == 0


@pytest.mark.parametrize("name", SCHEMAS)
def test_an_example_keeps_to_the_published_schema(name: str) -> None:
    assert valid(name, CI / f"{name}.yml")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("github", "runs-on:", "run-on:"),
        ("github", "pull-requests: write", "pull-requests: writes"),
        ("gitea", "    steps:\n", "    step:\n"),
        ("gitlab", "codequality: flags.json", "codequality: {flags: json}"),
        ("gitlab", "when: always", "when: ever"),
    ],
)
def test_the_schema_knows_a_broken_one(name: str, old: str, new: str, tmp_path: Path) -> None:
    text = (CI / f"{name}.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "broken.yml").write_text(text.replace(old, new), encoding="utf-8")
    assert not valid(name, tmp_path / "broken.yml")


def test_gitlab_is_given_one_report_for_each_job() -> None:
    # The schema knows lists of reports; but a Code Quality report is uploaded raw, and the runner takes one raw file.
    jobs = yaml.safe_load((CI / "gitlab.yml").read_text(encoding="utf-8"))
    reports = {name: job["artifacts"]["reports"]["codequality"] for name, job in jobs.items() if "script" in job}
    assert reports == {"ledgers": "findings.json", "what-it-means": "flags.json"}
    # Nothing is shown without a report of the branch that the change goes to.
    assert {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"} in jobs["ledgers"]["rules"]


def test_the_hook_for_pre_commit() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["id"], hook["entry"], hook["language"]) == ("projledger-check", "projledger check --staged", "python")
    # pre-commit passes no deleted file: without this a commit that only deletes one would not be looked at.
    assert (hook["pass_filenames"], hook["always_run"]) == (False, True)
    assert "files" not in hook


# --- the steps -------------------------------------------------------------------------------------------------------


class Server:
    """A checkout as a server leaves it, with stand-ins for what it would install and for whom it would talk to."""

    def __init__(self, story: Path, folder: Path, base: str, head: str) -> None:
        self.folder, self.bin = folder / "server", folder / "bin"
        git(folder, "clone", "--quiet", "--no-checkout", str(story), "server")
        self.base, self.head = git(self.folder, "rev-parse", base), git(self.folder, "rev-parse", head)
        git(self.folder, "update-ref", "refs/remotes/origin/main", self.base)
        git(self.folder, "checkout", "--quiet", "--detach", self.head)
        self.bin.mkdir()
        self._stand_in("pip", "exit 0")
        self._stand_in("projledger", f'exec "{sys.executable}" -m projledger "$@"')
        self._stand_in("python", f'exec "{sys.executable}" "$@"')
        for name in ("gh", "curl"):
            self._stand_in(name, f'printf "%s\\n" "$@" > "{folder}/{name}.said"')
        self.said = folder

    def _stand_in(self, name: str, line: str) -> None:
        (self.bin / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (self.bin / name).chmod(0o755)

    def shell(self, script: str, **given: str) -> tuple[int, str]:
        """One script under the options that these servers give their shells: exit code and output."""
        environment = {
            **os.environ,
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "src"),
            "XDG_CACHE_HOME": str(self.said / "cache"),
            "HOME": str(self.said),
            "PROJLEDGER_LANG": "en",
            **given,
        }
        command = ["bash", "-e", "-o", "pipefail", "-c", script]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, check=False)
        return done.returncode, done.stdout.decode() + done.stderr.decode()

    def workflow(self, name: str) -> Iterator[tuple[str, int, str]]:
        """Each step of a workflow that runs something, with what came of it; what is given is what the server sets."""
        summary = self.said / "summary.md"
        given = {
            "github.base_ref": "main",
            "github.event.number": "7",
            "github.repository": "qinghe/ledgers",
            "github.server_url": "https://git.example.org",
            "github.token": "t0ken",
            "secrets.GITHUB_TOKEN": "t0ken",
        }
        for step in yaml.safe_load((CI / f"{name}.yml").read_text(encoding="utf-8"))["jobs"]["check"]["steps"]:
            if "run" in step:
                env = {key: given[value.strip("${} ")] for key, value in step.get("env", {}).items()}
                yield step["run"], *self.shell(step["run"], GITHUB_STEP_SUMMARY=str(summary), **env)

    def pipeline(self, job: str, **more: str) -> tuple[int, str]:
        """One job of the pipeline."""
        jobs = yaml.safe_load((CI / "gitlab.yml").read_text(encoding="utf-8"))
        lines = [*jobs[jobs[job]["extends"]]["before_script"], *jobs[job]["script"]]
        given = {
            "CI_PROJECT_DIR": str(self.folder),
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": self.base,
            "CI_COMMIT_BEFORE_SHA": "0" * 40,  # as of every merge request
            **more,
        }
        return self.shell("\n".join(lines), **given)

    def report(self, name: str) -> list[dict[str, Any]]:
        """A Code Quality report, as GitLab would take it."""
        raw = (self.folder / name).read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf")  # refused
        entries: list[dict[str, Any]] = json.loads(raw)
        jsonschema.validate(entries, REPORT)
        assert len({one["fingerprint"] for one in entries}) == len(entries)
        assert all((self.folder / one["location"]["path"]).is_file() for one in entries)
        return entries


@pytest.fixture
def story(tmp_path: Path) -> Path:
    STORY.build(tmp_path / "story")
    return tmp_path / "story"


def test_github_runs_it(story: Path, tmp_path: Path) -> None:
    server = Server(story, tmp_path, "main~3", "main")
    steps = list(server.workflow("github"))
    assert [code for _script, code, _out in steps] == [0, 1, 0, 0, 0]  # 1: findings
    assert "::error file=ledgers/projects/P012" in steps[1][2]
    assert "::warning file=ledgers/targets.yaml,line=" in steps[2][2]
    meaning = (server.folder / "diff.md").read_text(encoding="utf-8")
    assert "120 million yuan → 90 million yuan" in meaning
    assert (tmp_path / "summary.md").read_text(encoding="utf-8") == meaning
    assert (tmp_path / "gh.said").read_text(encoding="utf-8").split()[:3] == ["pr", "comment", "7"]
    # What is too long for a comment is not sent.
    (server.folder / "diff.md").write_text("字" * 65_001, encoding="utf-8")
    script = steps[-1][0]
    assert server.shell(script, NUMBER="7", LC_ALL="C.UTF-8")[0] == 0
    assert "summary" in (server.folder / "diff.md").read_text(encoding="utf-8")


def test_gitea_runs_it(story: Path, tmp_path: Path) -> None:
    server = Server(story, tmp_path, "main~3", "main")
    steps = list(server.workflow("gitea"))
    assert [code for _script, code, _out in steps] == [0, 1, 0, 0]
    assert "error[" in steps[1][2]
    assert (
        "https://git.example.org/api/v1/repos/qinghe/ledgers/issues/7/comments" in (tmp_path / "curl.said").read_text()
    )
    body = json.loads((server.folder / "comment.json").read_text())["body"]
    assert body == (server.folder / "diff.md").read_text(encoding="utf-8")


def test_gitlab_runs_it(story: Path, tmp_path: Path) -> None:
    server = Server(story, tmp_path, "main~3", "main")
    assert server.pipeline("ledgers")[0] == 1
    assert server.report("findings.json")
    assert server.pipeline("what-it-means")[0] == 0
    flags = {(one["check_name"], one["severity"]) for one in server.report("flags.json")}
    assert {("target-lowered", "minor"), ("owner-changed", "minor")} <= flags
    # Where nothing is wrong the report is there all the same: an empty one.
    (server.folder / "ledgers" / "projects" / "P012 泵阀厂.yaml").unlink()
    assert server.pipeline("ledgers")[0] == 0
    assert server.report("findings.json") == []


def test_gitlab_is_told_of_the_branch_alone(story: Path, tmp_path: Path) -> None:
    # A pipeline for merged results has the merge with what others changed since: of that nothing is said.
    server = Server(story, tmp_path, "9656d50~1", "4fa5e98")
    branch = git(server.folder, "rev-parse", "9656d50")
    assert server.pipeline("what-it-means", CI_MERGE_REQUEST_SOURCE_BRANCH_SHA=branch)[0] == 0
    assert {one["description"].partition(" (")[0] for one in server.report("flags.json")} == {"Foundations"}


@pytest.mark.parametrize("name", ["github", "gitea"])
def test_the_comment_comes_though_a_ledger_cannot_be_read(name: str, story: Path, tmp_path: Path) -> None:
    server = Server(story, tmp_path, "main~4", "main~2")  # at the last one P007 is broken
    codes = [code for _script, code, _out in server.workflow(name)]
    assert codes == ([0, 3, 3, 0, 0] if name == "github" else [0, 3, 0, 0])
    meaning = (server.folder / "diff.md").read_text(encoding="utf-8")
    assert "projects/P007.yaml: could be read before, and cannot be read now" in meaning
    assert "done before, not done any more" in meaning  # of P012, which can be read


def test_a_gitlab_job_tells_the_rest_though_a_ledger_cannot_be_read(story: Path, tmp_path: Path) -> None:
    server = Server(story, tmp_path, "main~4", "main~2")
    assert server.pipeline("ledgers")[0] == 3
    assert {one["severity"] for one in server.report("findings.json")} == {"major"}
    assert server.pipeline("what-it-means")[0] == 0
    assert "undone" in {one["check_name"] for one in server.report("flags.json")}


def test_a_checkout_of_the_last_commit_alone_is_told_what_is_missing(story: Path, tmp_path: Path) -> None:
    server = Server(story, tmp_path, "main~3", "main")
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{story}", "shallow")
    git(tmp_path / "shallow", "update-ref", "-d", "refs/remotes/origin/main")
    server.folder = tmp_path / "shallow"
    code, out = server.pipeline("what-it-means")
    assert (code, "git fetch --unshallow" in out) == (1, True)
    steps = list(server.workflow("github"))
    assert "git fetch --unshallow" in steps[2][2]


def test_a_fingerprint_is_that_of_the_change_alone(story: Path) -> None:
    # What a change does hangs on the day and on others: a remark that was seen would come back as a new one.
    prints = []
    for day in ("2024-06-22", "2024-07-15"):
        out = run(story, "diff", "main~4", "main~3", "-f", "gitlab", "--as-of", day)[1]
        prints.append([(one["check_name"], one["fingerprint"]) for one in json.loads(out)])
        assert "light" in out
    assert prints[0] == prints[1]
    out = run(story, "diff", "main~4", "main~3", "-f", "github", "--as-of", "2024-07-15")[1]
    assert "not done any more%0Alight" in out
