"""The machine's own memory ran out, not the device's.

What it means
    What a program holds outside the GPU, its data, the copies that each worker of the data loader has of it, and what is waiting to be
    written, was more than the machine, the container or the job was given. The system then ends the process without a word, or refuses
    what was asked. The batch hardly matters: activations lie on the device.

How it is weighed
    For: the process was killed, or the system or NumPy said no, and nothing tells of tensors that found no place. Against: tensors that
    found none, on a GPU or, where it is trained there, on the CPU.

What to change
    host_memory: more of it for the job, or less held at once: read the data in parts. num_workers: fewer, where their number is known.

References
    Slurm, sbatch, --mem; PyTorch issue 13246, on the memory of workers.
"""

import re

from advisor.evidence.failing.memory_message import memory_message
from advisor.finding import Change, Evidence
from advisor.problems.out_of_memory import CUDA
from advisor.scalar import Line
from advisor.signals.hparams import as_number

EXPLAINS = ("out-of-memory",)
PRIOR = -12.0
OF_TENSORS = re.compile(r"DefaultCPUAllocator|you tried to allocate")
OF_THE_HOST = re.compile(r"Cannot allocate memory|std::bad_alloc|(?<!OutOf)MemoryError|Unable to allocate .* for an array")


def of_the_host(line):
    """Whether the line tells of the machine's memory; a killed process does."""
    return line.kind == "killed" or (bool(OF_THE_HOST.search(line.text)) and not OF_TENSORS.search(line.text))


def weigh(lines=None):
    told = [line for line in lines or () if line.kind in ("out-of-memory", "killed")]
    full = sum(not of_the_host(line) for line in told)
    if told:
        fact = "lines that tell of tensors that found no place" if full else "lines that tell of the machine's own memory alone"
        yield Evidence("lines", 0, 0, fact, float(full or len(told)), weight=-20.0 if full else 26.0)


def changes(run, finding):
    asked = memory_message(run.signal("lines")).asked
    much = "one array alone asked for it: " if asked else ""
    why = f"{much}ask for more, or hold less at once: read the data in parts, keep no outputs of all batches"
    yield Change("host_memory", to="more", why=why)
    workers = as_number(run.signal("hparams"), "num_workers")
    if workers and workers >= 2:
        yield Change(
            "num_workers", to=int(workers // 2), why="each worker holds its own copy of what it reads, and the batches it has ready"
        )


KILLED = Line("killed", "slurm.err", 90, "slurmstepd: error: Detected 1 oom_kill event in StepId=17.batch.")
BAD = {
    "killed by the system": dict(lines=(Line("killed", "nohup.out", 80, "Killed"),)),
    "killed by Slurm, with workers": dict(lines=(KILLED,), hparams=dict(num_workers=8)),
    "an array too large": dict(lines=(Line("out-of-memory", "train.log", 9, "MemoryError: Unable to allocate 97.2 GiB for an array"),)),
}
GOOD = {"a full device": dict(lines=(CUDA,)), "killed after a full device": dict(lines=(CUDA, KILLED))}
