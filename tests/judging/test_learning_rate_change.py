"""How far a learning rate is moved, and what is said of it: on the right side, to the usual, never further than is known."""

import math
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from advisor import curves
from advisor.evidence.learning_rate_change import MOST, Known, size_learning_rate, target
from advisor.evidence.optimizer_steps import optimizer_steps
from advisor.evidence.rates.unknown import moved_unknown
from advisor.evidence.usual_rates import USUAL, usual_rate
from advisor.run import Run
from advisor.scalar import scalar
from advisor.signals.hparams import OPTIMIZERS, optimizer_of

STUCK = dict(train_loss=curves.flat(2.3) * curves.noise(0.01))


@pytest.mark.parametrize("sign, hparams", [
    (-1, dict(lr=10.0, optimizer="Adam")), (+1, dict(lr=1e-7, optimizer="Adam")), (-1, dict(lr=0.02, optimizer="SGD")), (-1, {}), (+1, {}),
    (+1, dict(lr=3e-4)), (+1, dict(lr=9e-4, optimizer="Adam")), (-1, dict(lr=1e-5, optimizer="Adam")), (-1, dict(lr=0.3, optimizer="Muon")),
])  # fmt: skip
def test_a_sized_rate_lies_on_the_right_side_and_in_its_interval(sign, hparams):
    size = size_learning_rate(curves.example(STUCK | dict(hparams=hparams)), sign)
    new, now = (size.to, hparams["lr"]) if "lr" in hparams else (size.by, 1.0)
    assert sign * math.log(new / now) > math.log(2) / 2 and size.interval[0] <= new <= size.interval[1]
    assert all(sign * math.log(end / now) >= 0 for end in size.interval)
    assert (size.to is None) == (size.by is not None)
    assert "probe" in size.why or optimizer_of(hparams) in size.why


@pytest.mark.parametrize("sign, rate, name", [*product((-1, +1), (1e-7, 3.33e-5, 0.00759, 0.181, 30.0), [*USUAL, None])])
def test_a_change_goes_beyond_ten_times_only_towards_the_usual(sign, rate, name):
    for steps, epochs in product((None, 50, 5_000, 500_000), (None, 3, 100)):
        known = Known(rate, sign, name, steps, epochs)
        if (found := target(known)) is not None:
            to, _ = found
            factor = to / rate if sign > 0 else rate / to
            assert factor > 2
            assert factor <= MOST * 1.001 or (known.usual and 0.7 < to / known.usual < 1.45 and not known.some_task_uses_it)


def test_what_lies_above_the_usual_is_not_raised_by_a_log_alone():
    assert size_learning_rate(curves.example(STUCK | dict(hparams=dict(lr=0.5, optimizer="Adam", epochs=2))), +1) is None


def test_a_longer_training_wants_less_and_less_again_after_nan():
    rates = [usual_rate("SGD", steps) for steps in (10, 1_000, 4_000, 16_000, 100_000, 1_000_000)]
    assert rates == sorted(rates, reverse=True) and rates[:4] == pytest.approx([0.4, 0.4, 0.2, 0.1])
    assert usual_rate("Adam", 1_000) == 4e-3 and usual_rate("Adam", 250) == pytest.approx(8e-3) and usual_rate("Adam", 10) == 0.01
    assert rates[-2] == rates[-1] == pytest.approx(USUAL["SGD"].rate * 2 / 3)
    assert usual_rate("SGD", 100_000, lost=True) == pytest.approx(rates[-1] / 5) and usual_rate("SGD", 900, lost=True) == rates[0]


def test_from_a_rate_that_fine_tuning_takes_the_way_up_is_ten_times_unless_it_is_none():
    """Two to four passes at 2e-5 are how a language model is fine-tuned; a hundred passes, or 1e-7, are how nobody does."""
    assert target(Known(2e-5, +1, "AdamW", 900, 3))[0] == target(Known(2e-5, +1, "AdamW", 900, None))[0] == 2e-4
    assert target(Known(2e-5, +1, "AdamW", 900, 100))[0] == target(Known(1e-7, +1, "AdamW", 900, 3))[0] == 5e-3


def test_where_ten_times_the_rate_could_not_do_the_way_up_is_to_the_usual():
    """A loss that lost a hundredth would lose a tenth at ten times the rate; one that lost a twentieth, a half."""
    assert [target(Known(1e-5, +1, "Adam", None, 5, fall=fall))[0] for fall in (0.01, 0.05)] == [5e-3, 1e-4]
    assert target(Known(1e-6, +1, "AdamW", None, 5, fall=0.001, pretrained=True))[0] == 3e-5


@pytest.mark.parametrize("fall, to", [(None, 3e-3), (0.5, 5e-3), (0.1, 0.01), (0.001, 0.01)])
def test_a_loss_falls_as_the_rate_at_most_and_what_any_task_uses_is_the_end(fall, to):
    """At 1e-3 a loss that lost a tenth wants 1e-2 to lose all; one that lost nothing tells no more than a hundredth."""
    assert target(Known(1e-3, +1, "Adam", 900 if fall else 2_000, 3, fall=fall))[0] == to


def test_a_task_that_is_told_is_no_untold_fine_tuning():
    """What a recognized task has no rates of its own for goes to the usual, and so do more passes than a fine-tuning makes."""
    assert [target(Known(1e-5, +1, "RMSprop", 900, 3, fall=0.2, named=named))[0] for named in (False, True)] == [1e-4, 5e-3]
    assert [target(Known(1e-5, +1, "RMSprop", None, epochs, fall=0.2))[0] for epochs in (10, 12)] == [1e-4, 5e-3]


