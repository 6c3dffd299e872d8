"""What stopping early would keep, and why it would keep little."""

import numpy as np
import pytest

from advisor import curves
from advisor.evidence.validation.worth_keeping import in_vain

TURNS = curves.fall(end=0.6) + curves.rise(0.5, after=0.4)
GUESSES, KNOWS = curves.fall(end=0.02), curves.fall(start=0.4, end=0.02)  # training losses, by what is known at the start


@pytest.mark.parametrize("train, val, score, said", [
    pytest.param(GUESSES, TURNS, None, "", id="far below its start"),
    pytest.param(GUESSES, TURNS, 0.8 - curves.fall(0.7, 0), "", id="a good score"),
    pytest.param(GUESSES, TURNS, 0.35 - curves.fall(0.25, 0), "would keep a score of 0.348", id="near a guess"),
    pytest.param(
        GUESSES, TURNS, 0.5 - curves.fall(0.4, 0) + curves.rise(0.3, after=0.5), "costs more than it saves", id="learned most later"
    ),
    pytest.param(
        GUESSES, curves.fall(end=2.2) + curves.rise(0.9, after=0.3), None, "lies hardly below the 2.3 that the losses began at",
        id="hardly below its start",
    ),
    pytest.param(KNOWS, 0.7 + curves.rise(0.9, after=0), None, "see before that both sets are prepared alike", id="best at first"),
    pytest.param(KNOWS, 0.3 + curves.rise(0.9, after=0), 0.95 + 0.01 * np.cos(curves.T), "", id="good at first"),
])  # fmt: skip
def test_why_stopping_early_would_leave_little_is_said(train, val, score, said):
    known = {} if score is None else dict(val_accuracy=curves.every(10, score))
    told = in_vain(curves.example(dict(train_loss=train, val_loss=curves.every(10, val)) | known))
    assert said in told and bool(told) == bool(said)


@pytest.mark.parametrize("hparams, evaluations, said", [
    (dict(patience=7), 8, "it waits for 7 evaluations"), (dict(patience=7), 30, ""), (dict(patience=0), 8, ""),
    (dict(patience=7, scheduler="ReduceLROnPlateau"), 8, ""),
])  # fmt: skip
def test_early_stopping_that_is_at_work_is_not_advised_again(hparams, evaluations, said):
    val = np.r_[np.linspace(2.0, 0.6, 10), np.linspace(0.61, 0.9, evaluations)]
    told = in_vain(curves.example(dict(train_loss=GUESSES, val_loss=val, hparams=hparams)))
    assert said in told and bool(told) == bool(said)
