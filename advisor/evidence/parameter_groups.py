"""Parameter groups that train at other rates than the one that counts as the run's: biases, a backbone, a head."""

import re

import numpy as np

from advisor.evidence.learning_rate import as_typed, peak_lr
from advisor.run import Run
from advisor.signals.hparams import as_number
from advisor.signals.tags import meaning, spelled

OTHER = 1.1  # times: rates nearer than this are one
PLANNED = re.compile(r"(?:^|_)(?:peak|max|min|base|init|initial|final|end|target|warmup)_")  # where a schedule goes, and no group's


def other_rates(run: Run) -> tuple[float, ...]:
    """The other groups' rates at their peak, lowest first, each once; none where all train at one, or one only is known.

    By what is typical of each curve: biases that are warmed up from above, and then train as all else does, are no other group.
    """
    lr, hparams = run.signal("lr"), run.signal("hparams")
    if (own := peak_lr(lr, hparams)) is None:
        return ()
    told = [as_number(hparams, name) for name in ("backbone_lr", "head_lr")]
    if lr is not None:
        beside = (s for tag, s in run.scalars.items() if tag != lr.tag and (m := meaning(tag)) and m.quantity == "lr" and m.role != "val")
        beside = (s for s in beside if not PLANNED.search(spelled(s.tag)))
        typical = float(np.median(lr.values))
        together = (s for s in beside if np.array_equal(s.steps, lr.steps) and np.isfinite(s.values).all() and typical > 0)
        told += [own * float(np.median(s.values)) / typical for s in together]
    apart = sorted(as_typed(rate) for rate in told if rate and rate > 0 and max(rate / own, own / rate) > OTHER)
    return tuple(rate for i, rate in enumerate(apart) if not i or rate > OTHER * apart[i - 1])
