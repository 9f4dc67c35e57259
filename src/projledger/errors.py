"""Failed operations: one class each, that builds its own message and carries its exit code.

What is wrong *in a ledger* is never an exception: it is a `Finding` (see `diagnostics`).
"""

from __future__ import annotations

import errno
from typing import ClassVar, Final

from projledger.i18n import N_, _, listing

_REASONS: Final = {
    errno.ENOENT: N_("there is no such file or folder"),
    errno.ENOTDIR: N_("a part of the path is a file, not a folder"),
    errno.EACCES: N_("you are not allowed to"),
    errno.EPERM: N_("you are not allowed to"),
    errno.EROFS: N_("the disk can only be read"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOSPC: N_("the disk is full"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.ELOOP: N_("its links go round in a circle"),
    errno.EBUSY: N_("another program is using it"),
}


def reason_text(error: OSError) -> str:
    """Why the system would not: in the language in use where it is a common reason, else in the system's words."""
    known = _REASONS.get(error.errno) if error.errno is not None else None
    return _(known) if known else error.strerror or str(error)


class ProjledgerError(Exception):
    """An operation that could not be done. `str()` is the whole message, in the language in use."""

    exit_code: ClassVar[int] = 2


class WorkspaceNotFoundError(ProjledgerError):
    """No `projledger.yaml` where we were told to look, or anywhere above."""

    def __init__(self, start: str) -> None:
        super().__init__(
            _(
                "no projledger.yaml in {start}, in a ledgers folder there, or in any folder above. "
                "Name the folder with --workspace DIR, or make one with: projledger init"
            ).format(start=start)
        )


class UsageError(ProjledgerError):
    """A request that makes no sense as written; `message` is already translated."""


class UnknownCountryError(UsageError):
    """A country whose working calendar nobody here knows."""

    def __init__(self, country: str) -> None:
        super().__init__(
            _(
                "calendar.country: no working calendar is known for “{country}”; "
                "write the two capital letters of ISO 3166, for example CN, or leave it out for Monday to Friday"
            ).format(country=country)
        )


class CalendarUnavailableError(ProjledgerError):
    """The calendar of another country than China, without the library that knows it."""

    def __init__(self, country: str) -> None:
        super().__init__(
            _(
                "the working calendar of {country} needs a library that is not installed: "
                "pip install 'projledger[holidays]'"
            ).format(country=country)
        )


class ConversionError(ProjledgerError):
    """A file that could not be turned into UTF-8; `message` is already translated and says what to try."""

    exit_code = 3


class UnknownReferenceError(ProjledgerError):
    """A reference that names nothing in the workspace."""

    def __init__(self, ref: str, close: tuple[str, ...] = ()) -> None:
        self.ref = ref
        message = _("nothing in this workspace is called {ref}").format(ref=ref)
        if close:
            message += _("; did you mean {names}?").format(names=listing(close))
        super().__init__(message)


class UnreadReferenceError(ProjledgerError):
    """A reference to something that stands in a ledger which cannot be read."""

    exit_code = 3

    def __init__(self, ref: str, file: str) -> None:
        super().__init__(
            _("{ref} stands in {file}, which cannot be read; what is wrong there: projledger check {file}").format(
                ref=ref, file=file
            )
        )


class NoTableError(ProjledgerError):
    """A report without a main table, asked for as CSV."""

    def __init__(self) -> None:
        super().__init__(
            _("csv holds one table, and this report is more or less than that: use -f text, markdown, json or html")
        )


class PdfUnavailableError(ProjledgerError):
    """PDF asked for without the library that sets it."""

    def __init__(self) -> None:
        super().__init__(_("pdf needs a library that is not installed: pip install 'projledger[pdf]'"))


class FontMissingError(ProjledgerError):
    """PDF of a document with Chinese text, on a machine whose fonts have none."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "no font with Chinese characters is installed here, and pdf embeds one: apt-get install fonts-noto-cjk "
                "(elsewhere: Noto Sans CJK SC or Source Han Sans SC)"
            )
        )


class WriteRefusedError(ProjledgerError):
    """A write that was not done; nothing changed on disk."""

    exit_code = 4

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(_("{path} was not written: {reason}").format(path=path, reason=reason))


class LedgerOutputError(WriteRefusedError):
    """A report that would take the place of a ledger."""

    def __init__(self, path: str) -> None:
        super().__init__(
            path,
            _("it is where a ledger of a workspace stands or would stand; name another file, such as {example}").format(
                example="report.html"
            ),
        )


class GitError(ProjledgerError):
    """What is asked of git has no answer here."""


class GitMissingError(GitError):
    """No git on this machine."""

    def __init__(self) -> None:
        super().__init__(_("git is not installed here, and this needs it"))


class GitFailedError(GitError):
    """A git command that failed; `said` is git's own message."""

    def __init__(self, command: str, said: str) -> None:
        line = next((line for line in said.splitlines() if line.strip()), "?")
        super().__init__(_("git {command} failed: {said}").format(command=command, said=line))


class NotARepositoryError(GitError):
    """A workspace that git knows nothing of."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            _("{folder} is not in a git repository; history begins with: git init, git add, git commit").format(
                folder=folder
            )
        )


class UnmergedError(ProjledgerError):
    """A merge that is not finished: the index has two versions of a file."""

    def __init__(self, file: str) -> None:
        super().__init__(
            _("{file} has conflicts of an unfinished merge; resolve them and git add it first").format(file=file)
        )


class GitTooOldError(GitError):
    """A git without what we ask of it."""

    def __init__(self, version: str, needed: str) -> None:
        super().__init__(
            _("git {version} is too old for this: {needed} or newer is needed").format(version=version, needed=needed)
        )


class NoCommitsError(GitError):
    """A repository before its first commit."""

    def __init__(self) -> None:
        super().__init__(_("this repository has no commits yet; history begins with: git add, git commit"))


class BareRepositoryError(ProjledgerError):
    """A repository without a work tree, where there are no files to read."""

    def __init__(self) -> None:
        super().__init__(_("this is a bare repository, without files; clone it, and work in the clone"))


class UnknownRevisionError(ProjledgerError):
    """A revision that names no commit; a shallow clone may only not have it."""

    def __init__(self, rev: str, shallow: bool = False) -> None:
        message = _(
            "“{rev}” names no commit here; write a commit, a tag, a branch, or a day such as 2024-06-01"
        ).format(rev=rev)
        if shallow:
            message = _("{message}. This clone has only the last part of the history: git fetch --unshallow").format(
                message=message
            )
        super().__init__(message)


class NoSuchDayError(ProjledgerError):
    """A revision that is meant for a day, and is none."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(_("{reason}, and no commit has that name; {remedy}").format(reason=reason, remedy=remedy))


class NoVersionError(ProjledgerError):
    """A day before the first commit; a shallow clone may only not have the earlier ones."""

    def __init__(self, day: str, first: str, shallow: bool = False) -> None:
        message = _("no commit is as old as {day}: the first one here is of {first}").format(day=day, first=first)
        if shallow:
            message = _("{message}. This clone has only the last part of the history: git fetch --unshallow").format(
                message=message
            )
        super().__init__(message)


class ForgottenRevisionError(ProjledgerError):
    """A branch at a day from which this clone does not know where it was; `commit` is the last one before, if any."""

    def __init__(self, rev: str, commit: str) -> None:
        message = _("this clone does not remember “{rev}”: it logs a branch only since it was cloned").format(rev=rev)
        if commit:
            message = _("{message}. By the dates of the commits it was {commit}; look at that one, and name it").format(
                message=message, commit=commit
            )
        super().__init__(message)


class AmbiguousRevisionError(ProjledgerError):
    """A revision that is the name of several things."""

    def __init__(self, rev: str) -> None:
        super().__init__(
            _("“{rev}” is more than one thing here; write tags/{rev} for the tag, heads/{rev} for the branch").format(
                rev=rev
            )
        )


class ObjectMissingError(ProjledgerError):
    """Something that the history refers to and this clone cannot read."""

    def __init__(self, blob: str) -> None:
        super().__init__(
            _(
                "git cannot read {blob}: it is damaged, or was left out of this clone; "
                "git fsck names what is damaged, git fetch --refetch brings what was left out"
            ).format(blob=blob[:7])
        )


class DistrustedRepositoryError(ProjledgerError):
    """A repository whose folder belongs to somebody else: git refuses to look into it."""

    def __init__(self, command: str) -> None:
        super().__init__(
            _(
                "git refuses this repository, since its folder belongs to somebody else; if you trust it: {command}"
            ).format(command=command)
        )


class NoLedgersAtRevisionError(ProjledgerError):
    """A commit without the workspace."""

    def __init__(self, commit: str, folder: str) -> None:
        super().__init__(_("commit {commit} has no projledger.yaml in {folder}").format(commit=commit, folder=folder))


class SubmoduleError(NoLedgersAtRevisionError):
    """Projects that stand in another repository: what they said at a commit, this one does not know."""

    exit_code = 3

    def __init__(self, commit: str, name: str) -> None:
        ProjledgerError.__init__(
            self,
            _(
                "{name} is a submodule at commit {commit}: its ledgers are kept in another repository, and cannot be "
                "read from this one"
            ).format(name=name, commit=commit),
        )


class UncommittedReferenceError(ProjledgerError):
    """A reference to something that no commit holds yet."""

    def __init__(self, ref: str) -> None:
        message = _("{ref} is in no commit yet; its history begins with: git add, git commit")
        super().__init__(message.format(ref=ref))
