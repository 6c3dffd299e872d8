"""Numbers, times and names in a person's words, and names from logs made safe to print."""

import math
import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?)")
UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # Cf holds the marks that reverse the direction of text
LOSSES = {"train_loss": "Training loss", "val_loss": "Validation loss"}  # signals, as a sentence begins with them
HUGE = 1e6  # times: larger numbers are told as powers of ten


def clean(text: Any) -> str:
    """Foreign text on one line, without terminal escapes, control characters or marks that turn its direction."""
    kept = (" " if c in "\n\r\t" else "" if unicodedata.category(c) in UNPRINTABLE else c for c in ESCAPES.sub("", str(text)))
    return "".join(kept).strip()


def number(value: Any) -> str:
    """At most four digits that matter, and no exponent where plain digits are as short."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return clean(value)
    if not math.isfinite(value):
        return {math.inf: "infinity", -math.inf: "-infinity"}.get(value, "NaN")
    if 1000 <= abs(value) < 1e7 or (value == int(value) and abs(value) < 1e7):
        return f"{value:.0f}"
    return re.sub(r"e([+-])0?(\d)", lambda e: f"e{e[1].replace('+', '')}{e[2]}", f"{value:.3g}")


def steps(first: int, last: int) -> str:
    """As in "step 5" or "steps 5 to 9"."""
    return f"step {first}" if first == last else f"steps {first} to {last}"


def first_few(names: Iterable[Any], limit: int = 12) -> str:
    """The names in a row, made safe to print; of many, the first and how many more."""
    names = [clean(name) for name in names]
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")


def joined(words: Sequence[str]) -> str:
    """All the words in a row, "and" before the last: a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def counted(count: int, noun: str) -> str:
    """As in "1 run" or "3 runs"; the plural is the noun with an s."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def place(path: Path) -> str:
    """The path as one would type it here."""
    if not isinstance(path, Path):
        return clean(str(path))
    near = os.path.relpath(path)
    return clean(str(path) if near.startswith("..") else near)


def percent(share: float) -> str:
    """A share in words a person reads at a glance: 41%, 0.3%, 12 times."""
    if not math.isfinite(share):
        return str(share)
    if abs(share) >= HUGE:
        return f"{share:.1e} times".replace("e+", "e")
    if abs(share) >= 10:
        return f"{share:,.0f} times"
    if 0 < abs(share) < 0.0095:
        return f"{100 * share:.2g}%"
    return f"{share:.1%}" if 0 < abs(share) < 0.095 else f"{share:.0%}"


def duration(seconds: float) -> str:
    """A time in words a person reads at a glance: 8 s, 12 min, 3 h 5 min, 2 d 4 h."""
    whole = max(0, round(seconds))
    for size, unit, part, smaller in ((86400, "d", 3600, "h"), (3600, "h", 60, "min")):
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{whole // 60} min" if whole >= 60 else f"{whole} s"
