"""Values in the inputs or targets are NaN or infinite.

What it means
    One NaN makes the output, the loss and then every weight NaN. Infinities are mostly the logarithm of 0 or a division by it.

How it is detected
    Every value of a few minibatches is looked at. It is an error where the loss was not finite either; where it was, the model or the
    loss may well mask such values.

References
    Ben Braiek and Khomh, Testing Feedforward Neural Networks Training Programs (2022). arXiv:2204.00694
"""

import numpy as np

from advisor.evidence.sanity_facts import at_start, sanity_evidence
from advisor.finding import Finding
from advisor.statistics.curve_shape import CannotTell


def check(sanity_check):
    if "nan_inputs" not in sanity_check:
        raise CannotTell("no data was looked at")
    lost = not np.isfinite(at_start(sanity_check, "loss", 0.0))
    for what in ("inputs", "targets"):
        for kind, word in (("nan", "NaN"), ("infinite", "infinite")):
            share = at_start(sanity_check, f"{kind}_{what}", 0.0)
            if share > 0:
                loss = "and so was the loss" if lost else "though the loss was finite"
                yield Finding(
                    f"{share:.2g} of the values in the {what} were {word}, {loss}.",
                    (sanity_evidence(sanity_check, f"{kind}_{what}", f"share of the {what} that is {word}", share, 0.0),),
                    level="error" if lost else "warning",
                    confidence=0.97 if lost else 0.7,
                )


def data(loss=2.3, **shares):
    facts = dict(nan_inputs=0.0, nan_targets=0.0, infinite_inputs=0.0, infinite_targets=0.0, loss=loss) | shares
    return dict(sanity_check={name: np.array([float(value)]) for name, value in facts.items()})


BAD = {
    "a missing value in the inputs": data(nan_inputs=0.001, loss=np.nan),
    "missing targets, masked": data(nan_targets=0.2),
    "the logarithm of 0": data(infinite_inputs=0.01, loss=np.nan),
}
GOOD = {"all are numbers": data(), "the loss alone is not": data(loss=np.inf)}
