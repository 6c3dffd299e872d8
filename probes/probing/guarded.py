"""What has to be so before a script is run to be probed, and after: a guard was tried and holds, and the user's files are as they were."""

import contextlib
import os
from dataclasses import replace
from pathlib import Path

from probes.probing.recipes import GuardOf, RankedScript, Script
from probes.process.other_writers import held_open, running
from probes.process.remote_training import RemoteTraining
from probes.safety.files import Choice, folders_of
from probes.safety.folder_copy import outermost
from probes.safety.tree import changes, look


def guarded(recipe: Script | RankedScript, *, unguarded: bool) -> tuple[Script | RankedScript, Choice]:
    """The recipe with the best guard that holds for it here, and that choice.

    Raises
    ------
    AdvisorError
        None holds for the programs that the script starts, and it is not to run `unguarded`.
    """
    choice = guard_for(recipe.path, unguarded=unguarded)
    return replace(recipe, guard=choice.guard), choice


def guard_for(script: Path, *, unguarded: bool) -> Choice:
    """The best guard that holds for the script here.

    It takes about a second, which a first signal is to wait for: a trial that is ended in between may leave what it wrote.

    Raises
    ------
    AdvisorError
        None holds for the programs that the script starts, and it is not to run `unguarded`.
    """
    with contextlib.closing(RemoteTraining(GuardOf(script, unguarded))) as trying:
        return Choice(*(trying.ask("get", name) for name in ("guard", "sentence", "holds")))


class WatchedFolders:
    """The script's folder and the current one, as they were; what is logged in `out` is ours, and `held` is whether its guard holds."""

    def __init__(self, script: Path, out: Path, *, held: bool):
        self.name, self.here, self.held = script.name, Path.cwd(), held
        self.folders = outermost(folders_of(script))
        self.logs = out.absolute().parent
        missing = [it for it in (out.absolute(), *out.absolute().parents) if not it.exists()]
        self.ours = missing[-1] if missing else out.absolute()
        self.others, self.before = running(), look(self.folders, self.ours)

    def changed(self) -> str | None:
        """A sentence on what is not as it was; None where all is. What is new beside `out` may be of another probe.

        What a program that ran before the script did still writes, as our own output to a file, is that program's.
        """
        found = self.before.difference(look(self.folders, self.ours), self.logs)
        theirs = held_open(self.others) if found else set()
        return changes({path: how for path, how in found.items() if identity(path) not in theirs}, self.name, self.here, held=self.held)


def identity(path: str) -> tuple[int, int] | None:
    """Device and number of what lies there; None where nothing does."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
