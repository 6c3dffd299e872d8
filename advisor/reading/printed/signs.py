"""Signs by which a line may measure something: all others are passed by unread."""

import re
from collections.abc import Iterable

from advisor.reading.printed.languages import in_english
from advisor.reading.printed.measures import measured
from advisor.reading.printed.table import is_part
from advisor.signals.resolve import ADVERSARIAL
from advisor.signals.tags import meaning, spelled

VALUE = re.compile(r"\d|nan\b|inf")
# Without one of these in it, in lower case, no line is looked at: it neither counts nor names a quantity of the vocabulary.
SIGNS = (
    *("epoch", "ep ", "ep:", "step", "iter", "it ", "it:", "it=", "itr", "round", "tick", "update", "episode", "batch", "mb", "s:"),
    *("loss", "l:", "acc", "lr", "rate", "nll", "bce", "ce:", "ce=", "ce ", "recon", "elbo", "wer", "cer", "mse", "mae", "rmse"),
    *("train ", "val ", "train:", "train=", "training's", "% (", "%) ", "total", "l_pix", "l_mos", "l_metric", "l_style", "l_perc"),
    *("norm", "cost", "rew", "return", "ppl", "perplex", "bp", "entropy", "dice", "iou", "f1", "auc", "bleu", "map", "@", "precision"),
)
REWARD = re.compile(r"^_(?:(?:episode|total|mean|average|avg|train|training|eval|test|cumulative)_)*(?:reward|return)s?_$")
LABEL = re.compile(r"^\W*(?:test|val|valid|validation|eval|evaluation)\b[\w ]{0,20}:$", re.IGNORECASE)  # "Test Error:", alone on its line
CODE = re.compile(
    r"self\.|\bprint|\w ?[=+*!-]= ?[\w\"']|://"
    r"|(?:^|[:;{}] *)return\b(?! ?[:=])|\bdef \w|%[.\d]*[dfs]\b|\{(?![^{}]*(?:: |=)[-+]?\d)[^{}'\"]*\}"
)


def may_measure(plain: str) -> bool:
    """Whether any line that differs from this one, stripped of its prefixes, by its numbers only could say something of a curve."""
    if not plain or is_part(plain) or LABEL.match(plain):
        return bool(plain)
    low = in_english(plain).lower()
    if not (VALUE.search(low) and any(map(low.__contains__, SIGNS))) or CODE.search(plain):
        return False
    told = measured(plain)
    return told is not None and (
        told.plan.counts or any(map(meaning, told.values)) or any(map(is_reward, told.values)) or bool(of_a_game(told.values))
    )


def is_reward(tag: str) -> bool:
    """Whether a name says no more than the reward of an episode, or of several."""
    return bool(REWARD.search(spelled(tag)))


def of_a_game(tags: Iterable[str]) -> list[str]:
    """The losses of two nets that play against each other, which have no meaning; none where only one of them tells its own."""
    found = [tag for tag in tags if ADVERSARIAL.search(spelled(tag))]
    return found if len(found) > 1 else []
