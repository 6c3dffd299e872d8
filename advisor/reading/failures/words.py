"""The words that failing programs really print, and the kind of failure that they tell of."""

import re
from collections.abc import Iterator

WIDTH = 1000  # characters of a line looked at and kept

# Said, not "no CUDA out of memory", and not quoted: 'if "out of memory" in str(error)' is code. The letters looked for ahead are for speed:
# what is tried with them is the line's every place.
KINDS = {
    "out-of-memory": r"(?=[CHXM])(?<![\"'`])(?<!\bno )(?<!\bfor )(?:(?:CUDA|HIP|XPU|MPS backend) out of memory|CUDA error: out of memory)"
    r"|(?:OOM|WARNING): [Rr]an out of memory"
    r"|(?=[tcO])\b(?:torch\.)?(?:cuda\.)?OutOfMemoryError:|^(?:\w+\.)*OutOfMemoryError$|(?:CUDA_ERROR|hipError)_?OUT_?OF_?MEMORY\b|hipErrorOutOfMemory"
    r"|RESOURCE_EXHAUSTED: |ResourceExhaustedError:|OOM when allocating tensor|CU(?:BLAS|DNN)_STATUS_ALLOC_FAILED|cudaErrorMemoryAllocation"
    r"|DefaultCPUAllocator: can't allocate memory|not enough memory: you tried to allocate"
    r"|(?=C)(?<![\"'])Cannot allocate memory|std::bad_alloc"
    r"|^(?:numpy\S*)?MemoryError\b|cuda runtime error \(2\)|error=2 : out of memory|(?:HIP|NPU) (?:error: )?out of memory"
    r"|[Rr]an out of memory in memory space",
    "killed": r"^Killed$|: *(?:line )?\d+:? +\d+ Killed\b|\boom[-_]kill(?:er|ed)?\b(?! *[=:]? *(?:0\b|none|false|disable))"
    r"|Out of memory: Killed process|out-of-memory handler"
    r"|Signals\.SIGKILL|[Ss]ignal:? 9\b(?!\.| of | ?/)|\((?:SIGKILL|Signal 9)\)|(?:by|with|received) (?:signal )?SIGKILL"
    r"|(?=[EeRr])(?i:exit ?code|exit status|return ?code|exited with code)\W{0,4}(?:-9|137)\b",
    "time-limit": r"CANCELLED .*DUE TO TIME LIMIT|\bTERM_RUNLIMIT\b|job killed: walltime \d+ exceeded limit",  # Slurm, LSF, PBS
    "data-loader": r"DataLoader worker .*(?:exited unexpectedly|killed by signal)|received 0 items of ancdata"
    r"|bus error encountered in worker"
    r"|unable to (?:open|write to|mmap) (?:shared memory|file </torch_)|out of shared memory|OSError: \[Errno 24\] Too many open files",
    "communication": r"NCCL error|nccl(?:Unhandled|System|Internal|Remote|Invalid)\w*(?:Error|Usage|Argument)"
    r"|Dist(?:Backend|Network|Store)Error|Watchdog caught collective operation timeout"
    r"|Gloo.*(?:Connection closed|timed out)|ProcessGroup\w+.*(?i:timeout|timed out)"
    r"|RuntimeError: Socket Timeout|Connection (?:closed|reset) by peer .*(?:rank|store)",
    "nan": r"(?=[LlTtNn])(?i:(?:\b|train_|total_)loss(?:es)?\b(?: is|=|:)?[ '\"(:=]*(?:nan|[+-]?inf(?:inity)?)\b"
    r"|loss is (?:not |non-?)finite|non-?finite loss|\bnan (?:or inf )?(?:found|detected|encountered)"
    r"|\bloss(?:es)? (?:has |have |had )?(?:became|become|turned|went|was|are|returned in \S+ is)"
    r" (?:infinite or |not a number|(?:nan|inf|infinite|infinity)\b)"
    r"|\bnan loss\b|tensor had (?:nan|inf)|number of nan iterations: *[1-9])"
    r"|(?=[FfDdRrIiGgMm])(?i:found nan in|detected nan and/or inf|rejecting (?:nan|inf)\b|invalid loss, terminating"
    r"|gradients are nan/inf|metric \S+ = -?(?:nan|inf) is not finite)"
    r"|returned nan values in its|Minimum loss scale reached|[Ll]oss scale already at minimum",  # fairseq, DeepSpeed
    "exit-status": r"^advisor: exit status [1-9]\d* after: ",  # as `advisor run` keeps it
    "logged-error": r"^.{0,80}[][\s|:-](?:ERROR|CRITICAL|FATAL)[]\s|:-]",  # of a logger that has a name; a plain one's level is a prefix
    "overflow": r"(?i:gradient overflow)|OVERFLOW!|(?i:overflow detected)|(?i:reducing (?:the )?loss scale)"
    r"|(?i:grad(?:ient)?s? (?:are|is|contains?) (?:inf|nan))",
}
# Without one of these in it, in lower case, no line is of its kind: much quicker than to try.
SIGNS = {
    "out-of-memory": (
        *("out of memory", "outofmemory", "out_of_memory", "memoryallocation", "allocate memory", "not enough memory", "memoryerror"),
        *("exhausted", "alloc_failed", "bad_alloc", "oom when", "runtime error (2)"),
    ),
    "killed": ("kill", "exit code", "exitcode", "exit status", "return code", "returncode", "exited with", "signal", "out-of-memory"),
    "time-limit": ("time limit", "term_runlimit", "walltime"),
    "data-loader": ("loader", "ancdata", "bus error", "shared memory", "too many open", "unable to"),
    "communication": ("nccl", "socket timeout", "dist", "gloo", "by peer", "watchdog", "processgroup"),
    "nan": ("nan", "inf", "not a number", "finite", "loss scale", "invalid loss"),
    "exit-status": ("advisor: exit status",),
    "logged-error": ("error", "critical", "fatal"),
    "overflow": ("overflow", "loss scale", "nan", "inf"),
}
ALL_SIGNS = tuple(dict.fromkeys(sign for signs in SIGNS.values() for sign in signs))
OTHER_SIGNS = (
    *('file "', "scaled_loss", "traceback", "exception ignored", "logging error", "stopped: ", "finished training", "completed training"),
    *("training is", "training was", "training has", "training been", "training complete", "training finished", "training done"),
)
# Long enough to be looked for in bytes at gigabytes a second: what a file too large to read line by line is searched for.
LOUD = (
    *(b"out of memory", b"OutOfMemoryError", b"Cannot allocate memory", b"STATUS_ALLOC_FAILED", b"DataLoader worker (pid", b"NCCL error"),
    *(b"Watchdog caught", b"Traceback (most recent", b"oss is nan", b"radient overflow", b"OVERFLOW!", b"Killed process"),
)
SCALED = re.compile(r"(?i:loss scale (?:to|is)|setting loss scale to|reducing to):? (\d+(?:\.\d*)?(?:e[+-]?\d+)?)\b")
LOST = 2.0**-10  # scalers begin at thousands and halve
EACH = {kind: re.compile(pattern) for kind, pattern in KINDS.items()}
RAISED = re.compile(
    r"(?:[A-Za-z_]\w*\.)*\w*(?:Error|Exception|Exit|Interrupt|Warning|Abort|Stop\w*|Expired)\b(?::|$)"
    r"|(?:[a-z_]\w*\.)+[A-Z]\w*(?:: |$)"
)
# Code printed into a log is no failure, and neither is a comment in it.
SOURCE = re.compile(
    r"\s*(?:(?:except|raise|if|elif|import|from|assert|def|class|with|return|else)\b|#|//|>>>|\"\"\"|'''|[-*] )"
    r"|\s*[\w.]+ ?\([^)]*[\"']|\s*[\w.]+ = (?!nan\b|inf\b)[\"'\[({A-Za-z]|.*\{[\w.\[\]()]+(?::[^{}]*)?\}.*[\"']\)"
)
DOES_NOT_PARSE = re.compile(r"\w*(?:Syntax|Indentation|Tab)Error\b")
# Somebody, or the cluster, ended it: no error of the program.
FROM_OUTSIDE = re.compile(
    r"(?:[\w.]+\.)?(?:KeyboardInterrupt\b|SystemExit: (?:0|None)$|SignalException: .*(?:\b(?:2|15)\b|SIGTERM|SIGINT))"
)
INFORMS = re.compile(r".{0,40}\bI tensorflow/")  # TensorFlow tries to reserve memory, and goes on with less
UNHEARD = re.compile(r"Exception ignored in|--- Logging error ---")  # a traceback follows, and the program goes on
COMPLETED = re.compile(
    r"(?i:\btraining (?:is |was |has )?(?:been |now )?(?:complete|completed|finished|done)\b|\b(?:finished|completed) training\b)"
    r"|\bfit`? stopped: `?max_(?:epochs|steps)"
)
SUMMED_UP = re.compile(  # what a training says last of all, of itself: not its end for sure, for there may be another to come
    r"\{?'train_runtime'|(?i:final (?:\w+ ){0,2}(?:loss|accuracy|acc|score|f1)\b)"
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def always_tells(plain: str) -> bool:
    """Whether a line, stripped of its prefixes, has to be looked at for failures whatever its digits are."""
    return any(map(plain.lower().__contains__, OTHER_SIGNS)) or bool(RAISED.match(plain) or SUMMED_UP.match(plain))


def has_sign(plain: str) -> bool:
    """Whether a line could be of any kind of failure, with other digits too."""
    return any(map(plain.lower().__contains__, ALL_SIGNS))


def _kinds(low: str) -> Iterator[str]:
    """The kinds of failure of which this line, in lower case, has a sign."""
    return (kind for kind, signs in SIGNS.items() if any(map(low.__contains__, signs)))


def scale_lost(text: str) -> bool:
    """Whether a line says that a loss is scaled by next to nothing: one step after another was skipped until it was."""
    told = SCALED.search(text)
    return told is not None and 0 <= float(told[1]) < LOST


def kind_of(text: str, traced: bool = False) -> str:
    """What a line tells of: a kind of failure, or "" for none. `traced` is whether a traceback began above it."""
    text = text[:WIDTH]
    if not (traced and RAISED.match(text)) and SOURCE.match(text):
        return ""
    if (traced and FROM_OUTSIDE.match(text)) or INFORMS.match(text):
        return ""
    found = [(match.start(), kind) for kind in _kinds(text.lower()) if (match := EACH[kind].search(text))]
    if found:
        kind = min(found, key=lambda one: one[0])[1]
        return "scale-lost" if kind == "overflow" and scale_lost(text) else kind
    return "traceback" if traced and RAISED.match(text) else ""
