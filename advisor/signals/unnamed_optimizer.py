"""The optimizer where no hyperparameter names it: by settings that only it has, or by the names of tags.

Only Adam and its like have two betas and an epsilon.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

ITS_OWN = re.compile(r"^adam_(?:betas?|eps)")
PAIR = re.compile(r"(?:^|_)betas$")
OF_ADAM = (0.9, 1.0)  # the second beta: those of a diffusion's noise are far smaller
NAMED = re.compile(r"lr-(?!SGD)([A-Z]\w*)(?:/|$)")  # of SGD nobody knows the momentum then, which its usual rate hangs on


def optimizer_by_settings(hparams: Mapping[str, Any] | None) -> str:
    """What the optimizer would be called, "adam"; empty where no setting tells."""
    return "adam" if any(ITS_OWN.match(str(name)) or _two_betas(str(name), value) for name, value in (hparams or {}).items()) else ""


def _two_betas(name: str, value: Any) -> bool:
    """Whether a setting of this name holds the decays of Adam's two averages."""
    if not PAIR.search(name.lower()):
        return False
    numbers = [float(n) for n in re.findall(r"\d*\.\d+", str(value))]
    return len(numbers) == 2 and OF_ADAM[0] <= numbers[1] < OF_ADAM[1]


def with_optimizer_of_tags(hparams: Mapping[str, Any], tags: Iterable[str]) -> Mapping[str, Any]:
    """The hyperparameters, with the optimizer that Lightning's LearningRateMonitor names its tags by, as in "lr-AdamW/pg1"."""
    if "optimizer" in hparams:
        return hparams
    named = next((found[1] for tag in tags if (found := NAMED.match(tag))), "")
    return {**hparams, "optimizer": named} if named else hparams
