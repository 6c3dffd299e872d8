"""What `--set` asks for: settings that knobs set in the process of the training, and arguments of the script itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from advisor.errors import AdvisorError, did_you_mean
from advisor.signals.hparams import HPARAMS
from probes.knobs import knobs, whole

ARGUMENT = "arg:"
REPLAYED = ("patience", "epochs", "max_steps")  # they say when a training ends, which its curves know
BY_ARGUMENT = "where the script has an option for it, --set arg:--{name}={value} tries that"


@dataclass(frozen=True)
class Setting:
    """One setting and its value; of an argument, `name` is the option with its dashes, and `value` is None where it takes none."""

    name: str
    value: Any
    argument: bool = False

    @property
    def replayed(self) -> bool:
        """Whether it takes no training of its own."""
        return self.name in REPLAYED and not self.argument

    @property
    def told(self) -> str:
        """As it was typed, more or less."""
        value = f"{self.value:g}" if isinstance(self.value, float) else str(self.value)
        return self.name if self.value is None else f"{self.name}={value}"


def settings_of(texts: Sequence[str]) -> tuple[Setting, ...]:
    """Every setting of the change.

    Raises
    ------
    AdvisorError
        There is none, one stands twice, there is no such knob, or a value is out of its range.
    """
    found = tuple(setting(text) for text in texts)
    if not found:
        raise AdvisorError("say what to change, as in --set lr=0.01; several --set make one change.")
    for one in found:
        if sum(other.name == one.name for other in found) > 1:
            raise AdvisorError(f"{one.name} is set twice; one change sets it once.")
        if one.replayed and len(found) > 1:
            raise AdvisorError(f"{one.name} is read off the curves of the training as it is, and so is tried alone.")
    return found


def setting(text: str) -> Setting:
    """The setting of NAME=VALUE or arg:--OPTION=VALUE.

    Raises
    ------
    AdvisorError
        It is not of this form, or cannot be set.
    """
    if text.startswith(ARGUMENT):
        option, equals, value = text.removeprefix(ARGUMENT).partition("=")
        if not option:
            raise AdvisorError("--set arg: wants an option of the script's, as in --set arg:--hidden=256.")
        return Setting(option, value if equals else None, argument=True)
    name, equals, value = text.partition("=")
    if not equals or not value:
        raise AdvisorError(f"--set wants NAME=VALUE, as in --set lr=0.01, but got {text!r}.")
    name = named(name.strip())
    if name in REPLAYED:
        return Setting(name, whole(name, value))
    if name not in knobs():
        raise AdvisorError(no_knob(name, value))
    return Setting(name, knobs()[name].parse(value))


def named(name: str) -> str:
    """The knob's own name, also where it goes by another."""
    asked = name.lower().replace("-", "_")
    return next((own for own, known in HPARAMS.items() if asked == own or asked in known.aliases), asked)


def no_knob(name: str, value: str) -> str:
    """Why this cannot be set here, and what would set it."""
    by_argument = BY_ARGUMENT.format(name=name.replace("_", "-"), value=value)
    if name in HPARAMS:
        return f"{name} can only be changed by the script itself; {by_argument}."
    known = (*knobs(), *REPLAYED)
    return f"there is no setting {name!r} to try.{did_you_mean(name, known)} There are {', '.join(known)}; {by_argument}."


def arguments_with(arguments: Sequence[str], settings: Sequence[Setting]) -> tuple[str, ...]:
    """The script's arguments with those that the change sets: in place of the same option where it stands, else at the end."""
    words = list(arguments)
    for one in settings:
        if not one.argument:
            continue
        at = next((i for i, word in enumerate(words) if word == one.name or word.startswith(f"{one.name}=")), None)
        if at is None:
            words += [one.name] if one.value is None else [one.name, str(one.value)]
        elif one.value is not None and words[at] != one.name:
            words[at] = f"{one.name}={one.value}"
        elif one.value is not None:
            words[at + 1 : at + 2] = [str(one.value)]
    return tuple(words)
