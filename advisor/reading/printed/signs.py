"""Signs by which a line may measure something: all others are passed by unread."""

import re
from collections.abc import Iterable
from functools import lru_cache

from advisor.reading.printed.languages import in_english
from advisor.reading.printed.measures import measured
from advisor.reading.printed.plan import Plan
from advisor.reading.printed.table import is_part
from advisor.signals.resolve import ADVERSARIAL
from advisor.signals.tags import VAL, meaning, spelled

Names = tuple[tuple[str, str], ...]  # tags as a line names them, each with the name of its curve

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
SIDES = {"D", "G"}
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


@lru_cache(maxsize=1 << 14)
def names_of(plan: Plan, role: str = "") -> Names:
    """The curves of the values of a plan.

    Of a line that counts nothing: the quantities of the vocabulary, and of the split that the lines above were about, `role`; no summary.
    """
    tags = [tag for tag, *_ in plan.values]
    if plan.counts:
        both = {*tags} >= SIDES  # the losses of two nets, in a bar that has no room for more
        found = [(tag, f"{tag} loss" if both and tag in SIDES else tag) for tag in tags]
        return (*found, *[("epoch", "epoch")] * bool(tags and plan.epoch is not None))
    if any(tag.lower().startswith("best") for tag in tags):
        return ()
    found = [(tag, tag) for tag in of_a_game(tags)]
    for tag in tags:
        known = meaning(tag)
        if is_reward(tag):
            found.append((tag, tag))
        if known and known.quantity in ("loss", "accuracy", "lr", "grad_norm"):
            plain = known.role or role not in VAL or known.quantity not in ("loss", "accuracy")
            found.append((tag, tag if plain else f"{role}/{tag}"))
    return tuple(found)
