"""What is advised: only what moves something, and only what suits the data that the run shows."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from advisor import curves
from advisor.anchors.standing_still import stood_still_since
from advisor.causes import fragmented_memory, occupied_device, oversized_allocation, too_many_epochs
from advisor.evidence.data_kind import data_kind
from advisor.evidence.failing.memory_message import memory_message
from advisor.evidence.parameter_groups import other_rates
from advisor.judging import engine
from advisor.problems import out_of_memory
from advisor.run import Run
from advisor.scalar import Line, scalar
from advisor.signals.hparams import as_number, canonical, optimizer_of
from advisor.statistics.training_length import ended_by, examples_a_step, whole_batch

OVERFITS = dict(train_loss=curves.fall(end=0.02), val_loss=curves.fall(end=0.6) + curves.rise(0.5, after=0.4))
GUESSES = dict(train_loss=curves.flat(2.3) * curves.noise(0.01))


def advised(signals, **hparams):
    """Every change of a diagnosis."""
    report = engine.diagnose(curves.example(signals | {"hparams": hparams}))
    return [change for finding in report.findings for cause in finding.causes for change in cause.changes]


def logged(*tags, **hparams):
    """A run that logged these tags."""
    return Run(Path("run"), scalars={tag: scalar([0, 1], [1.0, 0.5], tag=tag) for tag in tags}, hparams=hparams)


@pytest.mark.parametrize("run, kind", [
    (logged("train/loss", "metrics/mAP50(B)"), "images"),
    (logged("train/loss", img_size=224), "images"),
    (logged("loss", dataset="CIFAR-10", model="resnet18"), "images"),
    (logged("train/loss", "val/ppl"), "text"),
    (logged("train/loss", vocab_size=30522), "text"),
    (logged("train/loss", model_name="bert-base-uncased"), "text"),
    (logged("loss_mel", "loss_duration"), "audio"),
    (logged("eval/wer", num_mel_bins=80, vocab_size=51865), "audio"),
    (logged("loss", cat_features=[1, 2]), "tables"),
    (logged("loss", "caption/bleu4", image_size=224), None),
    (logged("loss", "val/mAP"), None),
    (logged("loss", input_size=784, hidden_size=64), None),
    (logged("loss", notes="as in imagenet training"), None),
    (logged("loss", img_size=None), None),
    (logged("train/loss", "val/acc"), None),
])  # fmt: skip
def test_the_kind_of_data_is_told_only_where_it_is_shown(run, kind):
    assert data_kind(run) == kind


@pytest.mark.parametrize("hparams, line", [
    (dict(image_size=224), "transforms."), (dict(vocab_size=5000), "tokens"), (dict(n_mels=80), "torchaudio"), (dict(), None),
])  # fmt: skip
def test_augmentation_suits_the_data(hparams, line):
    run = curves.example(OVERFITS)
    run = replace(run, hparams=hparams)
    run.__dict__["signals"] = dict(curves.example(OVERFITS).signals)
    [change] = [c for f in engine.diagnose(run).findings for cause in f.causes for c in cause.changes if c.hparam == "augmentation"]
    assert line in change.how["pytorch"] if line else not change.how and "keep the label" in change.why


@pytest.mark.parametrize("hparams", [dict(augmentation=True), dict(augmentation="on"), dict(mixup=0.2), dict(mosaic=1.0)])
def test_what_is_on_is_not_proposed(hparams):
    assert "augmentation" in {c.hparam for c in advised(OVERFITS)}
    assert "augmentation" not in {c.hparam for c in advised(OVERFITS, **hparams)}


@pytest.mark.parametrize("signals", [OVERFITS, GUESSES])
@pytest.mark.parametrize("hparams", [
    dict(dropout=0.2, weight_decay=1e-4, optimizer="adamw_torch", activation="relu", normalization="batch_norm", initialization="he"),
    dict(dropout="0.2", weight_decay="0.0001", optimizer="AdamW", activation="ReLU", normalization="BatchNorm", initialization="He"),
])  # fmt: skip
def test_no_change_leaves_everything_as_it_is(signals, hparams):
    for change in advised(signals, **hparams):
        assert change.by != 1 and (change.to is None or str(change.to).lower() != str(change.from_).lower())
        assert (change.hparam, change.to) not in {("activation", "ReLU"), ("normalization", "BatchNorm"), ("optimizer", "AdamW")}


@pytest.mark.parametrize("name, value", [("batch_size", -1), ("epochs", 9223372036854775807), ("max_steps", -1), ("epochs", 0)])
def test_what_stands_for_automatic_or_without_end_is_no_number(name, value):
    assert as_number({name: value}, name) is None
    assert not [c for c in advised(dict(train_loss=curves.fall(end=0.1, rate=2.5)), **{name: value}) if c.hparam == name and c.from_]


def test_no_digit_is_told_that_was_never_set():
    lr = 9.999999747378752e-06
    froms = [c.from_ for c in advised(GUESSES | dict(lr=curves.flat(lr)), lr=lr, optimizer="Adam") if c.hparam == "lr"]
    assert froms and set(froms) == {1e-5}


def test_a_precision_by_its_flag():
    assert canonical({"fp16": False, "bf16": True})["precision"] == "bf16" and canonical({"fp16": True})["precision"] == "fp16"


GIB = 2**30


@pytest.mark.parametrize("text, told", [
    (fragmented_memory.PIECES.text, dict(asked=2.5, total=16, free=2, allocated=6, idle=6.5, others=0.2)),
    (oversized_allocation.HUGE.text, dict(asked=50, total=32, free=26.5, allocated=3.8, idle=0.5, others=0.2)),
    (occupied_device.SHARED.text, dict(total=11, allocated=5.5, others=4.2)),
    (occupied_device.SHARED.text.partition(" and 8.00")[0], dict(total=11, allocated=5.5, idle=None, others=4.2)),
    ("numpy._core._exceptions._ArrayMemoryError: Unable to allocate 7.2 GiB for an array", dict(asked=7.2, total=None, others=None)),
    ("CUDA out of memory.", dict(asked=None, total=None, free=None, allocated=None, idle=None, others=None)),
])  # fmt: skip
def test_an_error_of_memory_is_read_in_its_own_numbers(text, told):
    found = memory_message([Line("out-of-memory", "train.log", 1, text)])
    for name, size in told.items():
        value = getattr(found, name)
        assert value is None if size is None else value / GIB == pytest.approx(size, abs=0.01)


@pytest.mark.parametrize("line, said", [
    (occupied_device.SHARED, "4.2 GiB held by other programs"), (occupied_device.ALONE, ""), (oversized_allocation.HUGE, ""),
])  # fmt: skip
def test_only_what_the_error_tells_of_others_is_said_to_be_theirs(line, said):
    told = out_of_memory.numbers([line])
    assert said in told and ("other programs" in told) == bool(said)


@pytest.mark.parametrize("line, cause, hparam", [
    (fragmented_memory.PIECES, "fragmented-memory", "allocator"), (oversized_allocation.HUGE, "oversized-allocation", "largest_batch"),
    (occupied_device.SHARED, "occupied-device", "device"), (occupied_device.ALONE, "batch-size-too-large", "batch_size"),
])  # fmt: skip
def test_what_is_changed_first_follows_from_these_numbers(line, cause, hparam):
    report = engine.diagnose(curves.example(dict(lines=(line,), hparams=dict(batch_size=64))))
    assert (report.findings[0].causes[0].cause, report.first_change.hparam) == (cause, hparam)
    assert " were asked for on a device of " in report.findings[0].message


def test_a_batch_is_cut_by_as_much_as_was_asked_too_much():
    report = engine.diagnose(curves.example(dict(lines=(oversized_allocation.HUGE,), hparams=dict(batch_size=64))))
    [change] = [c for cause in report.findings[0].causes for c in cause.changes if c.hparam == "batch_size"]
    assert change.to == 16


@pytest.mark.parametrize("times, how", [
    (curves.step_to(0.1, 0.3, 0.7), "at once, at step 28"), (curves.line(0.1, 0.4), "all along"),
    (0.1 * np.exp(1.4 * curves.T), "all along"),
])  # fmt: skip
def test_steps_that_became_slower_at_once_are_not_said_to_have_done_so_all_along(times, how):
    [finding] = engine.diagnose(curves.example(dict(step_time=times * curves.noise(0.03)))).findings
    assert finding.message.startswith(f"Steps became slower {how}")
    assert not [c for cause in finding.causes for c in cause.changes if c.hparam == "num_workers"]


@pytest.mark.parametrize("before, to", [(40, 2.0), (2, 1.0)])
def test_gradients_are_clipped_at_what_was_usual_before_the_loss_was_lost(before, to):
    """Where nothing was usual, at the guide's value: a median of exploding norms is no norm of ordinary steps."""
    lost, left = np.arange(curves.POINTS) >= before, np.arange(curves.POINTS) >= before - 5
    signals = dict(train_loss=np.where(lost, np.nan, curves.fall()), grad_norm=np.where(left, 1e7, 1.0) * curves.noise(0.1))
    [clip] = [c.to for c in advised(signals) if c.hparam == "max_grad_norm" and c.why.startswith(("twice", "the guide"))]
    assert clip == to


