"""The table of weights as TOML: sorted, a number a line, so that a difference can be read."""

from collections.abc import Mapping
from typing import Any

from advisor.calibrate.fit import Validated
from advisor.calibrate.judged import confusion

HEAD = "# Written by `python -m advisor.calibrate`; not to be edited. Weights are in decibans.\n"


def written(table: Mapping[str, Any], found: Validated) -> str:
    """The text of weights.toml, with how often each cause was planted, named and right when its task was held out."""
    seen = confusion(found.alone)
    causes = {}
    for cause in sorted({*table["causes"], *seen}):
        first = sum(row[cause] for row in seen.values())
        counts = dict(planted=sum(seen.get(cause, {}).values()), first=first, right=seen.get(cause, {}).get(cause, 0))
        causes[cause] = {"corpus": counts} | table["causes"].get(cause, {})
    sections = [section("probability", table["probability"])] if "probability" in table else []
    sections += [section(f"problems.{name}", values) for name, values in table["problems"].items()]
    sections += [section(f"causes.{name}.{part}", values) for name, parts in causes.items() for part, values in parts.items() if values]
    return HEAD + "".join(sections)


def section(name: str, values: Mapping[str, Any]) -> str:
    """A table of TOML under its heading, with an empty line before it."""
    return f"\n[{name}]\n" + "".join(f"{key(k)} = {value(v)}\n" for k, v in values.items())


def key(name: str) -> str:
    """The name as a key of TOML, in quotes where it holds more than letters, digits, - and _."""
    return name if name.replace("-", "").replace("_", "").isalnum() else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def value(v: Any) -> str:
    """A number, to six digits that matter, or a mapping as an inline table."""
    return "{ " + ", ".join(f"{key(k)} = {value(x)}" for k, x in v.items()) + " }" if isinstance(v, Mapping) else f"{v:g}"
