"""Most units of a layer answer 0 to every example.

What it means
    A rectified unit that is 0 for all data passes no gradient back and never changes again: the layer is as narrow as what is left of it.

How it is detected
    The units of each ReLU over at least `examples` examples, after a few steps: the share that is 0 for every one of them. Sparse answers
    are no death; up to a half may be one-sided by chance where inputs are alike, so `dead` lies above that.

References
    Lu et al., Dying ReLU and Initialization (2019). arXiv:1903.06733
    Ben Braiek and Khomh, Testing Feedforward Neural Networks Training Programs (2022). arXiv:2204.00694
"""

import numpy as np

from advisor.evidence.sanity_facts import at_end, by_layer, sanity_evidence
from advisor.finding import Finding
from advisor.statistics.curve_shape import CannotTell
from advisor.wording import first_few


def check(sanity_check, *, dead=0.75, examples=32):
    layers = by_layer(sanity_check, "dead_units")
    if not layers:
        raise CannotTell("no layer with rectified units was seen")
    if (count := at_end(sanity_check, "examples", 0.0)) < examples:
        raise CannotTell(f"{count:.0f} examples are too few to call a unit dead")
    found = {name: share for name, share in layers.items() if share > dead}
    if found:
        worst = max(found, key=found.__getitem__)
        steps, rate = at_end(sanity_check, "trained", 0.0), at_end(sanity_check, "lr")
        after = f" after {steps:.0f} steps at a learning rate of {rate:.1e}" if steps > 0 and rate > 0 else ""
        yield Finding(
            f"{found[worst]:.0%} of the units of {worst or 'the model'} were 0 for all {count:.0f} examples{after}"
            + (f"; so were most of {first_few((n for n in found if n != worst), 3)}." if len(found) > 1 else "."),
            (
                sanity_evidence(
                    sanity_check, f"dead_units/{worst}", "share of a layer's units that are 0 for every example", found[worst], dead
                ),
            ),
            confidence=0.95,
        )


def units(examples=256, **more):
    """The share of dead units of each layer, at two looks."""
    layers = {name: np.array(value if isinstance(value, tuple) else (value, value), float) for name, value in more.items()}
    return dict(sanity_check={f"dead_units/{n}": v for n, v in layers.items()} | {"examples": np.array([float(examples)] * 2)})


BAD = {
    "a whole layer": units(fc1=1.0, fc2=0.1),
    "four in five": units(fc1=0.1, fc2=0.8),
    "killed by the first steps": units(fc1=(0.1, 0.98)),
}
GOOD = {
    "a few": units(fc1=0.05, fc2=0.2),
    "inputs that are much alike": units(fc1=0.1, fc2=0.52, fc3=0.6),
    "came back": units(fc1=(0.9, 0.1)),
    "too few examples": units(examples=8, fc1=0.9),
}
