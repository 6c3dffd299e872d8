"""The optimizer that tags name, where no hyperparameter does."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

NAMED = re.compile(r"lr-(?!SGD)([A-Z]\w*)(?:/|$)")  # of SGD nobody knows the momentum then, which its usual rate hangs on


def with_optimizer_of_tags(hparams: Mapping[str, Any], tags: Iterable[str]) -> Mapping[str, Any]:
    """The hyperparameters, with the optimizer that Lightning's LearningRateMonitor names its tags by, as in "lr-AdamW/pg1"."""
    if "optimizer" in hparams:
        return hparams
    named = next((found[1] for tag in tags if (found := NAMED.match(tag))), "")
    return {**hparams, "optimizer": named} if named else hparams
