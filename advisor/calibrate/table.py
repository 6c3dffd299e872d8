"""The table of weights as TOML: sorted, a number a line, so that a difference can be read."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from advisor.calibrate.fit import Validated
from advisor.calibrate.judged import confusion

HEAD = "# Written by `python -m advisor.calibrate`; not to be edited. Weights are in decibans.\n"


def counted(causes: Mapping[str, Any], found: Validated) -> dict[str, Any]:
    """The causes' weights with how often each was planted, named and right when its task was held out."""
    seen = confusion(found.alone)
    out: dict[str, Any] = {}
    for cause in sorted({*causes, *seen}):
        first = sum(row[cause] for row in seen.values())
        mine = seen.get(cause, Counter())
        counts = dict(planted=sum(mine.values()), first=first, right=mine[cause])
        out[cause] = {"corpus": counts} | causes.get(cause, {})
    return out


def written(table: Mapping[str, Any]) -> str:
    """The text of weights.toml."""
    sections = [section("probability", table["probability"])] if "probability" in table else []
    sections += [section(f"problems.{name}", values) for name, values in table["problems"].items()]
    sections += [
        section(f"causes.{name}.{part}", values) for name, parts in table["causes"].items() for part, values in parts.items() if values
    ]
    return HEAD + "".join(sections)


def section(name: str, values: Mapping[str, Any]) -> str:
    """A table of TOML under its heading, with an empty line before it."""
    return f"\n[{name}]\n" + "".join(f"{key(k)} = {value(v)}\n" for k, v in values.items())


def key(name: str) -> str:
    """The name as a key of TOML, in quotes where it holds more than letters, digits, - and _."""
    return name if name.replace("-", "").replace("_", "").isalnum() else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def value(v: Any) -> str:
    """A number, to six digits that matter, or a mapping as an inline table."""
    return (
        "{ " + ", ".join(f"{key(k)} = {value(x)}" for k, x in v.items()) + " }" if isinstance(v, Mapping) else f"{v + 0:g}"
    )  # no minus before 0
