"""Text beside a run: the lines that tell of a failure, by what the failing programs really print."""

import re
from collections.abc import Iterator
from pathlib import Path

from advisor.formats import Log
from advisor.scalar import Line

NAME = "text"
BESIDE = True
SUFFIXES = {".log", ".out", ".err", ".txt"}
NAMES = {"nohup.out", "stderr", "stdout"}
END = 2 << 20  # bytes read at each end of a file; what lies between is passed over
KEPT = 3  # lines of one kind, of one file
WIDTH = 300  # characters of a line kept
LONGEST = 4000  # characters of a line looked at

KINDS = {
    "out-of-memory": r"(?:CUDA|HIP|XPU|MPS backend) out of memory|CUDA error: out of memory|OutOfMemoryError|RESOURCE_EXHAUSTED"
    r"|CU(?:BLAS|DNN)_STATUS_ALLOC_FAILED|DefaultCPUAllocator: can't allocate memory|not enough memory: you tried to allocate"
    r"|Cannot allocate memory|^(?:numpy\S*)?MemoryError\b",
    "killed": r"^\s*Killed\s*$|: *(?:line )?\d+:? +\d+ Killed\b|oom[-_]kill|Out of memory: Killed process|\bSIGKILL\b"
    r"|(?i:exit ?code|exit status|return ?code|exited with code)\W{0,4}(?:-9|137)\b",
    "data-loader": r"DataLoader worker .*(?:exited unexpectedly|killed by signal)|received 0 items of ancdata"
    r"|unable to (?:open|write to|mmap) (?:shared memory|file </torch_)|out of shared memory",
    "communication": r"NCCL error|nccl(?:Unhandled|System|Internal|Remote|Invalid)\w*(?:Error|Usage|Argument)|Dist(?:Backend|Network)Error"
    r"|Watchdog caught collective operation timeout|Gloo.*(?:Connection closed|timed out)|ProcessGroup\w+.*(?i:timeout|timed out)",
    "nan": r"(?i:(?:\b|train_|total_)loss(?:es)?\b(?: is|=|:)?[ '\"(:=]*(?:nan|[+-]?inf(?:inity)?)\b)"
    r"|(?i:loss is (?:not |non-?)finite|non-?finite loss)|returned nan values in its|(?i:\bnan (?:or inf )?(?:found|detected|encountered))",
    "overflow": r"(?i:gradient overflow)|OVERFLOW!|(?i:overflow detected)|(?i:reducing loss scale)"
    r"|(?i:grad(?:ient)?s? (?:are|is|contains?) (?:inf|nan))",
}
# Without one of these in it, in lower case, no line matches: much quicker than to try.
SIGNS = (
    *("memory", "alloc", "exhausted", "kill", "exit", "return", "nan", "inf", "finite", "overflow", "loss scale"),
    *("loader", "ancdata", "nccl", "timeout", "timed out", "backend", "network", "gloo"),
)
ANY = re.compile("|".join(f"(?P<{kind.replace('-', '_')}>{pattern})" for kind, pattern in KINDS.items()))
RAISED = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|Abort|Stop\w*)\b(?::|$)")
SOURCE = re.compile(
    r"\s*(?:except|raise|if|elif|import|from|assert|def|class|with|return|#|>>>)\b|\s*#"
)  # code printed into a log is no failure
COLOUR = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def sniff(path: Path) -> bool:
    return (path.suffix.lower() in SUFFIXES or path.name.lower() in NAMES) and "tfevents" not in path.name and path.is_file()


def read(path: Path, earlier: Log | None = None) -> Log:
    """The first lines of each kind of failure.

    Of a file above twice `END` bytes only both ends are read; lines of its second end have the number 0, for nobody counted.
    """
    with path.open("rb") as file:
        head, tail = file.read(2 * END), b""
        if file.read(1):
            head = head[:END]
            file.seek(-END, 2)
            tail = file.read(END)
    found = [*failures(path, head), *failures(path, tail, counted=False)]
    kept = [line for i, line in enumerate(found) if sum(line.kind == other.kind for other in found[:i]) < KEPT]
    return Log(path, lines=tuple(kept))


def failures(path: Path, data: bytes, counted: bool = True) -> Iterator[Line]:
    """Every line that tells of a failure; at most `KEPT` of a kind."""
    left = dict.fromkeys([*KINDS, "traceback"], KEPT)
    traced = False
    for number, text in lines(data):
        kind = kind_of(text, traced)
        traced = text.startswith("Traceback (most recent call last)") or (traced and not RAISED.match(text))
        if kind and left[kind]:
            left[kind] -= 1
            yield Line(kind, str(path), number if counted else 0, CONTROL.sub(" ", text).strip()[:WIDTH])


def lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Number and text of every line without colours; what a progress bar wrote over itself comes apart, under one number."""
    for number, line in enumerate(COLOUR.sub("", data.decode("utf-8", "replace")).split("\n"), 1):
        for text in line.split("\r"):
            if text:
                yield number, text[:LONGEST]


def kind_of(text: str, traced: bool) -> str:
    """What a line tells of: a kind of failure, or "" for none. `traced` is whether a traceback began above it."""
    low = text.lower().replace("info", "")
    if (traced or any(sign in low for sign in SIGNS)) and not SOURCE.match(text):
        if match := ANY.search(text):
            return str(match.lastgroup).replace("_", "-")
        if traced and RAISED.match(text):
            return "traceback"
    return ""
