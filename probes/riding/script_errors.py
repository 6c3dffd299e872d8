"""What a script broke with, in the words of what was asked of it."""

import re
import traceback
from typing import Any

from advisor.errors import AdvisorError, one_line
from probes.examination.data import has_nan
from probes.memory.device_memory import ran_out
from probes.programs.program import Program

OTHER_SIZE = "the script does not run at a batch size of {size}, for another one is written into it somewhere ({error})."
ARGUMENTS = "{name} does not start as it was called: {message}. Its own arguments stand after --, as in: advisor probe {line} -- {wanted}"
NO_NUMBERS = "the script broke on a minibatch of its data that has NaN in it ({error})."


def explained(error: Exception, size: int, sizes: set[int], batch: Any) -> Exception:
    """The error, or a sentence for it; it came on this minibatch, at a batch `size`, and `sizes` are those that the script ran at."""
    if ran_out(error):
        return error
    if has_nan(batch):
        return AdvisorError(NO_NUMBERS.format(error=one_line(error)))
    return error if size in sizes else AdvisorError(OTHER_SIZE.format(size=size, error=one_line(error)))


def lost_numbers(error: BaseException) -> bool:
    """Whether it was raised over NaN: a number or tensor of the function that raised it, or of the one that called PyTorch for it."""
    import torch

    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    while frames:
        frame = frames.pop()
        if any(is_nan(value) for value in list(frame.f_locals.values())):
            return True
        if not frame.f_globals.get("__name__", "").startswith(torch.__name__):
            return False
    return False


def is_nan(value: Any) -> bool:
    """Whether it is a number, or a tensor with one, that is NaN."""
    return bool(value != value) if isinstance(value, float) else has_nan(value)


def ended(end: SystemExit, program: Program) -> Exception | None:
    """What the script ended itself for, in the words of its argparse parser where that refused its arguments; None where all went well."""
    if end.code in (None, 0):
        return None
    frames = [frame for frame, _ in traceback.walk_tb(end.__traceback__) if frame.f_code.co_name == "error"]
    message = next((frame.f_locals.get("message") for frame in frames if frame.f_globals.get("__name__") == "argparse"), None)
    if message is None:
        return RuntimeError(f"the script ended with status {end.code}")
    needed = re.findall(r"--?[\w-]+|[\w-]+", str(message).partition("required: ")[2])
    wanted = " ".join(f"{word} …" if word.startswith("-") else word.upper() for word in needed)
    name = program.path.name
    line = f"-m {program.module}" if program.module else name
    return AdvisorError(ARGUMENTS.format(name=name, message=message, line=line, wanted=wanted or "…"))
