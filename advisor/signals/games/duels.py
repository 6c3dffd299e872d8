"""What is logged of two nets that learn against each other: a loss of each."""

import re
from collections.abc import Mapping

from advisor.scalar import Scalar
from advisor.signals.probe_tags import of_a_probe
from advisor.signals.tags import VAL, spelled, words

GENERATOR, DISCRIMINATOR = r"(?:generator|gen|g)", r"(?:discriminator|disc|critic|d)"
SIDES = {"generator_loss": GENERATOR, "discriminator_loss": DISCRIMINATOR}
PARTS = set(words("real fake a b l1 gp penalty cycle idt identity gan adv feat fm vgg cls recon reconstruction perceptual style"))


def loss_of(side: str) -> str:
    """The pattern of a loss of one of the two."""
    return rf"_{side}_(?:\w+_)?loss(?:es)?_|_loss(?:es)?_(?:\w+_)?{side}_"


def duel(scalars: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The losses of generator and discriminator, or critic; none where not both were logged whole."""
    found = {}
    for name, side in SIDES.items():
        pattern = re.compile(loss_of(side))
        among = [c for tag, c in scalars.items() if len(c) and not of_a_probe(tag) and pattern.search(spelled(tag))]
        whole = [c for c in among if not (PARTS | set(VAL)) & set(words(c.tag))]
        if whole:
            found[name] = min(whole, key=lambda c: (len(words(c.tag)), -len(c)))
    return found if len(found) == len(SIDES) else {}
