"""A command that gets a signal at some moment: how it ended, what survived it, what it changed and what it left behind."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import advisor
from advisor.errors import AdvisorError

ROOT = Path(__file__).parents[2]
MARK = "ADVISOR_SIGNAL_TRIAL"
SURVIVAL = 5.0  # seconds that a process may outlive the one that started it
PATIENCE = 60.0  # seconds a command may take to end; machines are busy
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)  # the last cannot be ignored
TRAIN = """
import subprocess, sys, torch
from torch.utils.data import DataLoader, TensorDataset

if __name__ == "__main__":
    helper = subprocess.Popen(["sleep", "300" if sys.argv[1:] else "0"])  # after a signal to it alone Python leaves it
    model = torch.nn.Linear(8, 1)
    optimizer = torch.optim.SGD(model.parameters(), 1e-3)
    data = TensorDataset(torch.randn(512, 8))
    open("written.txt", "a").write("by the script")
    try:
        for epoch in range(2000):
            for x, in DataLoader(data, 16, num_workers=epoch % 2):
                optimizer.zero_grad()
                (model(x) ** 2).mean().backward()
                optimizer.step()
    finally:
        helper.kill()
"""
NOISE = ("--only", "noise", "--steps", "2000")
TORCHRUN = ("torchrun", "--standalone", "--nproc-per-node", "2", "train.py")
COMMANDS = {  # with the seconds within which a signal comes
    "probe": (["probe", "train.py", *NOISE, "--", "helped"], 12.0),
    "run": (["run", "train.py"], 12.0),
    "diagnose": (["diagnose", "logs", "--json", "--jobs", "2"], 8.0),
    "watch": (["watch", "logs", "--json"], 5.0),
    "probe of a module": (["probe", *NOISE, "-m", "pkg.train"], 12.0),
    "run of a module": (["run", "-m", "pkg.train"], 12.0),
    "probe of a notebook": (["probe", "train.ipynb", *NOISE], 12.0),
    "run of a notebook": (["run", "train.ipynb"], 12.0),
    "probe of a line": (["probe", *NOISE, "--", *TORCHRUN], 20.0),
    "run of a line": (["run", "--", *TORCHRUN], 20.0),  # torchrun ends with 1, whatever signal it gets itself
    "probe of ranks": (["probe", "train.py", *NOISE, "--ranks", "2"], 20.0),
}


@dataclass
class Trial:
    """What came of one."""

    what: str
    status: int
    seconds: float  # until it ended
    survivors: list[str]
    changed: list[str]
    unreadable: list[str]
    said: str
    finished: bool = False  # before the signal

    @property
    def faults(self) -> list[str]:
        """What is wrong with it, in words; nothing where all is well."""
        own = self.what.startswith("run")  # the script's, as Python shows it
        number = next(n for n in SIGNALS if n.name in self.what)
        expected = {-signal.SIGKILL} if number == signal.SIGKILL else {128 + number, -number}  # the latter before the command began
        expected |= {1} if self.what.startswith("run of a line") and "to its group" in self.what else set()
        told = [] if self.status in expected or (self.finished and self.status == 0) else [f"status {self.status}"]
        told += [f"it took {self.seconds:.0f} s to end"] * (self.seconds > 20)
        told += [f"survived: {self.survivors}"] * bool(self.survivors) + [f"changed: {self.changed}"] * bool(self.changed)
        loud = "Traceback" in self.said and not own and self.status != -number  # else Python's own, before there was a line of ours
        unreadable = [what for what in self.unreadable if not (number == signal.SIGKILL and what.startswith("JSON"))]  # cut anywhere
        told += [f"unreadable: {unreadable}"] * bool(unreadable) + ["a traceback"] * loud
        return [f"{self.what}: {fault}" for fault in told]


def project(folder: Path) -> Path:
    """A folder with a script, the same as a module and as a notebook, files to lose, and the logs of a search."""
    (folder / "pkg").mkdir()
    for path in ("train.py", "pkg/train.py", "pkg/__init__.py"):
        (folder / path).write_text(TRAIN * path.endswith("train.py"))
    cell = {"cell_type": "code", "source": TRAIN.splitlines(keepends=True)}
    (folder / "train.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [cell]}))
    (folder / "precious.txt").write_text("original")
    for i in range(120):
        (folder / "logs" / f"{i}").mkdir(parents=True)
        rows = [f"{step},{2.0 / (1 + step / 50) + 0.01 * (step * 7919 % 13)}" for step in range(600)]
        (folder / "logs" / f"{i}" / "metrics.csv").write_text("\n".join(["step,train_loss", *rows]) + "\n")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """The user's files, and what is in them; not what a command logs."""
    names = (path for path in folder.rglob("*") if path.is_file() and "runs" not in path.relative_to(folder).parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in names}