def test_what_is_in_trained_weights_is_not_changed():
    signals = dict(train_loss=curves.flat(2.3) * curves.noise(0.003))
    assert {"activation", "initialization"} <= {c.hparam for c in advised(signals)}
    assert not {"activation", "initialization", "normalization"} & {c.hparam for c in advised(signals, pretrained=True)}


@pytest.mark.parametrize("loss", [curves.line(8.0, 0.1), curves.line(3.0, -4.0), curves.fall(end=0.1, rate=2.5)])
def test_longer_training_promises_no_more_than_the_whole_loss(loss):
    for change in advised(dict(train_loss=loss * curves.noise(0.01))):
        shares = [float(share) for share in re.findall(r"(-?\d+)%", change.why)]
        assert all(0 <= share <= 100 for share in shares)
        if change.hparam == "epochs" and "continued" in change.why:
            gain, low, high = shares[:3]
            assert low <= gain <= high


@pytest.mark.parametrize("hparams, epoch, ends", [
    (dict(epochs=4, max_steps=1000), curves.line(0, 3.33), "max_steps"), (dict(epochs=4, max_steps=1000), curves.line(0, 4.0), "epochs"),
    (dict(epochs=1, max_steps=900), curves.line(0, 0.21), "max_steps"), (dict(epochs=4), curves.line(0, 4.0), "epochs"),
    (dict(epochs=10, max_steps=1000), np.floor(curves.line(0, 9.9)), "epochs"), (dict(max_steps=900), None, "max_steps"),
    (dict(epochs=4, max_steps=1000), None, "epochs"), ({}, None, "epochs"),
])  # fmt: skip
def test_longer_or_shorter_is_said_of_what_ends_the_training(hparams, epoch, ends):
    """A training of 1,000 steps that reach into a fourth epoch is made longer by steps: its epochs would end nothing."""
    steps = np.linspace(0, hparams.get("max_steps", 1000), curves.POINTS).round()
    along = {} if epoch is None else {"epoch": scalar(steps, epoch, tag="epoch")}
    assert ended_by(hparams, along.get("epoch")) == ends
    falls = dict(train_loss=curves.fall(end=0.1, rate=2.5) * curves.noise(0.02), val_loss=curves.every(10, curves.fall(end=0.2, rate=2.5)))
    report = engine.diagnose(curves.example(falls | along | dict(hparams=hparams)))
    changes = [c for f in report.findings for cause in f.causes for c in cause.changes if cause.cause == "too-few-epochs"]
    assert {c.hparam for c in changes} == {ends} and all((c.to or 0) >= hparams.get(ends, 0) for c in changes)


