"""The recipe of one training of a pair: the user's script, the settings that are changed, its seed, and after how many steps it ends."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probes.probing.recipes import is_model_file
from probes.process.channel import Channel
from probes.programs.program import Program
from probes.safety.files import keep_files_safe
from probes.trainings.model_file import existing_file

LOOP = Path(__file__).with_name("model_loop.py")


@dataclass(frozen=True)
class Arm:
    """One side of a pair.

    Attributes
    ----------
    guard : str or None
        What keeps the files safe, chosen before.
    settings : tuple of (str, Any)
        Names of knobs and the values that they are set to; none where the script is run as it is.
    shift : int
        What is added to every seed; both sides of a pair have the same.
    steps : int or None
        Optimizer steps after which it ends; None for the script's own end.
    planned : int or None
        Steps that the script would train for; None where nobody knows.
    hold_out : bool
        Whether a tenth of what it trains on is held out, for it validates nothing itself.
    """

    path: Path
    arguments: tuple[str, ...] = ()
    module: str = ""
    guard: str | None = None
    settings: tuple[tuple[str, Any], ...] = ()
    shift: int = 0
    steps: int | None = None
    planned: int | None = None
    hold_out: bool = False

    def serve(self, channel: Channel) -> None:
        """Run it under its guard, log it through the channel, and tell how it ended."""
        path, whole = self.path, existing_file(self.path)
        apart = keep_files_safe(whole, self.guard)
        if path.is_absolute() or not path.is_file():  # as it was named it is found in a copied folder too
            path = apart.place(whole)
        from probes.trying.arms.conducted import Conducted  # numpy and torch start threads

        described = self.describes(whole)
        Conducted(channel, self, apart).run(Program(LOOP, (str(path),)) if described else Program(path, self.arguments, self.module))

    def describes(self, path: Path) -> bool:
        """Whether the file describes a training that our own loop does, as a `model.py`."""
        return not (self.arguments or self.module) and is_model_file(path.read_bytes())
