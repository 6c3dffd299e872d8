"""How far updates move a policy, as evidence for steps that are too large or too small."""

from collections.abc import Iterator

import numpy as np

from advisor.finding import Evidence
from advisor.scalar import Scalar

LARGE, SMALL = 0.2, 1e-5  # KL divergence of an update; 1e-3 to 1e-2 is usual
USUAL = (1e-4, 0.05)


def policy_steps(approx_kl: Scalar | None, sign: int) -> Iterator[Evidence]:
    """Median and highest KL divergence, for steps too large where `sign` is +1, for steps too small where it is -1."""
    if approx_kl is None or not len(kl := approx_kl.finite()):
        return
    first, last = int(kl.steps[0]), int(kl.steps[-1])
    typical, most = float(np.median(np.abs(kl.values))), float(kl.values.max())
    if sign > 0:
        weight = 12.0 if typical >= LARGE else 8.0 if most >= LARGE else -6.0 if most < USUAL[1] else 0.0
        yield Evidence("approx_kl", first, last, "highest KL divergence of an update", most, LARGE, weight)
    elif typical > 0:
        weight = 12.0 if typical < SMALL else -8.0 if typical > USUAL[0] else 0.0
        yield Evidence("approx_kl", first, last, "median KL divergence of an update", typical, SMALL, weight)
