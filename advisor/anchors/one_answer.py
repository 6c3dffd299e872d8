"""An accuracy that is one number from its first evaluation to its last: the share of the class that is answered to everything."""

from collections.abc import Iterable

import numpy as np

from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar

EVALUATIONS, SHORTEST = 6, 3
SMALL, HALF, MUCH = 30, 0.5, 0.9  # examples: of fewer the same number right is no wonder; accuracies
FEW, EXACTLY = 10, 1e-6  # classes; of the accuracy
NEARLY, MOSTLY = 5e-3, 0.6  # of the accuracy; of the evaluations: a few examples may be answered otherwise now and then
LEAST, ALONE = 4, 10  # evaluations; and where no loss was logged that could tell
BETTER, FAR = 0.1, 30.0  # of the entropy: a loss that is lower by so much is of answers that differ; times it: one that high has exploded


def few_alike(score: Scalar, val_loss: Scalar | None) -> Finding | None:
    """Three or more of a handful of evaluations, the last too, have one accuracy, not of few examples, and the loss did not fall."""
    values = score.values
    if not SHORTEST <= len(values) < EVALUATIONS or val_loss is None or len(val_loss.finite()) != len(values):
        return None
    final, v = float(values[-1]), val_loss.finite()
    alike, part = int((values == final).sum()), _share(final, values)
    if alike < SHORTEST or not 0 < part <= HALF or of_few_examples(part) or v.values[-1] < v.values[0]:
        return None
    said, beside = f" at {alike} of {len(values)} evaluations", f", and validation loss went from {v.values[0]:.3g} to {v.values[-1]:.3g}"
    return _finding(score, final, alike / len(values), 0.5, said, beside)


def one_of_a_few(score: Scalar, always: int) -> Finding | None:
    """The same accuracy at all evaluations, and exactly that of one class among a few."""
    final, classes = float(score.values[-1]), round(1 / float(score.values[-1])) if 0 < score.values[-1] < 1 else 0
    if not 2 <= classes <= FEW or len(score) < always or np.ptp(score.values) > 0 or abs(final * classes - 1) > EXACTLY:
        return None
    return _finding(score, final, 1.0, 1.0, f", one of {classes} classes, at each of {len(score)} evaluations", "", 0.9)


def one_from_the_first(score: Scalar, losses: Iterable[Scalar | None]) -> Finding | None:
    """Of four evaluations or more all have next to one accuracy, most exactly, and no loss is lower than that of a constant answer.

    Where no loss was logged there must be ten, unless the accuracy is no more than one half.
    """
    values = score.values
    if len(values) < LEAST:
        return None
    final = most_frequent(values)
    part, exact = _share(final, values), float((values == final).mean())
    if not 0 < part <= MUCH or exact < MOSTLY or np.abs(values - final).max() > NEARLY * final or of_few_examples(part):
        return None
    ends = [float(np.median(c.values[-SHORTEST:])) for loss in losses if loss is not None and len(c := loss.finite())]
    if any(not (1 - BETTER) * entropy_of(part) <= end <= FAR * entropy_of(part) for end in ends) or (
        not ends and part > HALF and len(values) < ALONE
    ):
        return None
    said = f" at {'each' if exact == 1 else f'{exact:.0%}'} of its {len(values)} evaluations, from the first on"
    beside = f", and no loss is below {entropy_of(part):.3g}, that of a constant answer" if ends else ""
    return _finding(score, final, exact, MOSTLY, said, beside, 0.8)


def _finding(score: Scalar, final: float, exact: float, limit: float, said: str, beside: str, sure: float = 0.7) -> Finding:
    first, last = int(score.steps[0]), int(score.steps[-1])
    return Finding(
        f"Validation accuracy is exactly {final:.6g}{said} (steps {first} to {last}){beside}: the model answers with one class.",
        (Evidence("val_accuracy", first, last, "share of the evaluations with the same accuracy", exact, limit),),
        confidence=sure,
    )


def most_frequent(values: np.ndarray) -> float:
    """The value that occurs most often, the later of several."""
    found, first, count = np.unique(values[::-1], return_index=True, return_counts=True)
    return float(found[np.lexsort((first, -count))[0]])


def of_few_examples(part: float) -> bool:
    """Whether a share can be that of fewer examples than it would be a wonder in to answer the same number rightly again and again."""
    return any(abs(part * n - round(part * n)) <= 1e-3 * n * part for n in range(1, SMALL + 1))


def entropy_of(score: float) -> float:
    """The loss, in nats, of answering what is known of the two shares alone; of more classes it may be more."""
    share = score / 100 if score > 1 else score
    return float(-share * np.log(share) - (1 - share) * np.log(1 - share)) if 0 < share < 1 else 0.0


def _share(final: float, values: np.ndarray) -> float:
    return final / 100 if values.max() > 1 else final