def living(mark: str) -> list[str]:
    """The command lines of the processes that have this mark in their environment, and are no zombies."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return [line for line in found if line]


def ignore_nothing() -> None:
    """Let this process be ended by signals that a shell has its background jobs ignore, which they pass on to all they start."""
    for number in SIGNALS[:-1]:
        signal.signal(number, signal.SIG_DFL)


def tried(folder: Path, command: str, number: int, moment: float, group: bool) -> Trial:
    """Start the command in a project, send it (or its whole group, as a terminal does) the signal after so many seconds."""
    arguments, _ = COMMANDS[command]
    before, mark = contents(folder), uuid.uuid4().hex
    environment = {**os.environ, "PYTHONPATH": str(ROOT), MARK: mark}
    with (folder.parent / "out").open("w") as out, (folder.parent / "err").open("w") as err:
        start = [sys.executable, "-m", "advisor", *arguments]
        options = {"cwd": folder, "env": environment, "stdout": out, "stderr": err, "start_new_session": True}
        process = subprocess.Popen(start, preexec_fn=ignore_nothing, **options)
        time.sleep(moment)
        sent, finished = time.monotonic(), process.poll() is not None
        (os.killpg if group else os.kill)(process.pid, number)
        status = process.wait(PATIENCE)
    ended = time.monotonic()
    while (survivors := living(mark)) and time.monotonic() < ended + SURVIVAL:
        time.sleep(0.1)
    changed = sorted(set(before.items()) ^ set(contents(folder).items()))
    names = [name for name, _ in changed if not (command.startswith("run") and name == "written.txt")]
    (folder / "written.txt").unlink(missing_ok=True)
    what = f"{command}, {signal.Signals(number).name} to {'its group' if group else 'it'} after {moment:.2f} s"
    said = (folder.parent / "err").read_text()
    return Trial(what, status, ended - sent, survivors, names, unreadable(folder, command), said, finished)


def unreadable(folder: Path, command: str) -> list[str]:
    """The run directories, and JSON, that cannot be read; the directories are gone then."""
    wrong = []
    for run in (folder / "runs").glob("*"):
        if any(run.iterdir()):
            try:
                advisor.read(run)
            except AdvisorError as error:
                early = ("hold no scalars", "before its first measurement")  # nothing was measured when the signal came
                wrong += [str(error)] * (not any(said in str(error) for said in early))
    shutil.rmtree(folder / "runs", ignore_errors=True)
    text = (folder.parent / "out").read_text()
    try:
        [json.loads(part) for part in ([text] if command == "diagnose" else text.splitlines() if command == "watch" else []) if part]
    except ValueError as error:
        wrong.append(f"JSON: {error}")
    return wrong


def drawn(seed: int) -> tuple[str, int, float, bool]:
    """A command, a signal, a moment and whether it goes to the whole group; SIGKILL goes to one alone."""
    draw = random.Random(seed)
    command, number = [*COMMANDS][seed % len(COMMANDS)], draw.choice(SIGNALS)
    return command, number, draw.uniform(0, COMMANDS[command][1]), number != signal.SIGKILL and draw.random() < 0.5