@pytest.mark.parametrize("rate, optimizer, trained, to", [
    (5e-6, "AdamW", True, None), (5e-6, None, True, None), (1e-3, "Adam", False, None), (1e-2, "Adam", False, 1e-3),
    (1e-3, "SGD", False, 1e-4), (1e-2, None, False, 1e-3),
])  # fmt: skip
def test_a_loss_that_was_never_a_number_is_not_the_doing_of_a_usual_rate(rate, optimizer, trained, to):
    """The first step of an adaptive optimizer is as long as the rate; one of SGD as long as the gradient makes it."""
    found = target(Known(rate, -1, optimizer, 900, 3, lost=True, pretrained=trained, at_once=True))
    assert (found and found[0]) == to
    assert target(Known(rate, -1, optimizer, 900, 3, lost=True, pretrained=trained)) is not None


def test_where_only_the_epochs_are_known_their_steps_are_guessed():
    assert [target(Known(1e-7, +1, "Adam", None, epochs))[0] for epochs in (5, 50, None)] == [5e-3, 2e-3, 1e-3]


def test_a_fine_tuning_has_a_usual_rate_of_its_own():
    """No raise at 5e-5, however often the data were passed; from 1e-7 to 3e-5, and down to it from 1e-2."""
    assert target(Known(5e-5, +1, "AdamW", 900, 20, pretrained=True)) is None
    assert target(Known(1e-7, +1, "AdamW", 900, 3, pretrained=True))[0] == 3e-5
    assert target(Known(0.02, -1, "AdamW", 900, 3, pretrained=True))[0] == 3e-5
    run = curves.example(STUCK | dict(hparams=dict(lr=5e-5, optimizer="adamw_torch", _name_or_path="org/bert")))
    assert size_learning_rate(run, +1) is None and target(Known(5e-5, +1, pretrained=True)) is None


def test_where_the_step_is_the_gradients_a_large_loss_wants_a_smaller_rate():
    small, large = (target(Known(30.0, -1, "SGD", 900, start=start))[0] for start in (2.3, 230.0))
    assert (small, large) == (0.5, 0.015) and target(Known(30.0, -1, "Adam", 900, start=230.0))[0] == 0.005


def test_an_optimizer_that_is_not_known_is_said_not_to_be():
    to, why = target(Known(0.3, -1, optimizer_of(dict(optimizer="Prodigy")), 900))
    assert to == 0.03 and "not known" in why
    assert set(OPTIMIZERS.values()) <= set(USUAL)
    names = {"Lion": "Lion", "adamw_torch": "AdamW", "Adafactor": "Adafactor", "DAdaptAdam": None, "AdamWScheduleFree": None, "Muon": None}
    assert {name: optimizer_of(dict(optimizer=name)) for name in names} == names


def test_under_a_warm_up_the_rate_that_was_lost_at_counts():
    """A loss lost half way up a warm-up never bore the peak: the new rate lies below what it was lost at."""
    rising = curves.line(1e-6, 1e-2)
    lost = curves.example(dict(train_loss=curves.fall() * curves.nan_after(0.01), lr=rising, hparams=dict(lr=1e-2, optimizer="Adam")))
    assert size_learning_rate(lost, -1).to < 2e-4


@pytest.mark.parametrize("hparams, apart, steps", [
    ({}, 1, None), ({}, 10, 1990), ({}, 100, 19900), (dict(epochs=200), 1, None), (dict(epochs=5), 1, 200), (dict(max_steps=9000), 1, 9000),
    (dict(epochs=5, batch_size=32, train_size=3200), 1, 500), (dict(epochs=5, batch_size=32, train_size=0.8), 10, 1991),
])  # fmt: skip
def test_steps_are_optimizer_steps_or_not_known(hparams, apart, steps):
    loss = scalar(apart * np.arange(200), np.linspace(2, 1, 200), tag="train/loss")
    known = Run(Path("a"), {"train/loss": loss}, hparams=hparams).signal("hparams")
    assert optimizer_steps(loss, None, known) == steps


def test_a_change_has_no_digits_that_nobody_typed():
    lr = np.float32(1e-5) * np.ones(200)
    size = size_learning_rate(curves.example(STUCK | dict(lr=lr, hparams=dict(optimizer="Adam"))), +1)
    assert (size.now, size.to) == (1e-5, 2e-3)


@pytest.mark.parametrize("end, by", [(2.2, 10.0), (1.87, 5.0), (1.6, 3.0)])
def test_an_unknown_rate_rises_as_far_as_the_loss_has_to_fall(end, by):
    run = curves.example(dict(train_loss=curves.line(2.3, end) * curves.noise(0.002)))
    size = size_learning_rate(run, +1)
    assert (size.to, size.by) == (None, by) and "only the direction can be told" in size.why


@pytest.mark.parametrize("values, first, by", [
    ([0.3, 0.25] * 15 + [np.nan] * 5, 0, 0.3), ([0.2, 0.21, np.nan], 900, 0.3),
    ([0.3, 0.25] * 4 + [np.nan] * 5, 0, 0.1), ([*np.linspace(0.3, 9, 30), np.nan], 0, 0.1), ([np.nan, 0.2, np.nan], 900, 0.1),
], ids=["long", "a tail of a long one", "at once", "rose to it", "came back"])  # fmt: skip
def test_an_unknown_rate_that_was_borne_for_long_falls_by_less(values, first, by):
    found, _, why = moved_unknown(scalar(first + np.arange(len(values)), values), -1)
    assert found == pytest.approx(by)
    assert ("was borne until step" in why) == (by == 0.3)


def test_an_unknown_rate_at_which_training_learned_falls_by_less():
    by, _, why = moved_unknown(curves.example(dict(train_loss=curves.fall(end=0.3))).signal("train_loss"), -1)
    assert by == pytest.approx(0.3) and "lost most of its start" in why