@pytest.mark.parametrize("logged, whole, step", [
    (dict(per_device_train_batch_size=2, gradient_accumulation_steps=8), None, None),
    (dict(train_batch_size=2, num_train_epochs=3), None, None), (dict(train_batch_size=32), 32, 32), (dict(batch_size=16), 16, 16),
    (dict(per_device_train_batch_size=2, world_size=8, gradient_accumulation_steps=4), 16, 64), (dict(batch_size=8, devices="auto"), 8, 8),
    (dict(train_batch_size=2, num_train_epochs=3, total_train_batch_size=128), None, 128), (dict(batch=16, accum_steps=4), 16, 64),
])  # fmt: skip
def test_the_batch_of_one_device_is_not_what_a_step_sees(logged, whole, step):
    """Two examples on each of who knows how many devices are no small batch, and a change says what to set on each."""
    hparams = canonical(logged)
    assert (whole_batch(hparams), examples_a_step(hparams)) == (whole, step)
    run = curves.example(dict(train_loss=curves.fall(start=2.0, end=1.2) * curves.noise(0.5), hparams=hparams))
    told = [e for f in engine.diagnose(run).findings for cause in f.causes for e in cause.evidence if e.tag == "batch_size"]
    assert all(e.value == step for e in told) and (step or not told)


