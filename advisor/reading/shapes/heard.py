"""Which of many lines of one shape tell of a failure: that hangs on few of their digits, mostly on none."""

import re
from collections.abc import Iterator

import numpy as np

from advisor.reading.failures.kept import ENDS, KEPT
from advisor.reading.failures.words import always_tells, has_sign, kind_of
from advisor.reading.printed.prefix import stripped
from advisor.reading.shapes.block import Block

RUN = re.compile(r"[0-9]+")
TELLING = ("0", "1", "2", "9", "24", "137")  # the numbers that patterns of failures ask for, and others


def may_tell(plain: str, alone: bool = False) -> bool:
    """Whether any line that differs from this one, stripped of its prefixes, by its digits only could tell of a failure.

    Where it is `alone`, whether it does.
    """
    if always_tells(plain):
        return True
    spelled = [plain] if alone else dict.fromkeys((plain, *(RUN.sub(number, plain) for number in TELLING)))
    return has_sign(plain) and any(map(kind_of, spelled))


def worth_hearing(block: Block, rows: np.ndarray) -> np.ndarray:
    """The rows that have to be looked at for failures, of lines whose runs of digits correspond.

    Of lines that tell the same and end nothing, the first few are kept, and none that follow change anything.
    """
    text = block.decoded(rows[0])
    plain = stripped(text)
    if always_tells(plain):
        return rows
    before = len(RUN.findall(text[: text.find(plain)]))
    deciding = [before + run for run in _deciding(plain)]
    if not deciding:
        kind = kind_of(plain)
        return rows if kind in ENDS else rows[: KEPT if kind else 0]
    told = np.stack(block.digits.of_runs(rows, deciding))
    _, first, which = np.unique(told, axis=1, return_index=True, return_inverse=True)
    kinds = np.array([kind_of(stripped(block.decoded(row))) for row in rows[first].tolist()])[which.ravel()]
    heard = [rows[kinds == kind][: None if kind in ENDS else KEPT] for kind in np.unique(kinds) if kind]
    return np.concatenate([rows[:0], *heard])


def _deciding(plain: str) -> Iterator[int]:
    """The runs of digits on which hangs what the line tells."""
    for i, run in enumerate(RUN.finditer(plain)):
        if len({kind_of(plain[: run.start()] + number + plain[run.end() :]) for number in TELLING}) > 1:
            yield i
