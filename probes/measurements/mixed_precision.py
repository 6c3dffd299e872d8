"""Mixed precision: how much faster a step is in bf16 or fp16, on this device, at this batch size.

What it means
    Units for half precision multiply several times as fast, where a device has them and the model keeps them busy. Elsewhere casting
    to and fro costs more than it gains.

How it is detected
    Real steps in each precision, taken in turn so that what else the machine does falls on all alike: the fastest of each.

What to change
    precision, where a step is a tenth faster or more: bf16 rather than fp16, for its range is that of fp32.

References
    Micikevicius et al., Mixed Precision Training (2018). arXiv:1710.03740
"""

import numpy as np

from advisor.finding import Change, Evidence
from probes.outcome import note

WORTHWHILE = 1.1
WARM_UP = 3


def measure(training, *, precisions=("fp32", "bf16"), rounds=5, steps=3, seconds=8.0):
    """A row a round: of each precision the fastest step and the loss of the last, in columns of their own."""
    spent = 0.0
    for turn in range(rounds):
        row: dict[str, float] = {}
        for precision in precisions:
            training.precision = precision
            for _ in range(WARM_UP if turn == 0 else 1):
                training.step()
            times = []
            for _ in range(steps):
                loss = training.step()
                times.append(max(training.step_time, 1e-9))
            row |= {f"step_time_{precision}": min(times), f"loss_{precision}": loss}
            spent += sum(times)
        yield row
        if spent > seconds:
            return


def times_faster(mixed_precision) -> dict[str, float]:
    """Of each reduced precision how many times faster a step is than in fp32; 0 where its loss was not finite."""
    table = vars(mixed_precision)
    whole = table["step_time_fp32"].min()
    names = [column.removeprefix("step_time_") for column in table if column.startswith("step_time_")]
    sound = {name: bool(np.isfinite(table[f"loss_{name}"]).all()) for name in names}
    return {name: float(whole / table[f"step_time_{name}"].min()) * sound[name] for name in names if name != "fp32"}


def suggested(mixed_precision) -> tuple[str, float]:
    """The precision to train in, and how many times faster a step is than in fp32."""
    faster = times_faster(mixed_precision)
    best = max(faster, key=faster.__getitem__)
    return (best, faster[best]) if faster[best] >= WORTHWHILE else ("fp32", 1.0)


def check(mixed_precision):
    (precision, faster), each = suggested(mixed_precision), times_faster(mixed_precision)
    best = max(each, key=each.__getitem__)
    last = len(mixed_precision.step_time_fp32) - 1
    fact = Evidence(f"mixed_precision/step_time_{best}", 0, last, "times faster than fp32", each[best], WORTHWHILE)
    if precision == "fp32":
        told = f"a step took {1 / each[best]:.2g} times as long in {best} as in fp32" if each[best] else "no loss in it was finite"
        yield note(f"Half precision is not worth it on this device: {told}.", fact)
        return
    change = Change("precision", to=precision, why=f"{faster:.2g} times as many examples a second on this device, as measured")
    yield note(f"A step in {precision} was {faster:.2g} times as fast as in fp32.", fact, change)
