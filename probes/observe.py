"""Runs a script and logs its training, without touching it: `python -m probes.observe RUN_DIR train.py ARGS`.

Learning rates, random states and the order of data stay the script's own. It works below a launcher too: `torchrun -m probes.observe …`,
where only rank 0 logs.
"""

import atexit
import contextlib
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probes.hooks.after_import import after_import
from probes.hooks.torch_hooks import is_first_rank
from probes.process.run_script import run_as_main

if TYPE_CHECKING:
    from probes.observing.recorder import Recorder

NO_STEP = (
    "no optimizer step was seen in {name}, so nothing was logged: it ended before its first one, its optimizer is none of torch's or "
    "fastai's (DeepSpeed, Megatron), or it trains in other processes than the one that was started."
)


def observed(path: Path, arguments: list[str], folder: Path) -> int:
    """Run the script in a process of its own, its training logged in `folder`; the status it ended with.

    Raises
    ------
    AdvisorError
        There is no such script.
    """
    from probes.process.child_process import importable
    from probes.trainings.model_file import existing_file

    command = [sys.executable, "-m", "probes.observe", str(folder.absolute()), str(existing_file(path)), *arguments]
    with ignored_interrupts():  # Ctrl-C is the script's; it reaches both
        code = subprocess.Popen(command, env=importable()).wait()
    return code if code >= 0 else 128 - code


@contextlib.contextmanager
def ignored_interrupts() -> Iterator[None]:
    """SIGINT does nothing to this process within the block, and what it always does to one started there; for the main thread alone."""
    before = signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN, which the script would inherit
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def watch(folder: Path) -> None:
    """Log this process's training from now until it ends."""
    from probes.hooks.torch_hooks import Hooks
    from probes.observing.recorder import Recorder

    recorder = Recorder(folder)
    sys.excepthook = keeping_the_trace(folder, recorder, sys.excepthook)
    hooks = Hooks(recorder).start()
    atexit.register(lambda: hooks.tell("close") if hooks.on else None)


def keeping_the_trace(folder: Path, recorder: "Recorder", shown: Callable[..., Any]) -> Callable[..., Any]:
    """Shows an exception as before, and keeps its text beside the training it ended."""

    def show(kind, error, trace) -> None:
        if recorder.step:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "traceback.log").write_text("".join(traceback.format_exception(kind, error, trace)), encoding="utf-8")
        shown(kind, error, trace)

    return show


def main() -> None:
    """Run the script in this process, logged where it is that of rank 0, and leave with the status Python would have left with."""
    folder, path, *arguments = sys.argv[1:]
    if is_first_rank():
        after_import("torch", lambda: watch(Path(folder)))
    code = run_as_main(Path(path).resolve(), arguments)
    sys.stdout.flush()
    sys.exit(code)


if __name__ == "__main__":
    main()
