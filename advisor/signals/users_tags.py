"""Tags that the user gave: which signal each is, whatever it is called."""

from collections.abc import Collection, Mapping
from typing import Any

from advisor.errors import AdvisorError, closest
from advisor.signals.vocabulary import NO_CURVES, SIGNALS
from advisor.wording import first_few


def by_tag(signal: str, tag: str, scalars: Mapping[str, Any]) -> Any:
    """What was logged under the tag that the user says the signal has.

    Raises
    ------
    AdvisorError
        There is no such signal, or nothing was logged under that tag.
    """
    if signal not in SIGNALS or signal in NO_CURVES:
        curves = [name for name in SIGNALS if name not in NO_CURVES]
        raise AdvisorError(
            f"there is no signal {signal} that a tag could be given for{_close(signal, curves)}; there are {', '.join(curves)}."
        )
    if tag not in scalars:
        hint, logged = _close(tag, list(scalars)) or ", nor anything like it", first_few(scalars, 8) or "none"
        raise AdvisorError(f"no scalar was logged as {tag}{hint}; logged were {logged}.")
    return scalars[tag]


def _close(name: str, names: list[str]) -> str:
    return f" (did you mean {' or '.join(close)}?)" if (close := closest(name, names, 3)) else ""


def check_tags(tags: Mapping[str, str], logged: Collection[str]) -> None:
    """Refuse a tag of the user's that no run logged.

    Raises
    ------
    AdvisorError
        There is one, or there is no such signal.
    """
    for signal, tag in tags.items():
        by_tag(signal, tag, dict.fromkeys(logged))
