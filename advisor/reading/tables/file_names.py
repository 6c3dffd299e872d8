"""What the name of a file says of bare numbers in it: train_loss.txt, val_acc.csv, losses.json, loss_lr0.1_bs64.txt."""

import re
from collections.abc import Mapping
from dataclasses import replace

from advisor.scalar import Scalar
from advisor.signals.tags import meaning, spelled

REWARDS = re.compile(r"^_(?:(?:epoch|episode|total|mean|average|avg|train|eval)_)*(?:rewards?|returns?)_$")
COLLECTION = re.compile(
    r"(?i)(?:^|[_\-. ])(?:history|hist|logs?|list|curve|curves|record|records|array|data|values?|all|per|epochs?)(?=$|[_\-. ])"
)
ENDING = re.compile(
    r"(?i)(?:(?<![a-z])((?:train(?:ing)?|val(?:id(?:ation)?)?|test|eval)[_-]?(?:loss(?:es)?|acc(?:uracy)?))"
    r"|(?<=\d)[_-]((?:loss(?:es)?|acc(?:uracy)?)))$"
)
WITH_SETTINGS = re.compile(r"(?i)((?:[a-z]+[_-])?(?:loss|losses|acc|accuracy))[_-](?=.*\d)")  # of the training, with their numbers


def said_by(stem: str) -> str:
    """The loss, the score or the reward that a file's name says it holds; "" where it says none, or something more special."""
    name = COLLECTION.sub("", stem).strip("_-. ")
    if _is_plain(name) or REWARDS.search(spelled(name)):
        return name
    head = WITH_SETTINGS.match(name)
    return head[1] if head and _is_plain(head[1]) else ""


def ends_as(stem: str) -> str:
    """The loss or score that a name ends in behind its settings, "fold1_lr0.01_train_loss"; "" where it ends in none, or in another's."""
    found = ENDING.search(COLLECTION.sub("", stem).strip("_-. "))
    return (found[1] or found[2]) if found and meaning(stem) else ""


def of_the_files_set(scalars: Mapping[str, Scalar], stem: str) -> dict[str, Scalar]:
    """The curves; under the name of the validation set where the file is named by its loss or score, and none says of which set it is."""
    known = {tag: meaning(tag) for tag in scalars}
    named = meaning(said_by(stem))
    if named is None or named.role != "val" or any(said and said.role for said in known.values()):
        return dict(scalars)
    losses = [tag for tag, said in known.items() if said and said.quantity in ("loss", "accuracy")]
    tags = {tag: f"val/{tag}" if tag in losses else tag for tag in scalars}
    return {tags[tag]: replace(curve, tag=tags[tag]) for tag, curve in scalars.items()}


def _is_plain(name: str) -> bool:
    known = meaning(name)
    return known is not None and known.quantity in ("loss", "accuracy") and not known.extra
