"""Cases by number: the number alone makes the case, so that any can be made again."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.hostile.disk_faults import any_fault
from tests.hostile.mutants import damaged, mutated
from tests.hostile.oddities import odd
from tests.hostile.ordinary import ORDINARY, Files, training

DAMAGE, FAULT, ODD = 0.35, 0.45, 0.55  # shares of cases, each counted from the one before


@dataclass(frozen=True)
class Case:
    """Files of a folder in a `format`, as they are and as they were when `whole`; what was done to them; and what the disk does."""

    format: str
    files: Files
    whole: Files
    said: list[str]
    damage: bool = False
    fault: dict[str, Any] | None = None


def case_of(number: int) -> Case:
    """The case of this number."""
    random = np.random.default_rng(number)
    kind = str(random.choice(list(ORDINARY)))
    whole, chance = ORDINARY[kind](training(random)), random.random()
    if chance < DAMAGE:
        files, said = damaged(random, kind, whole)
        return Case(kind, files, whole, [kind, *said], damage=True)
    if chance < FAULT:
        return Case(kind, whole, whole, [kind], fault=any_fault(random))
    if chance < ODD:
        files, said = odd(random)
        return Case("odd table", files, files, said)
    files, said = mutated(random, kind, whole)
    return Case(kind, files, whole, [kind, *said])


def written(folder: Path, files: Files) -> Path:
    """The folder with these files in it."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
