"""What has to be so before a script is run to be probed, and after: a guard was tried and holds, and the user's files are as they were."""

import contextlib
from dataclasses import replace
from pathlib import Path

from probes.probing.recipes import GuardOf, RankedScript, Script
from probes.process.remote_training import RemoteTraining
from probes.safety.files import folders_of
from probes.safety.tree import changes, look


def guarded(recipe: Script | RankedScript, *, unguarded: bool) -> tuple[Script | RankedScript, str | None]:
    """The recipe with the guard that holds for it here, and a sentence where that is not the best there is.

    Raises
    ------
    AdvisorError
        None holds for the programs that the script starts, and it is not to run `unguarded`.
    """
    with contextlib.closing(RemoteTraining(GuardOf(recipe.path, unguarded))) as trying:
        guard, sentence = trying.ask("get", "guard"), trying.ask("get", "sentence")
    return replace(recipe, guard=guard), None if guard == "overlay" else sentence


class WatchedFolders:
    """The script's folder and the current one, as they were; what is logged in `out` is ours."""

    def __init__(self, script: Path, out: Path):
        self.name, self.here = script.name, Path.cwd()
        folders = folders_of(script)
        self.folders = tuple(it for it in folders if not any(it != other and it.is_relative_to(other) for other in folders))
        self.logs = out.absolute().parent
        missing = [it for it in (out.absolute(), *out.absolute().parents) if not it.exists()]
        self.ours = missing[-1] if missing else out.absolute()
        self.before = look(self.folders, self.ours)

    def changed(self) -> str | None:
        """A sentence on what is not as it was; None where all is. What is new beside `out` may be of another probe."""
        return changes(self.before, look(self.folders, self.ours), self.name, self.here, self.logs)
