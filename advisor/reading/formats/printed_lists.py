"""Lists under names, as Python prints them, and nothing else: "train_loss = [2.31, 1.93]" or a whole history in braces."""

import re
from pathlib import Path

from advisor.reading.log import Log
from advisor.reading.storage.text_file import opened, whole_text
from advisor.reading.tables.step_axis import is_log
from advisor.scalar import scalar

NAME = "printed-lists"
BESIDE = True
LAST_RESORT = True  # it counts only where no other log gave any curve
SUFFIXES = {".txt", ".log", ".out", ".dat"}
HEAD = 1 << 12  # bytes that tell whether it is such a file
LARGEST = 16 << 20  # bytes
FEW = 5  # numbers that are a curve
LIST = re.compile(r"""['"]?([A-Za-z_][\w ./-]{0,60}?)['"]?\s*[:=]\s*\[([\d\s.,eE+naifty-]*)(?:\]|$)""")
BETWEEN = re.compile(r"[\s,;{}]*['\"]?[\w ./-]{0,60}['\"]?\s*[:=]?\s*")  # a name at the end may have been cut from its list
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|nan|inf(?:inity)?)", re.IGNORECASE)


def sniff(path: Path) -> bool:
    """Lists of numbers one of which is named as an objective, and nothing between them."""
    if path.suffix.lower() not in SUFFIXES or not path.is_file() or (path.stat().st_size or 0) > LARGEST:
        return False
    try:
        with opened(path) as file:
            found = _lists(file.read(HEAD).decode("utf-8", "replace"))
    except OSError:
        return False
    return is_log(["epoch", *(name for name, values in found.items() if len(values) >= FEW)])


def read(path: Path, earlier: Log | None = None) -> Log:
    """Each list as a curve over the count of its numbers.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    found = _lists(whole_text(path))
    curves = {name: scalar(range(len(values)), values, tag=name) for name, values in found.items() if len(values) >= FEW}
    return Log(path, curves)


def _lists(text: str) -> dict[str, list[float]]:
    """The lists by their names; none where anything else stands between them."""
    if BETWEEN.fullmatch(LIST.sub("", text)) is None:
        return {}
    return {name.strip(): [*map(float, NUMBER.findall(values))] for name, values in LIST.findall(text)}
