"""What mends a program that ended by an error: what the words of the error call for.

The first family of the tables (of_the_machine.py, of_the_program.py) that one of the errors belongs to counts, wherever it was told. A
program that fails makes others fail: an error that only passes on another's is never the one to mend, and processes that waited for it in
vain only where nothing else is told.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from advisor.evidence.failing.family import Family
from advisor.evidence.failing.of_the_machine import MACHINE, PROCESSES
from advisor.evidence.failing.of_the_program import PROGRAM
from advisor.scalar import CUT_OFF, Line

SHOWN = 160  # characters
FAILURES = ("traceback", "data-loader", "communication", "time-limit", "logged-error")
PASSED_ON = re.compile(r"(?:\w+\.)*(?:ChildFailedError|ProcessRaisedException|ProcessExitedException|CalledProcessError)\b")
TOO_LITTLE_TIME = "the job was given too little time: go on from the last checkpoint, or ask for more"
OTHER_SIZE = re.compile(
    r"size mismatch for (?P<name>[\w.]+): copying a param with shape (?:torch\.Size\()?(?P<file>\[[\d, ]*\])\)? from checkpoint"
    r".*?current model is (?:torch\.Size\()?(?P<model>\[[\d, ]*\])"
)
MANY_PROCESSES = re.compile(r"(?i)torchrun|\brank|elastic|spawn|worker process|deepspeed|nccl")
COMMANDS = {
    "num_workers": "DataLoader(dataset, num_workers=0)",
    "checkpoint": "print({name: x.shape for name, x in torch.load(path, map_location='cpu').items()})  # beside model.state_dict()'s",
}  # where the line that sets it is another for this value
NOWHERE = ("port", "shared_memory", "open_files", "num_workers", "disk_space", "collectives", "downloads")  # no line of code is at fault
DEBUGGED = "stops where the error is raised, with all variables at hand"
DEBUGGER = f"python -m pdb -c continue {{script}}  # {DEBUGGED}"


@dataclass(frozen=True)
class Mend:
    """What mends a program that ended: `hparam` becomes `to`, the reason, the line that told of it, and a command where one helps."""

    hparam: str
    to: str | int
    why: str
    line: Line | None = None
    how: str = ""


def mend_of(lines: Iterable[Line] | None) -> Mend:
    """What the words of the errors call for."""
    told = [line for line in lines or () if line.kind in FAILURES]
    errors = [line for line in told if not PASSED_ON.match(line.text) and line.text != CUT_OFF and line.kind != "time-limit"]
    if (found := in_families((*MACHINE, *PROGRAM), errors)) is not None:
        return found
    own = [line for line in errors if in_families(PROCESSES, [line]) is None]
    if own:
        debugger = "" if any(MANY_PROCESSES.search(line.text) for line in told) else DEBUGGER.format(script=own[-1].script or "train.py")
        return Mend("failing_line", "mended", quoted(own[-1]), own[-1], debugger)
    if (found := in_families(PROCESSES, errors)) is not None:
        return found
    if limits := [line for line in told if line.kind == "time-limit"]:
        return Mend("checkpoint", "often", TOO_LITTLE_TIME, limits[0])
    if any(PASSED_ON.match(line.text) for line in told):
        return Mend("last_line", "found", "only that another process failed is told here: its own traceback names the error", told[-1])
    if told:
        where = f", at {told[-1].at}" if told[-1].at else ""
        return Mend(
            "last_line", "found", f"the log ends before it names the error{where}: the last line of the traceback says it", told[-1]
        )
    return Mend("failing_line", "mended", "the error's own words say what to mend")


def in_families(families: Iterable[Family], errors: Sequence[Line]) -> Mend | None:
    """What the first of the families calls for that an error belongs to; of several of its errors the last is quoted."""
    for family in families:
        if found := [line for line in errors if family.says.search(f"{line.text}\n{line.more}\n{line.at}")]:
            error = replace(found[-1], at="") if family.hparam in NOWHERE else found[-1]
            why = other_sizes(error) if family.hparam == "checkpoint" else ""
            return Mend(family.hparam, family.to, f"{quoted(error)}; {why or family.why}", found[-1], COMMANDS.get(family.hparam, ""))
    return None


def other_sizes(line: Line) -> str:
    """Which weights have other shapes in the file than in the model, as the error tells it below its first line; "" where it does not."""
    if (told := OTHER_SIZE.search(f"{line.text} {line.more}")) is None:
        return ""
    name, ours, theirs = told["name"], told["file"], told["model"]
    return f"{name} is {ours} in the file and {theirs} in the model: make both of one size, the number of classes if it is the last layer"


def quoted(line: Line) -> str:
    """The error as it was told, and where in the user's own code."""
    text = line.text.strip()[:SHOWN].rstrip(".: ")
    return f"the error says it, at {line.at}: {text}" if line.at else f"the error says it: {text}"
