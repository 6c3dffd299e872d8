"""What a loss holds beside the error logged with it: a price on weights, and no other measure of the error."""

import numpy as np
import pytest

from advisor.curves import fall, line, noise, scalar
from advisor.signals.loss_parts import penalty

STEPS = np.arange(200)
PRICE = line(5.2, 8.5)
TRAIN, VAL = fall(start=0.4, end=0.3, rate=20) * noise(0.02), fall(start=0.35, end=0.2, rate=20) * noise(0.05, seed=1)


def logged(**curves):
    return {tag: scalar(STEPS, values, tag=tag) for tag, values in curves.items()}


@pytest.mark.parametrize("found, curves", [
    (True, dict(loss=TRAIN + PRICE, val_loss=VAL + PRICE, mse=TRAIN, val_mse=VAL)),
    (True, dict(loss=TRAIN + 500 * fall(), val_loss=VAL + 495 * fall(), mse=TRAIN, val_mse=VAL)),
    (False, dict(loss=TRAIN, val_loss=VAL, mse=TRAIN, val_mse=VAL)),
    (False, dict(loss=np.sqrt(TRAIN / 100), val_loss=np.sqrt(VAL / 100), mse=TRAIN / 100, val_mse=VAL / 100)),
    (False, dict(loss=TRAIN + PRICE, val_loss=VAL + PRICE, mse=TRAIN, val_mse=VAL, accuracy=TRAIN)),
    (False, dict(loss=TRAIN + PRICE, val_loss=VAL + 1.1 * PRICE, mse=TRAIN, val_mse=VAL)),
    (False, dict(loss=TRAIN + PRICE, val_loss=VAL + PRICE, mse=TRAIN)),
], ids=["rises", "shrinks", "none", "a mean of absolute errors", "a classifier", "another in validation",
        "no error of validation"])  # fmt: skip
def test_a_price_is_the_same_in_training_and_in_validation_and_far_above_the_error(found, curves):
    scalars = logged(**curves)
    price = penalty(scalars, scalars["loss"], scalars["val_loss"])
    assert (price is not None) == found
    if found:
        assert price.tag == "loss - mse" and np.allclose(price.values, curves["loss"] - curves["mse"])
