"""Families of errors by their words, and what to do about each: those come first whose words leave least open.

References
----------
PyTorch, "Multiprocessing best practices", "CUDA semantics", "Flight Recorder for debugging stuck jobs"; the messages are those that
PyTorch, NumPy, scikit-learn, Slurm and Python print.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """Errors whose text matches `says`, and what to do about them: `hparam` becomes `to`, because of `why`."""

    says: re.Pattern[str]
    hparam: str
    to: str | int
    why: str


def _family(says: str, hparam: str, to: str | int, why: str) -> Family:
    return Family(re.compile(says), hparam, to, why)


FAMILIES = (
    _family(
        r"EOF when reading a line|\[Errno 9\] Bad file descriptor",
        "failing_line",
        "mended",
        "what it reads from, mostly a terminal that asks somebody, is not there: a program in the background can ask nobody",
    ),
    _family(
        r"\w*(?:Syntax|Indentation|Tab)Error\b", "failing_line", "mended", "Python cannot read the script, so nothing of this start was run"
    ),
    _family(
        r"EADDRINUSE|(?i:address already in use)",
        "port",
        "another",
        "an earlier start that never ended, or another job, holds the port: end it, or take another",
    ),
    _family(
        r"(?i:bus error|shared memory|\(shm\)|/dev/shm)",
        "shared_memory",
        "larger",
        "workers hand their batches over in shared memory, and it was full: raise its limit, or start fewer workers",
    ),
    _family(
        r"ancdata|(?i:too many open files)",
        "open_files",
        "more",
        "each tensor that a worker hands over holds a file open: raise the limit, or share by file names",
    ),
    _family(
        r"DataLoader worker .*(?:killed by signal: (?:Killed|Terminated)|SIGKILL)",
        "num_workers",
        0,
        "a worker was killed from outside, mostly because the machine's own memory was full, of which each worker takes its part",
    ),
    _family(
        r"DataLoader worker .*(?:killed by|exited unexpectedly)",
        "num_workers",
        0,
        "what killed the worker is not told: without workers its error shows, and the machine's own memory is needed once only",
    ),
    _family(
        r"(?i:no space left on device|disk quota exceeded|errno (?:28|122)\b|PytorchStreamWriter failed|unexpected pos \d+ vs)",
        "disk_space",
        "freed",
        "a file could not be written whole: make room, keep fewer checkpoints, or write them elsewhere",
    ),
    _family(
        r"(?i:no module named|cannot import name|loading shared librar|undefined symbol|CUDA_HOME environment)|ModuleNotFoundError",
        "package",
        "installed",
        "what is missing has to be installed, in a version that fits; one's own module needs its folder on the path",
    ),
    _family(
        r"(?i:no kernel image|driver version is insufficient|driver on your system is too old|not compiled with CUDA"
        r"|no CUDA GPUs are available"
        r"|no CUDA-capable device|invalid device ordinal|requested gpus?:)",
        "visible_device",
        "one that is there",
        "the program and its PyTorch see no such device: compare what is asked for with what nvidia-smi and torch.cuda.device_count() show",
    ),
    _family(
        r"(?i:index out of range in self|target -?\d+ is out of bounds|srcSelectDimSize|t < n_classes|cur_target|device-side assert)",
        "label_range",
        "checked",
        "a label or a token lies outside what the model has outputs or embeddings for; on a GPU, CUDA_LAUNCH_BLOCKING=1 shows where",
    ),
    _family(
        r"(?i:illegal memory access|unspecified launch failure|CU(?:BLAS|DNN)_STATUS_(?:EXECUTION|INTERNAL|NOT_INITIALIZED|MAPPING))",
        "launch_blocking",
        "on",
        "CUDA tells of errors late, so the line that is named is not the one at fault: with this it is",
    ),
    _family(
        r"(?i:input (?:\w+ )?contains nan|infinity or a value too large|cannot convert float (?:nan|infinity))",
        "first_nan",
        "found",
        "something was NaN before this: outputs of a model whose loss is none any more, features, or a mean of nothing",
    ),
    _family(
        r"(?i:modified by an inplace operation)",
        "anomaly_detection",
        "on",
        "it names the operation whose values were overwritten before its gradient was computed",
    ),
    _family(
        r"(?i:finished reduction in the prior iteration)",
        "unused_parameters",
        "found",
        "some parameters had no part in the loss of this step: leave them out, or let DistributedDataParallel look for them",
    ),
    _family(
        r"(?i:does not require grad and does not have a grad_fn)",
        "trainable_parameters",
        "all that require a gradient",
        "nothing that the loss is made of is trained: look for no_grad, detach and frozen weights between them",
    ),
    _family(
        r"(?i:loading state_dict|copying a param with shape|unexpected key\(s\)|missing key\(s\))",
        "checkpoint",
        "of the same model",
        "the weights in the file are of another model than the one that takes them: compare their configurations",
    ),
    _family(
        r"(?i:stack expects each tensor to be equal size|inhomogeneous (?:shape|part)|array element with a sequence|default_collate)",
        "collate",
        "of equal examples",
        "the examples of a batch are not alike, so no tensor can be made of them: pad, crop or collate them yourself",
    ),
    _family(
        r"(?i:shapes? cannot be multiplied|size mismatch|must match the (?:existing )?size|sizes of tensors must match"
        r"|must be the same as input size|is invalid for input of size|number of dimensions"
        r"|expected input\b.* to (?:have|match)|could not be broadcast|incompatible shapes|must be equal to input_size|shape mismatch)",
        "shapes",
        "made to fit",
        "two sizes do not fit: the settings of the model against what the data has, or a reshape between them",
    ),
    _family(
        r"(?i:on the same device|weight type \(|input type \()",
        "failing_line",
        "mended",
        "what meets there lies on two devices, or is of two types: move one to the other",
    ),
    _family(
        r"(?i:expected scalar type|found dtype|same dtype|must have the same dtype|mat1 and mat2 must)",
        "failing_line",
        "mended",
        "two types of number meet there: convert one, and look at what mixed precision leaves out",
    ),
    _family(
        r"(?i:unable to lock file|resource temporarily unavailable)",
        "file_lock",
        "released",
        "another process has this file open: write it from one process, or open it for reading only",
    ),
    _family(
        r"FileNotFoundError|NotADirectoryError|(?i:no such file or directory|unable to open file|can't open file)",
        "file_path",
        "one that is there",
        "a relative path hangs on the folder that the program is started in",
    ),
    _family(
        r"PermissionError|(?i:permission denied|read-only file system)",
        "file_path",
        "one that may be written",
        "the program may not write, or read, where it tries to",
    ),
    _family(
        r"(?i:invalid load key|ran out of input|pickle data was truncated|PytorchStreamReader failed|not a zip file|UnpicklingError)",
        "file_path",
        "a whole file",
        "the file that is read is damaged or cut: copy, download or save it again",
    ),
    _family(
        r"(?i:max retries exceeded|name resolution|connection (?:refused|error)|ConnectTimeout|ReadTimeout|HTTPError|couldn't connect to"
        r"|api_key not configured)",
        "downloads",
        "beforehand",
        "the program asks the network for something and gets no answer: fetch it before, and work offline",
    ),
    _family(
        r"(?i:watchdog caught|collective operation timeout|socket timeout|timed out)",
        "collectives",
        "looked at",
        "one process waited for the others: one of them failed before, has fewer batches, or works alone for too long",
    ),
    _family(
        r"(?i:nccl|gloo|by peer|Dist(?:Backend|Network|Store)Error)",
        "collectives",
        "looked at",
        "the processes could not talk to each other: the one that failed first says why",
    ),
)
