"""Signs by which a line may measure something: all others are passed by unread."""

import re

from advisor.reading.printed.measures import measured
from advisor.reading.printed.table import is_part
from advisor.signals.resolve import ADVERSARIAL
from advisor.signals.tags import meaning, spelled

VALUE = re.compile(r"\d|nan\b|inf")
# Without one of these in it, in lower case, no line is looked at: it neither counts nor names a quantity of the vocabulary.
SIGNS = (
    *("epoch", "ep ", "ep:", "step", "iter", "it ", "it:", "it=", "itr", "round", "tick", "update", "episode", "batch", "mb", "s:"),
    *("loss", "l:", "acc", "lr", "rate", "nll", "bce", "ce:", "ce=", "ce ", "recon", "elbo", "wer", "cer", "mse", "mae", "rmse"),
    *("train ", "val ", "total", "l_pix", "l_mos", "l_metric", "l_style", "l_perc"),
    *("norm", "cost", "rew", "return", "ppl", "perplex", "bp", "entropy", "dice", "iou", "f1", "auc", "bleu", "map", "@", "precision"),
)
LABEL = re.compile(r"^\W*(?:test|val|valid|validation|eval|evaluation)\b[\w ]{0,20}:$", re.IGNORECASE)  # "Test Error:", alone on its line
CODE = re.compile(r"self\.|\bprint|\w ?[=+*!-]= ?[\w\"']|://|\breturn\b|\bdef \w|%[.\d]*[dfs]\b|\{[^{}'\"]*\}")


def may_measure(plain: str) -> bool:
    """Whether any line that differs from this one, stripped of its prefixes, by its numbers only could say something of a curve."""
    if not plain or is_part(plain) or LABEL.match(plain):
        return bool(plain)
    low = plain.lower()
    if not (VALUE.search(low) and any(map(low.__contains__, SIGNS))) or CODE.search(plain):
        return False
    told = measured(plain)
    return told is not None and (told.plan.counts or any(meaning(tag) or is_of_a_game(tag) for tag in told.values))


def is_of_a_game(tag: str) -> bool:
    """Whether it is the loss of one of two nets that play against each other, of which no vocabulary knows a meaning."""
    return bool(ADVERSARIAL.search(spelled(tag)))
