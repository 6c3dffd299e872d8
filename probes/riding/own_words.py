"""What a script says of its own training: its length, by a trainer, its arguments, variables and loops; and which option sets what.

A number counts where all that the script says agree: two names of epochs with different numbers tell nothing.
"""

import dataclasses
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType, SimpleNamespace
from typing import Any

from advisor.signals.hparams import COUNTS, NAMES
from probes.riding import counted_loops
from probes.riding.counted_loops import Line

EPOCHS, STEPS, WARM_UP = "epochs", "max_steps", "warmup_steps"
MORE = {"iterations", "iters", "num_iters", "n_iters", "max_train_steps", "num_training_steps", "training_steps", "max_iter"}
OTHERS = {"n_steps", "num_steps"}  # of a rollout, a diffusion or an attack as often as of a training
DECAYED = ("lr_decay_iters", "lr_decay_steps", "decay_steps")  # until where a schedule by hand goes down, as in nanoGPT
LOOPS = {  # by the package that the loop is in
    "transformers": "transformers",
    "trl": "transformers",
    "lightning": "lightning",
    "pytorch_lightning": "lightning",
    **{name: name for name in ("fastai", "skorch", "ultralytics", "detectron2", "mmengine")},
}
SET = ("lr", "batch_size", "accumulation_steps", "num_workers", "weight_decay")


class Arguments:
    """The parsers that the script asked for its arguments, and what they told it."""

    def __init__(self) -> None:
        self.parsed: list[tuple[ArgumentParser, Namespace]] = []

    def parse(self, original: Callable, parser: ArgumentParser, *args: Any, **options: Any) -> Any:
        """In place of `ArgumentParser.parse_known_args`."""
        result = original(parser, *args, **options)
        self.parsed.append((parser, result[0]))
        return result

    def options(self, today: Mapping[str, Any]) -> dict[str, str]:
        """The option that sets each setting, where it was given the value that is in use; a setting that two options share is left out."""
        found: dict[str, set[str]] = {}
        for parser, told in self.parsed:
            for action in parser._actions:
                name, value = NAMES.get(action.dest.lower()), getattr(told, action.dest, None)
                if name in SET and name in today and action.option_strings and value == today[name]:
                    found.setdefault(name, set()).add(max(action.option_strings, key=len))
        return {name: options.pop() for name, options in found.items() if len(options) == 1}


def plan(arguments: Arguments, steps_per_epoch: int, made: Sequence[Line] = ()) -> dict[str, Any]:
    """`max_steps`, and `schedule` where it is told, of the training that this thread is in the middle of; empty where nothing tells.

    Parameters
    ----------
    made : the lines in which its optimizer was made
    """
    frames = list(counted_loops.frames())
    if steps := next(filter(None, map(of_trainer, frames)), None):
        return {STEPS: steps}
    found: dict[str, set[float]] = {}
    for name, value in _numbers(frames, arguments):
        found.setdefault(name, set()).add(value)
    told = {name: values.pop() for name, values in found.items() if len(values) == 1}
    steps = int(told.get(STEPS) or told.get(EPOCHS, 0) * steps_per_epoch or counted_loops.steps(frames, made, steps_per_epoch) or 0)
    if not steps:
        return {}
    by_hand = next((told[name] for name in DECAYED if name in told), None)
    schedule = {"schedule": "warm-up-cosine" if told.get(WARM_UP) else "cosine"} if by_hand and by_hand >= 0.5 * steps else {}
    return {STEPS: steps, **schedule}


def framework() -> str:
    """The framework whose loop this thread is in the middle of, as its file in advisor/frameworks is named; empty where it is none."""
    homes = (frame.f_globals.get("__name__", "").partition(".")[0] for frame in counted_loops.frames())
    return next((LOOPS[home] for home in homes if home in LOOPS), "")


def of_trainer(frame: FrameType) -> int | None:
    """Steps that the trainer of Hugging Face or Lightning whose method this is will take; None where it is none, or has no end."""
    trainer: Any = frame.f_locals.get("self")
    home = type(trainer).__module__.partition(".")[0]
    if home in ("transformers", "trl"):
        steps = getattr(getattr(trainer, "state", None), "max_steps", 0)
    elif home in ("lightning", "pytorch_lightning") and type(trainer).__name__ == "Trainer":
        batches = getattr(trainer, "num_training_batches", 0) // max(1, getattr(trainer, "accumulate_grad_batches", 1))
        ends = [steps for steps in (getattr(trainer, "max_steps", -1), (trainer.max_epochs or -1) * batches) if steps > 0]
        steps = min(ends, default=0)
    else:
        return None
    return steps if isinstance(steps, int) and steps > 0 else None


def _numbers(frames: list[FrameType], arguments: Arguments) -> Iterator[tuple[str, float]]:
    """Numbers by our names, of the script's arguments, and of the variables of its own functions and file."""
    main = vars(sys.modules["__main__"])
    for known in [*(vars(told) for _, told in arguments.parsed), main, *(f.f_locals for f in frames if f.f_globals is main)]:
        for key, value in list(known.items()):
            inside = _inside(value)
            yield from _named(key, value) if inside is None else (pair for pair_of in inside.items() for pair in _named(*pair_of))


def _inside(value: Any) -> Mapping[str, Any] | None:
    """The settings that an object holds, None where it is none of settings."""
    if isinstance(value, Namespace | SimpleNamespace) or (dataclasses.is_dataclass(value) and not isinstance(value, type)):
        return vars(value) if hasattr(value, "__dict__") else None
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return value
    kind = value if isinstance(value, type) else type(value)
    named = any(word in kind.__name__.lower() for word in ("conf", "cfg", "args", "hparams", "settings"))
    return {**vars(kind), **getattr(value, "__dict__", {})} if kind.__module__ == "__main__" and named else None


def _named(key: str, value: Any) -> Iterator[tuple[str, float]]:
    plain = key.lower()
    name = STEPS if plain in MORE else NAMES.get(plain) if plain not in OTHERS else None
    if plain in DECAYED:
        name = plain
    if name not in (EPOCHS, STEPS, WARM_UP, *DECAYED) or not isinstance(value, int | float) or isinstance(value, bool):
        return
    if 1 <= value <= COUNTS.get(name, COUNTS[STEPS]) and value == int(value):
        yield name, float(value)
