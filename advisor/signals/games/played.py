"""All signals of games."""

from collections.abc import Mapping

from advisor.scalar import Scalar
from advisor.signals.games.duels import SIDES, duel
from advisor.signals.games.rewards import REWARDED, rewards

PLAYED = (*REWARDED, *SIDES)


def played(scalars: Mapping[str, Scalar], named: Mapping[str, str]) -> dict[str, Scalar]:
    """What was logged of an agent or of two nets against each other, but for what the user named."""
    return {name: curve for name, curve in (rewards(scalars) | duel(scalars)).items() if name not in named}
