"""Each setting that can be tried holds in a training whose script knows nothing of it, and refuses what cannot be."""

import random

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from advisor.errors import AdvisorError
from probes.hooks.torch_hooks import Hooks
from probes.knobs import knobs
from probes.trying.arms.conducted import Several
from probes.trying.arms.seeds import Seeds
from probes.trying.change import arguments_with, setting, settings_of

OWN = DataLoader.__init__, random.seed, nn.functional.cross_entropy


class Heard:
    """Notes at each step what the optimizer steps with."""

    def __init__(self):
        self.settings, self.norms, self.rows = [], [], []

    def before_step(self, optimizer):
        group = optimizer.param_groups[0]
        self.settings.append({name: value for name, value in group.items() if name != "params"})
        grads = [p.grad for p in group["params"] if p.grad is not None]
        self.norms.append(float(torch.linalg.vector_norm(torch.cat([g.flatten() for g in grads]))) if grads else 0.0)

    def fetched(self, batch, seconds):
        self.rows.append(len(batch[0]))


def script(scheduled=False, clips=False, optimizer=torch.optim.SGD, shuffle=False, **options):
    """A user's training; its model and what it drew of its data."""
    torch.manual_seed(0)
    data = TensorDataset(torch.arange(48.0)[:, None] / 48, torch.arange(48) % 3)
    model = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3))
    optimizer = optimizer(model.parameters(), lr=0.1, **options)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5) if scheduled else None
    seen = []
    for x, y in DataLoader(data, 8, shuffle=shuffle):
        seen.append(x)
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        if clips:
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        if schedule:
            schedule.step()
    return model, torch.cat(seen).flatten(), float(optimizer.param_groups[0]["lr"])


def trained(settings, steps=None, shift=None, train=script, **options):
    """What was heard of the script with these settings, and what it returned; every function of torch's is put back."""
    heard, autocast = Heard(), torch.is_autocast_enabled("cpu")
    hooks = Hooks(None, lambda error: pytest.fail(str(error)))
    hooks.on = True
    try:
        seeds = Seeds(shift) if shift is not None else None
        if seeds:
            seeds.start(hooks)
        turned = [knobs()[name].turn(knobs()[name].parse(text), hooks, steps) for name, text in settings.items()]
        hooks.listener = Several([seeds, *turned, heard])
        hooks.start()
        return heard, train(**options)
    finally:
        hooks.stop()
        torch.set_autocast_enabled("cpu", autocast)
        assert (DataLoader.__init__, random.seed, nn.functional.cross_entropy) == OWN, "all is put back"


def test_the_learning_rate_is_another_and_the_schedule_is_the_same():
    heard, (*_, own) = trained({"lr": "0.4"}, scheduled=True)
    assert [s["lr"] for s in heard.settings] == pytest.approx([0.4 * 0.5**i for i in range(6)])
    assert own == pytest.approx(0.1 * 0.5**6), "the script finds its own"


def test_a_schedule_and_a_warm_up_shape_the_rate():
    heard, _ = trained({"schedule": "linear"}, steps=6)
    rates = [s["lr"] for s in heard.settings]
    assert rates == pytest.approx([0.1 * (1 - (i + 0.5) / 6) for i in range(6)])
    heard, _ = trained({"warmup_steps": "4"})
    assert [s["lr"] for s in heard.settings] == pytest.approx([0.025, 0.05, 0.075, 0.1, 0.1, 0.1])
    with pytest.raises(AdvisorError, match="number of steps"):
        knobs()["schedule"].turn("cosine", None, None)


@pytest.mark.parametrize("name, text", [("weight_decay", "0.3"), ("momentum", "0.7")])
def test_a_setting_of_the_optimizer_is_another(name, text):
    heard, _ = trained({name: text})
    assert {s[name] for s in heard.settings} == {float(text)}


def test_momentum_of_adam_is_its_first_beta():
    heard, _ = trained({"momentum": "0.7"}, optimizer=torch.optim.AdamW)
    assert {s["betas"] for s in heard.settings} == {(0.7, 0.999)}


@pytest.mark.parametrize("clips", [False, True])
def test_gradients_are_clipped_whether_the_script_does_it_or_not(clips):
    own, _ = trained({}, clips=clips)
    heard, _ = trained({"max_grad_norm": "0.01"}, clips=clips)
    assert max(own.norms) > 0.011 > max(heard.norms) > 0.009


