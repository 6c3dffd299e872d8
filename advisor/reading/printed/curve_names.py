"""What the curves of a printed line are called."""

from functools import lru_cache

from advisor.reading.printed.plan import Plan
from advisor.reading.printed.signs import is_reward, of_a_game
from advisor.signals.tags import VAL, meaning

Names = tuple[tuple[str, str], ...]  # tags as a line names them, each with the name of its curve


@lru_cache(maxsize=1 << 14)
def names_of(plan: Plan, role: str = "") -> Names:
    """The curves of the values of a plan.

    Of a line that counts nothing: the quantities of the vocabulary, and of the split that the lines above were about, `role`; no summary.
    """
    tags = [tag for tag, *_ in plan.values]
    if plan.counts:
        return tuple((tag, tag) for tag in (*tags, *["epoch"] * bool(tags and plan.epoch is not None)))
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
