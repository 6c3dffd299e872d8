"""The program ended by an error before the training was done.

What it means
    Nothing after that point was trained. The error's own words say what to mend; then go on from the last checkpoint.

How it is detected
    A text file beside the logs ends its story with a Python traceback, a data loader's worker that died, a failure of the communication
    between processes, or the end of the time that the job was given (a note, where a training was logged until then); with what it said
    before it exited with a status other than 0, as `advisor run` keeps it; or, where no training was logged at all, with errors of a
    logger. Running out of memory, and a loss that is NaN, are problems of their own.

References
    PyTorch, "Multiprocessing best practices" and torch.utils.data.DataLoader, for workers that die.
    PyTorch, "Flight Recorder for debugging stuck jobs", for collective operations that time out.
"""

from advisor.anchors.no_number import says_nan
from advisor.curves import fall
from advisor.evidence.failing.error_words import mend_of
from advisor.finding import Evidence, Finding
from advisor.scalar import Line
from advisor.statistics.curve_shape import CannotTell

KINDS = {
    "traceback": "an error",
    "data-loader": "a worker of the data loader that died",
    "communication": "a failure of the communication between processes",
    "exit-status": "an exit status that tells of a failure",
    "time-limit": "the time limit of its job",
    "logged-error": "an error that was logged",
}
BY_HAND = ("KeyboardInterrupt", "SystemExit: 0")  # somebody ended it
OTHERS = ("out-of-memory", "killed", "nan")  # told by out-of-memory and exploding-loss


def check(lines=None, train_loss=None):
    if not lines:
        raise CannotTell("no text log beside the run tells of a failure")
    told = [line for line in lines if line.kind in KINDS and not line.text.startswith(BY_HAND)]
    if not told or any(line.kind in OTHERS or says_nan(line) for line in lines):
        return
    line = mend_of(told).line or told[-1]
    last = int(train_loss.steps[-1]) if train_loss is not None and len(train_loss) else 0
    where = f"{line.path} line {line.number}" if line.number else line.path
    trained = train_loss is not None and len(train_loss)
    when = f"Training ended {f'after step {last}' if trained else 'before any loss was logged'}"
    if line.after_end:
        when = f"The training was done{f' (step {last})' if trained else ''}; its program then ended"
    yield Finding(
        f"{when} by {KINDS[line.kind]} ({where}: {line.text}).",
        (Evidence("lines", last, last, f"{where}: {line.text}", float(len(told))),),
        level="note" if line.kind == "time-limit" and last else "warning" if line.kind == "exit-status" else "error",
        confidence=0.9,
    )


LIMIT = Line("time-limit", "slurm.out", 210, "slurmstepd: error: *** JOB 7 ON c17 CANCELLED AT 2024-04-05T13:06:20 DUE TO TIME LIMIT ***")
KEY = Line("traceback", "train.log", 1812, "KeyError: 'label'")
WORKER = Line("data-loader", "train.log", 90, "RuntimeError: DataLoader worker (pid 7) is killed by signal: Bus error.")
BAD = {
    "a traceback": dict(lines=(KEY,), train_loss=fall()),
    "a worker that died": dict(lines=(WORKER, KEY), train_loss=fall()),
    "no time was left, and nothing logged": dict(lines=(LIMIT,)),
    "no time was left": dict(lines=(LIMIT,), train_loss=fall()),
    "errors of a logger, and no training": dict(
        lines=(Line("logged-error", "train.log", 8, "[hydra.utils][ERROR] - No module named 'ops'"),)
    ),
    "a failure that was only printed": dict(
        lines=(Line("exit-status", "output.log", 3, "advisor: exit status 1 after: training failed: no label in row 7"),), train_loss=fall()
    ),
    "NCCL": dict(lines=(Line("communication", "slurm.out", 7, "torch.distributed.DistBackendError: NCCL error in: ..."),)),
}
GOOD = {
    "an error that tells of NaN": dict(
        lines=(Line("traceback", "train.log", 24, "FloatingPointError: Loss became NaN!"),), train_loss=fall()
    ),
    "stopped by hand": dict(lines=(Line("traceback", "train.log", 9, "KeyboardInterrupt"),), train_loss=fall()),
    "out of memory": dict(
        lines=(Line("out-of-memory", "train.log", 12, "torch.OutOfMemoryError: CUDA out of memory."), KEY), train_loss=fall()
    ),
    "a step was skipped": dict(lines=(Line("overflow", "train.log", 3, "Gradient overflow. Skipping step"),), train_loss=fall()),
}