def test_minibatches_are_of_another_size():
    heard, _ = trained({"batch_size": "16"})
    assert heard.rows == [16, 16, 16]


def test_data_is_shuffled_or_not():
    _, (_, seen, _) = trained({"shuffle": "on"})
    assert not torch.equal(seen, seen.sort().values)
    _, (_, seen, _) = trained({"shuffle": "off"}, shuffle=True)
    assert torch.equal(seen, seen.sort().values)


def test_modules_and_weights_are_others():
    _, (model, *_) = trained({"dropout": "0.25"})
    assert model[2].p == 0.25
    first, other = (trained(settings, train=first_weights)[1] for settings in ({}, {"initialization": "orthogonal"}))
    assert not torch.equal(first, other) and torch.allclose(other.T @ other, torch.eye(1), atol=1e-5)


def first_weights():
    torch.manual_seed(0)
    model = nn.Linear(1, 8)
    torch.optim.SGD(model.parameters(), lr=0.1)
    return model.weight.detach().clone()


def losses():
    logits, target = torch.tensor([[2.0, 0.0]], requires_grad=True), torch.tensor([0])
    with torch.no_grad():
        held_out = nn.CrossEntropyLoss()(logits, target)
    return nn.CrossEntropyLoss()(logits, target).item(), held_out.item()


def test_labels_are_smoothed_in_training_alone():
    _, own = trained({}, train=losses)
    _, smoothed = trained({"label_smoothing": "0.2"}, train=losses)
    assert own[0] == own[1] == smoothed[1] < smoothed[0]


def test_another_optimizer_steps_and_the_script_s_own_does_not():
    """One step of Adam goes as far as its rate in each direction."""

    def one_step():
        weight = nn.Parameter(torch.tensor([1.0, -1.0]))
        optimizer = torch.optim.SGD([weight], lr=0.1)
        (weight * torch.tensor([3.0, -50.0])).sum().backward()
        optimizer.step()
        return weight.detach()

    heard, weight = trained({"optimizer": "adam"}, train=one_step)
    assert weight.tolist() == pytest.approx([0.9, -0.9], abs=1e-5) and len(heard.norms) == 1


def test_it_computes_in_16_bits_or_not():
    def dtype():
        with torch.autocast("cpu", torch.bfloat16):
            return nn.Linear(2, 2)(torch.zeros(1, 2)).dtype

    assert trained({"precision": "fp32"}, train=dtype)[1] == torch.float32
    assert trained({"precision": "bf16"}, train=lambda: nn.Linear(2, 2)(torch.zeros(1, 2)).dtype)[1] == torch.bfloat16


def test_fp16_scales_the_loss_and_steps_with_the_gradient_itself():
    """A gradient too small for 16 bits without a scale, then one that overflows, which is no step."""
    with pytest.raises(AdvisorError, match="needs a GPU"):
        knobs()["precision"].turn("fp16", Hooks(None), None)
    weight, seen = nn.Parameter(torch.tensor([1.0])), []
    hooks = Hooks(None, lambda error: pytest.fail(str(error)))
    hooks.on = True
    scaled = knobs()["precision"].Scaled(hooks, "cpu")
    hooks.listener = Several([scaled, Heard()])
    hooks.start()
    try:
        optimizer = torch.optim.SGD([weight], lr=1.0)
        for factor in (0.25, float("inf"), 0.125):
            optimizer.zero_grad()
            (weight * factor).sum().backward()
            optimizer.step()
            seen.append(weight.item())
    finally:
        hooks.stop()
    assert seen == [0.75, 0.75, 0.625] and scaled.scaler.get_scale() < 65536


def test_workers_are_as_many_as_are_asked_for():
    data = TensorDataset(torch.zeros(4, 1))

    def loader():
        return DataLoader(data, 2, num_workers=2, persistent_workers=True).num_workers

    assert trained({"num_workers": "0"}, train=loader)[1] == 0


def test_gradients_of_several_steps_make_one():
    """Three steps on halves of the data, of which each second one moves the weights: as one on the whole."""

    def steps(*parts):
        weight = nn.Parameter(torch.tensor([1.0]))
        optimizer = torch.optim.SGD([weight], lr=0.1, momentum=0.9)
        for part in parts:
            optimizer.zero_grad()
            (weight * part).sum().backward()
            optimizer.step()
        return weight.item()

    assert trained({"accumulation_steps": "2"}, train=lambda: steps(3.0, 5.0, 7.0))[1] == pytest.approx(steps(4.0))


