"""Healthy trainings of other kinds than a plain classifier: no rule may raise an alarm on the shapes their losses take."""

import numpy as np
import pytest

from advisor import curves
from advisor.curves import LAST_STEP, POINTS, T, every, fall, flat, line, noise, rise, spike_at
from advisor.finding import LOUD
from advisor.judging import engine
from tests.judging.rules import TRANSFORMS, changed


def wiggle(scale, seed=0):
    """Noise that is added: for losses that cross zero."""
    return scale * np.random.default_rng(seed).standard_normal(POINTS)


EPOCH = np.floor(T * 7.999)
PHASE = T * 7.999 - EPOCH
WARM_UP = np.minimum(1, 10 * T)
COSINE = 0.5 * (1 + np.cos(np.pi * T))
SHORT_BATCH = np.where(np.arange(POINTS) % 25 == 24, 1 + 0.5 * np.random.default_rng(4).standard_normal(POINTS), 1.0)
HEALTHY = {
    "a negative log-likelihood that ends below zero": dict(train_loss=fall(start=1.2, end=-2.6) + wiggle(0.1)),
    "an ELBO in the thousands": dict(train_loss=fall(start=5400, end=1130, rate=20) * noise(0.02), lr=1e-3 * WARM_UP),
    "contrastive: from the logarithm of the batch slowly down": dict(
        train_loss=fall(start=6.24, end=2.9, rate=7) * noise(0.02),
        lr=1e-3 * COSINE,
        hparams=dict(lr=1e-3, optimizer="AdamW", batch_size=512),
    ),
    "fine-tuning that starts near its optimum": dict(
        train_loss=fall(start=0.42, end=0.30, rate=8) * noise(0.06), lr=2e-5 * (1 - T), hparams=dict(lr=2e-5, optimizer="AdamW")
    ),
    "warm restarts of the learning rate": dict(
        train_loss=fall(end=0.5) * (1 + 0.25 * (1 - PHASE) * (EPOCH % 2 == 0)) * noise(0.04), lr=1e-3 * (1.01 - PHASE), epoch=EPOCH
    ),
    "a curriculum: the task gets harder twice": dict(
        train_loss=(fall(end=0.3) + 0.3 * np.exp(-20 * np.abs(T - 0.5)) * (T > 0.5)) * noise(0.03), lr=flat(1e-3)
    ),
    "grokking: validation follows long after": dict(
        train_loss=fall(end=0.01, rate=30) * noise(0.1), val_loss=every(4, np.where(T < 0.7, 2.0 + 0.1 * T, 2.07 * np.exp(-12 * (T - 0.7))))
    ),
    "a dozen points": dict(train_loss=(fall() * noise(0.05))[::17]),
    "very noisy single steps": dict(train_loss=fall(start=4.0, end=1.0) * noise(0.4), lr=1e-3 * COSINE),
    "a short last batch in every epoch": dict(train_loss=fall() * SHORT_BATCH * noise(0.05), epoch=EPOCH),
    "averaged weights towards the end": dict(train_loss=fall(rate=5) * noise(0.05), lr=np.where(T < 0.75, 0.1 * (1 - T), 0.025)),
    "a bump while warming up": dict(
        train_loss=fall() * noise(0.03) + 0.5 * np.exp(-((T - 0.04) ** 2) / 0.0002),
        grad_norm=(1 + spike_at(0.04, 20)) * noise(0.3),
        lr=1e-3 * WARM_UP,
    ),
    "a running average of each epoch": dict(
        train_loss=np.concatenate([np.cumsum(p) / np.arange(1, len(p) + 1) for p in np.array_split(fall(rate=5) * noise(0.2), 8)]),
        epoch=EPOCH,
    ),
    "two spikes that heal": dict(
        train_loss=fall() * noise(0.03) + spike_at(0.3, 4.0) + spike_at(0.6, 6.0), grad_norm=noise(0.3) + spike_at(0.6, 90.0)
    ),
    "a long tail: four epochs of a language model": dict(
        train_loss=(1.9 + 8.5 * (1 + 300 * T) ** -0.6) * noise(0.01),
        val_loss=every(20, 2.0 + 8.5 * (1 + 300 * T) ** -0.6),
        lr=3e-4 * WARM_UP * COSINE,
    ),
    "a scaler that skips a step now and then": dict(
        train_loss=fall() * noise(0.03),
        grad_norm=noise(0.3) + spike_at(0.2, np.inf) + spike_at(0.7, np.inf),
        loss_scale=65536.0 / (1 + (T > 0.2)),
    ),
    "resumed, with everything restored": dict(
        train_loss=fall(rate=4) * noise(0.05), restarts=(LAST_STEP // 3, LAST_STEP // 2), lr=1e-3 * COSINE
    ),
    "clipped at each step, as is usual for a language model": dict(
        train_loss=fall(start=10.8, end=3.2, rate=9) * noise(0.01),
        grad_norm=flat(1.4) * noise(0.2),
        hparams=dict(max_grad_norm=1.0, optimizer="AdamW"),
    ),
    "a small validation set, soon solved": dict(
        train_loss=fall(end=0.03) * noise(0.1),
        val_loss=every(10, fall(end=0.1, start=0.9)),
        val_accuracy=every(10, np.where(T < 0.1, 0.7, 0.9667)),
    ),
    "dropout and augmentation": dict(train_loss=fall(end=0.7) * noise(0.05), val_loss=every(10, fall(end=0.35)), hparams=dict(dropout=0.2)),
    "a hinge loss that reaches zero": dict(train_loss=np.maximum(fall(end=-0.05, start=1.0) * noise(0.05), 0)),
    "accuracy that still rises while validation loss does": dict(
        train_loss=fall(end=0.02),
        val_loss=every(5, fall(end=0.6) + rise(0.3, after=0.4)),
        val_accuracy=every(5, 0.7 - fall(0.6, 0) + line(0, 0.1)),
    ),
}


def alarms(run):
    return {f.problem: f.message for f in engine.diagnose(run).findings if f.level in LOUD}


@pytest.mark.parametrize("signals", [pytest.param(signals, id=name) for name, signals in HEALTHY.items()])
def test_no_alarm(signals):
    assert not alarms(curves.example(signals))


@pytest.mark.parametrize("signals", [pytest.param(signals, id=name) for name, signals in HEALTHY.items()])
@pytest.mark.parametrize("transform", [pytest.param(t, id=name) for name, t in TRANSFORMS.items()])
def test_no_alarm_however_it_was_logged(signals, transform):
    assert not alarms(changed(signals, transform))


ABSURD = [
    dict(train_loss=fall(), epoch=np.linspace(3e300, -1e300, 200)),
    dict(train_loss=fall(), epoch=np.linspace(0, 1e300, 200)),
    dict(train_loss=fall(), hparams=dict(epochs=1e300)),
    dict(train_loss=fall(), hparams=dict(epochs=10**12, batch_size=1, train_size=2)),
    dict(train_loss=np.full(5, np.inf), val_loss=np.array([0.3, 0.4, 0.5, 0.6, 0.7])),
]


@pytest.mark.parametrize("signals", ABSURD)
def test_no_number_of_a_log_makes_an_array_or_a_sentence_of_nothing(signals):
    report = engine.diagnose(curves.example(signals))
    assert not [f for f in report.findings if "nan to nan" in f.message]
