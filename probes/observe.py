"""Runs a script and logs its training, without touching it: `python -m probes.observe RUN_DIR [-m] train.py ARGS`.

Learning rates, random states and the order of data stay the script's own. It works below a launcher too: `torchrun -m probes.observe …`,
where only rank 0 logs.
"""

import atexit
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from probes.hooks.after_import import after_import
from probes.hooks.torch_hooks import is_first_rank
from probes.observing.last_words import NAME, LastWords, keep_signal
from probes.programs import notebook
from probes.programs.program import Program, module_file
from probes.programs.run_script import run_as_main

if TYPE_CHECKING:
    from probes.observing.recorder import Recorder

NO_STEP = (
    "no optimizer step was seen in {name}, so nothing was logged: it ended before its first one, its optimizer is none of torch's or "
    "fastai's (DeepSpeed, Megatron), or it trains in other processes than the one that was started."
)
NOTHING_LOGGED = "nothing was logged of {name}, for the reason given above; the script itself ran as always."


def observed(program: Program, folder: Path) -> tuple[int, bool]:
    """Run the program in a process of its own, its training logged in `folder`.

    Returns the status it ended with, and whether a part of its log was lost.

    It gets every signal that this process gets, and ends with it. One with a launcher is started by that, and logged by its first rank.

    Raises
    ------
    AdvisorError
        There is no such script, or it is no notebook though it is named like one.
    """
    from probes.process.child_process import START, start
    from probes.process.reaped import REAPER_OF_THIS
    from probes.process.supervised import Supervisor
    from probes.trainings.model_file import existing_file

    if existing_file(program.path).suffix == notebook.SUFFIX:
        notebook.sources(program.path)  # it is one
    named = ["-m", program.module] if program.module else [str(program.path)]
    role = [str(folder.absolute()), *named, *program.arguments]
    environment = {**os.environ, **program.environment}

    def begun(pipe: int) -> subprocess.Popen:
        passed = [pipe] if os.name == "posix" else []  # Windows has no such thing
        if program.launcher:  # which does not hand the pipe on
            process = subprocess.Popen([*program.launcher, str(START), "observe", "", *role], env=environment)
        else:
            told = f"{pipe}:{os.getpid()}" if passed else ""
            process = start("observe", told, *role, pass_fds=passed, env=environment)
        REAPER_OF_THIS.watch(process.pid)
        return process

    supervisor = Supervisor()
    status = supervisor.status_of(begun)
    REAPER_OF_THIS.forget(supervisor.process.pid)  # type: ignore[union-attr]
    keep_signal(folder, status)
    return status, supervisor.lost


def watch(folder: Path, lost: Callable[[], None] = lambda: None) -> "Recorder":
    """Log this process's training from now until it ends; `lost` is called where that cannot go on."""
    from probes.hooks.torch_hooks import Hooks, complained
    from probes.observing.recorder import Recorder

    recorder = Recorder(folder)

    def failed(error: Exception) -> None:
        lost()
        complained(error)

    hooks = Hooks(recorder, failed).start()
    atexit.register(lambda: hooks.tell("close") if hooks.on else None)
    return recorder


def main(lost: Callable[[], None] = lambda: None) -> None:
    """Run the script in this process, logged where it is that of rank 0, and leave with the status Python would have left with.

    What it said before it ended badly is kept beside the log of its training.
    """
    folder, path, *arguments = sys.argv[1:]
    module = arguments.pop(0) if path == "-m" else ""
    program = Program(module_file(module) if module else Path(path), tuple(arguments), module)
    words, errors, first = LastWords(sys.stdout, sys.stderr), list[BaseException](), is_first_rank()

    def gone() -> None:
        words.follow(None)  # there is no log that anything could be kept beside
        lost()

    if first:
        after_import("torch", lambda: words.follow(watch(Path(folder), gone)))
    status = run_as_main(program, errors.append)
    if words.training or (not first and Path(folder).is_dir()):
        words.write(Path(folder), NAME.format("" if first else f".rank{os.environ['RANK']}"), status, errors)
    sys.exit(status)


def reported() -> None:
    """`main` in a process that `observed` started, which is told through a pipe of signals, and of what the log lost.

    It ends with the one that started it, also where that is killed before its reaper knows of this one.
    """
    from advisor.lifeline import end_with
    from probes.process.supervised import report_loss, report_signals

    pipe, _, parent = sys.argv.pop(1).partition(":")
    if pipe:
        end_with(int(parent))
        report_signals(int(pipe))
    main((lambda: report_loss(int(pipe))) if pipe else (lambda: None))


if __name__ == "__main__":
    main()
