"""Keeps what a script writes while it is probed away from its owner's files, by the best guard that holds here.

A guard is tried in a process of its own before the script runs. The best is an overlay, in which everything works and nothing is lost;
Landlock refuses what is not redirected; a copy of the folder and redirected functions do not hold for what other programs write.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError
from advisor.wording import first_few
from probes.safety.folder_copy import small
from probes.safety.moves_by_copying import move_by_copying
from probes.safety.store import Store, new_store
from probes.safety.trackers import keep_trackers_off
from probes.safety.trial import Trial

GUARDS = "ADVISOR_GUARDS"  # which of them may be used, parted by commas; all of them where it is not set
NO_OVERLAY = "ADVISOR_NO_OVERLAY"  # set it to do without overlays even where there are some
PYTHON = "what {name} itself writes goes to a temporary {folder}"
SAID = {
    "overlay": "What {name} and the programs it starts write is kept apart in memory.",
    "landlock": f"There are no overlays here: {PYTHON}, and Landlock keeps it and the programs it starts from writing anywhere else but in"
    " /dev/shm.",
    "copy": f"There are neither overlays nor Landlock here: {PYTHON}, but what libraries in C and the programs it starts write to paths"
    " outside of that copy is not kept from your files.",
    "redirect": f"There are neither overlays nor Landlock here: {PYTHON}, but what libraries in C and the programs it starts write is not"
    " kept from your files.",
}
NOTHING = "Nothing keeps what {name} writes from your files here."


@dataclass(frozen=True)
class Choice:
    """The guard that is taken, "" for none, the sentence for it, and whether it holds for other programs too."""

    guard: str
    sentence: str
    holds: bool


def overlay(folders: tuple[Path, ...]) -> Any:
    """Everything is written to overlays in memory."""
    from probes.safety.overlay import enter_overlay

    kept = enter_overlay(folders)
    move_by_copying()
    return kept


def landlock(folders: tuple[Path, ...]) -> Any:
    """Python's writes are redirected, in a copy of the folders where they are small, and no others are allowed."""
    from probes.safety.landlock import write_only_in

    store = new_store(folders)
    write_only_in(store.root)
    move_by_copying()
    return store.start()


def copy(folders: tuple[Path, ...]) -> Any:
    """The script runs in a copy of its folder, which has to be small, and Python's writes elsewhere are redirected."""
    store = new_store(folders)
    if folders and not store.copied:
        raise OSError("the folder is too large to be copied")
    return store.start()


def redirect(_: tuple[Path, ...]) -> Any:
    """Python's writes are redirected."""
    return new_store(()).start()


ORDER: dict[str, Callable[[tuple[Path, ...]], Any]] = {it.__name__: it for it in (overlay, landlock, copy, redirect)}  # the best first


def keep_files_safe(script: Path | None = None, guard: str | None = None, store: Store | None = None, *, unguarded: bool = False) -> Any:
    """From now on nothing this process writes lands among the user's files; call it before it has a second thread.

    `guard` is one that was chosen before; `store` is that of a process that was guarded, and started this one. Returns an object that lists
    by `written()` what would have been written, and tells by `place(path)` where a file is now. Experiment trackers are switched off.

    Raises
    ------
    AdvisorError
        No guard holds here for other programs that the script starts, and it is not to run `unguarded`; or the chosen one failed.
    """
    keep_trackers_off()
    if store is not None:
        return store.start()
    script = Path.cwd() / "script" if script is None else script
    guard = chosen(script, unguarded=unguarded).guard if guard is None else guard
    if not guard:
        return Unguarded()
    try:
        return ORDER[guard](folders_of(script))
    except OSError as error:
        raise AdvisorError(f"{script.name} was not run, for its files could not be kept safe: {error}.") from error


def chosen(script: Path, *, unguarded: bool = False) -> Choice:
    """The best guard that holds here for this script, tried.

    Raises
    ------
    AdvisorError
        None holds for the programs that the script starts, and it is not to run `unguarded`.
    """
    best = Choice("", NOTHING.format(name=script.name), holds=False)
    for name in allowed():
        trial = Trial(folders_of(script)).of(ORDER[name])
        if not trial.python:
            continue
        folder = "copy of its folder" if name != "redirect" and small(folders_of(script)) else "folder"
        best = Choice(name, SAID[name].format(name=script.name, folder=folder), trial.programs)
        break
    if not best.holds and not unguarded:
        raise AdvisorError(f"{script.name} was not run. {best.sentence} --unguarded runs it all the same.")
    return best


def allowed() -> list[str]:
    """The guards that may be used, the best first."""
    if not hasattr(os, "fork"):
        return ["copy", "redirect"]
    names = os.environ.get(GUARDS)
    wanted = list(ORDER) if names is None else [it.strip() for it in names.split(",")]
    return [it for it in ORDER if it in wanted and not (it == "overlay" and os.environ.get(NO_OVERLAY))]


def folders_of(script: Path) -> tuple[Path, ...]:
    """The script's folder and the current one."""
    return tuple(dict.fromkeys((script.resolve().parent, Path.cwd())))


class Unguarded:
    """Nothing is kept apart."""

    def __init__(self) -> None:
        self.folder = Path.cwd()

    def place(self, path: Path) -> Path:
        """Where it is."""
        return path

    def written(self) -> list[Path]:
        """None that would be known of."""
        return []


def kept_away_note(apart: Any) -> list[str]:
    """A sentence on what was written and kept apart."""
    written = apart.written()
    if not written:
        return []
    names = [str(path.relative_to(apart.folder) if path.is_relative_to(apart.folder) else path) for path in written]
    return [f"What the script wrote while it was probed was kept away from your files: {first_few(names, 3)}."]
