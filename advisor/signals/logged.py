"""What a run logged and was set to, as one looks through it for signs of what it is."""

import importlib
import pkgutil
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from advisor.faults import contained
from advisor.signals.probe_tags import of_a_probe
from advisor.signals.tags import spelled

NOTHING = ("", "none", "null", "false", "no", "0", "[]", "{}")
ENOUGH = 1.0  # what the weights of the signs must come to


@dataclass(frozen=True)
class Sign:
    """What was seen and how much it speaks for something: 1 is enough alone, below 0 it speaks against."""

    seen: str
    weight: float


class Logged:
    """The tags and hyperparameters of a run, the formats they were read from, and the folder they lie in."""

    def __init__(self, tags, hparams: Mapping[str, Any], format: str = "", folder: str = "") -> None:
        self.tags = [tag for tag in tags if not of_a_probe(tag)]
        self.text = "\n".join(map(spelled, self.tags))  # one line a tag: searched at once, for there may be thousands
        self.as_is = "\n".join(self.tags)
        self.hparams = {re.split(r"[/.]", str(key))[-1].lower().replace("-", "_"): value for key, value in hparams.items()}
        self.format, self.folder = format, folder

    def tag(self, pattern: str, weight: float) -> Sign | None:
        """The first tag whose words, in lower case and between single underscores, hold the pattern."""
        return self._first(self.text, pattern, weight)

    def named(self, pattern: str, weight: float) -> Sign | None:
        """The first tag that holds the pattern as it is: what a framework joins with a hyphen or a colon, another does not."""
        return self._first(self.as_is, pattern, weight)

    def _first(self, text: str, pattern: str, weight: float) -> Sign | None:
        found = re.search(pattern, text, re.MULTILINE)
        return Sign(self.tags[text.count("\n", 0, found.start())], weight) if found else None

    def setting(self, names: str, weight: float, value: str = "") -> Sign | None:
        """The first hyperparameter of these names, with spaces between, that is set, and to what the pattern holds where one is given."""
        for name in names.split():
            said = str(self.hparams.get(name, "")).strip().lower()
            if said not in NOTHING and re.search(value, said):
                return Sign(name, weight)
        return None

    def read_as(self, formats: str, weight: float) -> Sign | None:
        """The format, where it is one of these, with spaces between."""
        return next((Sign(name, weight) for name in formats.split() if name in self.format.split("+")), None)

    def below(self, pattern: str, weight: float) -> Sign | None:
        """A folder whose name, whole, is of the pattern, around the logs."""
        found = re.search(rf"(?:^|/)({pattern})(?:/|$)", self.folder)
        return Sign(found[1], weight) if found else None


def modules_of(package: str, path: Iterable[str]) -> dict[str, ModuleType]:
    """Every module of a folder that lists by its files, by its name with hyphens."""
    return {m.name.replace("_", "-"): importlib.import_module(f"{package}.{m.name}") for m in pkgutil.iter_modules(path)}


def recognized_among(modules: Mapping[str, ModuleType], logged: Logged) -> tuple[str, tuple[Sign, ...]]:
    """The module that most speaks for among those for which enough does, and the signs of it; "" and none where there is none.

    A module that another of them stands on, as that one's `BEFORE` says, gives way to it; one that fails is not recognized.
    """
    signs = {name: _signs(name, module, logged) for name, module in modules.items()}
    weights = {name: sum(sign.weight for sign in seen) for name, seen in signs.items()}
    found = [name for name, weight in weights.items() if weight >= ENOUGH]
    general = {other for name in found for other in getattr(modules[name], "BEFORE", ())}
    best = max((name for name in found if name not in general), key=weights.__getitem__, default="")
    return best, signs.get(best, ())


def _signs(name: str, module: ModuleType, logged: Logged) -> tuple[Sign, ...]:
    """The signs that a module sees; none after a fault of ours."""
    with contained(name):
        return tuple(sign for sign in module.recognize(logged) if sign is not None)
    return ()