GROUPS = {"train_loss": curves.flat(2.3) * curves.noise(0.002)}


@pytest.mark.parametrize("rates, taken, others", [
    ({"lr/pg0": 0.1, "lr/pg1": 0.01, "lr/pg2": 0.01}, "lr/pg1", (0.1,)), ({"lr/group0": 1e-3, "lr/group1": 1e-4}, "lr/group0", (1e-4,)),
    ({"lr": 1e-3}, "lr", ()), ({"lr/pg0": 1e-3, "lr/pg1": 1e-3}, "lr/pg0", ()),
])  # fmt: skip
def test_a_rate_is_that_of_most_groups_and_the_others_move_with_it(rates, taken, others):
    steps = 20 * np.arange(curves.POINTS)
    run = Run(Path("groups"), {tag: scalar(steps, v * np.ones(curves.POINTS), tag=tag) for tag, v in (GROUPS | rates).items()})
    assert run.signal("lr").tag == taken and other_rates(run) == pytest.approx(others)
    [change] = [c for f in engine.diagnose(run).findings for cause in f.causes for c in cause.changes if c.hparam == "lr"][:1]
    assert ("other parameter groups" in change.why) == bool(others) == ("*=" in change.how["pytorch"])


def test_biases_that_are_warmed_up_from_above_are_no_other_group():
    biases = np.where(curves.T < 0.05, 0.1 - 1.8 * curves.T, 0.01)
    groups = {"x/lr0": biases, "x/lr1": curves.flat(0.01), "x/lr2": curves.flat(0.01)}
    run = Run(Path("groups"), {tag: scalar(20 * np.arange(curves.POINTS), v, tag=tag) for tag, v in (GROUPS | groups).items()})
    assert run.signal("lr").tag == "x/lr1" and other_rates(run) == ()
    assert other_rates(replace(run, scalars={}, hparams=dict(lr=1e-4, lr_backbone=1e-5))) == (1e-5,)


STOPS = curves.fall(end=0.6) + curves.rise(0.5, after=0.4)


def test_patience_is_long_enough_for_the_curve_it_is_advised_of():
    """The lowest of noisy evaluations came late, forty after the one that had been the best until then."""
    values = np.concatenate([np.linspace(2.0, 1.0, 20), np.full(40, 1.2), np.linspace(0.9, 0.6, 20), np.linspace(0.6, 1.5, 60)])
    run = curves.example(dict(train_loss=curves.fall(end=0.02), val_loss=values))
    [change] = [c for c in too_many_epochs.changes(run, None) if c.hparam == "patience"]
    best, waited = np.inf, 0
    for value in values:
        waited = 0 if value < best else waited + 1
        best = min(best, value)
        if waited >= change.to:
            break
    assert best <= 1.02 * values.min() and change.to >= 40


def test_patience_is_not_for_one_evaluation_that_lies_far_below_its_level():
    values = np.concatenate([np.linspace(2.0, 1.0, 40), np.full(100, 1.1), [0.4], np.linspace(1.1, 2.0, 60)])
    run = curves.example(dict(train_loss=curves.fall(end=0.02), val_loss=values))
    assert [c.to for c in too_many_epochs.changes(run, None) if c.hparam == "patience"] == [10]


