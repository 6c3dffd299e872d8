"""Lines on which an expression that gives back what it took takes its time: long repetitions of what the expressions ask for."""

import itertools
from collections.abc import Iterator

LONG = 4000  # characters: the longest line that is looked at
UNITS = (
    *(" ", "a", "1", "1.", "1 ", "a ", "a: ", "-", "[", "(", "|", ",", "_", "1/", '"', "'", "{", "=", ".", "e", ", ", "1,", "/", "\t"),
    *(
        "a.",
        "%",
        "1%|",
        "1|",
        "it [",
        "{'a': ",
        "loss ",
        "nan ",
        "1:1",
        "(a)",
        "[a]",
        "1-1-1 ",
        "a=b ",
        "\\",
        "- ",
        "epoch1 ",
        "'s ",
        "s/it",
        "()",
        "#",
        "Error",
        "train",
        "val ",
        "K",
    ),
    *(")", "]", "}", "is ", "a_", "1e", "-1", "+", "é", "tensor(", "def ", "self.", "print", "loss: ", "killed ", "a.b."),
)
HEADS = ("", "loss 1 ", "50%|", "{'loss': ", "| a |", "x = ", "Watchdog ")
ENDS = ("", "it [ loss 1", "!", "loss: nan", " out of memory")


def lines() -> Iterator[str]:
    """Each some 4,000 characters long."""
    for unit, head, end in itertools.product(UNITS, HEADS, ENDS):
        yield (head + unit * (LONG // len(unit)))[: LONG - len(end)] + end
    for a, b in itertools.permutations(UNITS[:30], 2):
        yield (a * 30 + b * 30) * (LONG // 30 // (len(a) + len(b)))