def test_inputs_are_standardized_by_the_first_minibatch():
    given = []

    class Looking(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(2, 1)

        def forward(self, x):
            given.append(x.clone())
            return self.layer(x)

    def train():
        model = Looking()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        x = torch.tensor([[100.0, 7.0], [300.0, 7.0]])
        model(x), model(x + 200)
        model.forward = lambda tokens: given.append(tokens)
        model(torch.tensor([[1, 2]]))
        return optimizer

    trained({"input_scale": "standardize"}, train=train)
    deviation = 200 / 2**0.5
    assert torch.allclose(given[0], torch.tensor([[-100 / deviation, 0.0], [100 / deviation, 0.0]]))
    assert torch.allclose(given[1] - given[0], torch.tensor([[200 / deviation, 20.0]])), "the same figures later"
    assert given[2].tolist() == [[1, 2]]


def test_blocks_are_checkpointed_after_the_first_step_or_told_to_be_none():
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer, self.passes = nn.Linear(2, 2), 0

        def forward(self, x):
            self.passes += 1
            return self.layer(x).tanh()

    def train(blocks=3):
        model = nn.Sequential(*(Block() for _ in range(blocks)))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(3):
            model(torch.ones(1, 2)).sum().backward()
            optimizer.step()
        return model[0].passes

    assert trained({"activation_checkpointing": "on"}, train=train)[1] == 5, "twice a step after the first"
    with pytest.raises(pytest.fail.Exception, match="no list of three or more blocks"):
        trained({"activation_checkpointing": "on"}, train=lambda: train(2))


def drawn(dropout=0.5, width=8):
    """What a training draws: its first weights, its order of data, its dropout."""
    torch.manual_seed(3)
    random.seed(3)
    weights = nn.Linear(1, width).weight.detach()
    optimizer = torch.optim.SGD([nn.Parameter(weights)], lr=0.1)
    order = torch.cat([x for [x] in DataLoader(TensorDataset(torch.arange(32)), 8, shuffle=True)])
    assert optimizer
    return weights[0].item(), order.tolist(), nn.functional.dropout(torch.ones(8), dropout).tolist(), random.random(), np.random.rand()


def test_both_sides_of_a_pair_draw_the_same_and_the_next_pair_something_else():
    one, again, other = (trained({}, shift=shift, train=drawn)[1] for shift in (0, 0, 1_000_003))
    assert one == again
    assert all(a != b for a, b in zip(one, other, strict=True))


def test_a_wider_layer_shifts_neither_the_order_of_data_nor_dropout():
    one, wide = (trained({}, shift=0, train=drawn, width=width)[1] for width in (8, 16))
    assert one[1:] == wide[1:]


def test_what_cannot_be_set_is_told_in_a_sentence():
    for text, words in [
        ("learning_rate=-1", "lr=-1: lr is a number above 0"),
        ("lr=fast", "lr is a number above 0"),
        ("dropout=2", "at most 0.99"),
        ("batch_size=1.5", "whole number of at least 1"),
        ("optimizer=Adma", "Did you mean Adamax?"),
        ("weigth_decay=1", "Did you mean weight_decay?"),
        ("hidden_size=64", "--set arg:--hidden-size=64"),
        ("lr", "NAME=VALUE"),
        ("arg:", "wants an option"),
    ]:
        with pytest.raises(AdvisorError, match=words.replace("(", r"\(").replace("?", r"\?")):
            setting(text)
    for texts, words in [([], "say what to change"), (["lr=1", "learning_rate=2"], "set twice")]:
        with pytest.raises(AdvisorError, match=words):
            settings_of(texts)


@pytest.mark.parametrize(
    "given, text, expected",
    [
        (("--lr", "1"), "arg:--lr=2", ("--lr", "2")),
        (("--lr=1", "-v"), "arg:--lr=2", ("--lr=2", "-v")),
        (("x",), "arg:--lr=2", ("x", "--lr", "2")),
        (("x",), "arg:--amp", ("x", "--amp")),
        (("--amp",), "arg:--amp", ("--amp",)),
        (("x",), "lr=2", ("x",)),
    ],
)
def test_an_argument_of_the_script_takes_the_place_of_its_own(given, text, expected):
    assert arguments_with(given, [setting(text)]) == expected
