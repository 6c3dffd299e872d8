"""What a script broke with, in the words of what was asked of it."""

from typing import Any

from advisor.errors import AdvisorError, one_line
from probes.examination.data import has_nan
from probes.memory.device_memory import ran_out

OTHER_SIZE = "the script does not run at a batch size of {size}, for another one is written into it somewhere ({error})."
NO_NUMBERS = "the script broke on a minibatch of its data that has NaN in it ({error})."


def explained(error: Exception, size: int, sizes: set[int], batch: Any) -> Exception:
    """The error, or a sentence for it; it came on this minibatch, at a batch `size`, and `sizes` are those that the script ran at."""
    if ran_out(error):
        return error
    if has_nan(batch):
        return AdvisorError(NO_NUMBERS.format(error=one_line(error)))
    return error if size in sizes else AdvisorError(OTHER_SIZE.format(size=size, error=one_line(error)))
