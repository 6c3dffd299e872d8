"""How long ranks are waited for, and where in the script they stand when they do not answer.

A rank may wait for ever without failing: in a collective operation, most often, that another one never enters.
"""

import faulthandler
import os
import re
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import IO

TRACES = "ADVISOR_TRACES"  # the file, by its descriptor, that a rank writes to where it stands
ASKED = getattr(signal, "SIGUSR2", None)  # none on Windows
TELLING = 0.5  # seconds that writing it takes at most
HUNG = (
    "{who} answered within {seconds:.0f} s{after}{where}; a rank that waits for ever is most often in a collective operation that another "
    "one does not enter, so let all of them take the same way through the script"
)


@dataclass(frozen=True)
class Patience:
    """Seconds that the ranks have for an answer.

    Attributes
    ----------
    first : float
        For the first one: they may prepare data before they train.
    least, times : float
        For any other, and that many times the longest answer so far where that is more.
    apart : float
        For the others, once one has answered, and that many `times` what it took where that is more.
    """

    first: float = 1800.0  # torch's own for a collective operation
    least: float = 300.0
    times: float = 20.0
    apart: float = 60.0

    def for_all(self, longest: float | None) -> float:
        """Seconds until one rank must have answered; `longest` is how many an answer took so far at most, None before the first."""
        return self.first if longest is None else max(self.least, self.times * longest)

    def for_the_others(self, took: float) -> float:
        """Seconds that the other ranks have once one has answered, after it `took` so many."""
        return max(self.apart, self.times * took)


def tell_when_asked() -> None:
    """Let this process write where it stands, whatever it waits for, when the one that started it asks."""
    if TRACES in os.environ and ASKED is not None:
        faulthandler.register(ASKED, int(os.environ[TRACES]), all_threads=True)


def stack_file() -> IO[str] | None:
    """A file for one rank to write to; None where the system does not ask processes so."""
    return tempfile.TemporaryFile("w+") if ASKED is not None else None


def script_lines(processes: list[Popen], told: list[IO[str] | None], script: Path) -> dict[int, int]:
    """The line of the script that each process is in, by rank; only of those that tell."""
    for process, file in zip(processes, told, strict=True):
        if file is not None and ASKED is not None:
            process.send_signal(ASKED)
    time.sleep(TELLING)
    found = {}
    for rank, file in enumerate(told):
        if file is not None:
            file.seek(0)
            if line := re.search(rf'File "{re.escape(str(script))}", line (\d+)', file.read()):
                found[rank] = int(line[1])
    return found


def hang_sentence(silent: list[int], count: int, seconds: float, lines: dict[int, int], script: Path) -> str:
    """One sentence on ranks that did not answer."""
    none_did, several = len(silent) == count, len(silent) > 1
    subject = f"rank{'s' * several} {' and '.join(map(str, silent))} of {count} ha{'ve' if several else 's'} not"
    who, after = (f"none of the {count} ranks has", "") if none_did else (subject, " of the others")
    stand = ", ".join(f"rank {rank} in line {line}" for rank, line in lines.items())
    where = f" ({stand} of {script.name})" if stand else ""
    return HUNG.format(who=who, seconds=seconds, after=after, where=where)