@pytest.mark.parametrize("n", [40, 200])
def test_patience_gets_to_the_evaluation_that_is_named(n):
    """In noise the best until then is soon a lucky one: what is told to be kept is what stopping so early keeps."""
    values = (2 - np.linspace(0, 1, n) + 2.5 * np.clip(np.linspace(-0.4, 0.6, n), 0, None)) * curves.noise(0.15, seed=3)[:n]
    run = curves.example(dict(train_loss=curves.fall(end=0.02), val_loss=values))
    [change] = [c for c in too_many_epochs.changes(run, None) if c.hparam == "patience"]
    val = run.signal("val_loss")
    kept = next(i for i in range(n) if i + change.to >= n or (values[i + 1 : i + 1 + change.to] >= values[: i + 1].min()).all())
    kept = int(values[: kept + 1].argmin())
    assert f"(here at step {val.steps[kept]})" in change.why


@pytest.mark.parametrize("late, said", [(0.2, True), (0.0, False)])
def test_a_score_that_was_best_later_is_named_beside_the_loss(late, said):
    score = curves.every(10, 0.7 - curves.fall(0.6, 0) + curves.rise(late, after=0.4))
    run = curves.example(dict(train_loss=curves.fall(end=0.02), val_loss=curves.every(10, STOPS), val_accuracy=score))
    [change] = [c for c in too_many_epochs.changes(run, None) if c.hparam == "patience"]
    assert ("its score was best later" in change.why) == said


@pytest.mark.parametrize("tag, said", [("eval_wer", True), ("val/CER", True), ("train_wer", False)])
def test_a_rate_of_errors_that_was_lowest_later_is_a_score_that_was_best_later(tag, said):
    run = curves.example(dict(train_loss=curves.fall(end=0.02), val_loss=curves.every(10, STOPS)))
    rate = curves.every(10, curves.fall(start=60.0, end=20.0) - curves.rise(9.0, after=0.4))
    run.scalars[tag] = scalar(run.signal("val_loss").steps, rate, tag=tag)
    [change] = [c for c in too_many_epochs.changes(run, None) if c.hparam == "patience"]
    assert ("its score was best later" in change.why) == said


def test_epochs_are_never_advised_to_be_none_or_more_than_were_set():
    rises = curves.example(dict(train_loss=curves.fall(end=0.02), val_loss=np.linspace(0.5, 2, 20), hparams=dict(epochs=20)))
    assert all(1 <= c.to < 20 for c in too_many_epochs.changes(rises, None) if c.hparam == "epochs")


@pytest.mark.parametrize("told, optimizer", [
    (dict(adam_epsilon=1e-6, adam_betas="(0.9, 0.98)"), "Adam"), (dict(adam_beta1=0.9, optimizer="adafactor"), "Adafactor"),
    (dict(betas=[0.9, 0.98]), "Adam"), (dict(betas="(1e-4, 0.02)"), None), (dict(lr=1), None),
])  # fmt: skip
def test_an_optimizer_is_known_by_settings_that_only_it_has(told, optimizer):
    assert optimizer_of(told) == optimizer


def test_a_larger_batch_is_told_of_all_devices_together():
    """One example a device, of which eight make a step: 64 a step are eight a device, not 64."""
    hparams = canonical(dict(per_device_train_batch_size=1, total_train_batch_size=8))
    loss = curves.fall(start=2.0, end=1.2) * curves.noise(0.5)
    [finding] = engine.diagnose(curves.example(dict(train_loss=loss, hparams=hparams))).findings
    [batch] = [c for cause in finding.causes for c in cause.changes if c.hparam == "batch_size"]
    assert (batch.from_, batch.to) == (1, 8) and "8 times" in batch.why


@pytest.mark.parametrize("since, values", [
    (50, np.r_[2.31501 + 0.001 * (1 - np.arange(50) / 50), np.full(150, 2.31501)]),
    (None, np.full(200, 2.31501)), (None, 2.31501 + 1e-4 * np.arange(200)), (None, np.r_[np.full(150, 2.31501), np.full(50, 2.2)]),
    (None, np.r_[2.4, np.full(199, 2.3)]),
], ids=["moved, then still", "never moved", "moves", "moved late", "coarsely printed"])  # fmt: skip
def test_a_loss_that_moved_and_then_stood_still_to_its_last_digit(since, values):
    assert stood_still_since(scalar(np.arange(200), values)) == since
