"""Trainings that are built otherwise than most: what a probe does with them, and what it says."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn
from typer.testing import CliRunner

import advisor
from advisor.commands.cli import app
from advisor.evidence.learning_rate import distance, unusual_rate_evidence
from advisor.problems import dead_units
from advisor.run import RACED
from advisor.scalar import scalar
from advisor.wording import percent
from probes.measurements import data_loading, loss_curve, lr_range_test, peak_memory, sanity, throughput
from probes.measurements.peak_memory import in_bytes
from probes.probing import batch_choice, runner
from probes.probing.scope import Part, Scope
from probes.probing.session import Session
from probes.process.allowance import Allowance
from probes.trainings import from_model_file
from probes.trainings.own_loop import OwnLoop
from tests.measurements.table_of_rows import table
from tests.probing.measured_tables import tables
from tests.trainings.trainings import largest_that_runs, loop


class Sharpness(torch.optim.Optimizer):
    """SAM: it climbs, has the gradient computed there, and lets the optimizer that it wraps step; their groups are the same."""

    def __init__(self, parameters, lr, needs="closure"):
        super().__init__(parameters, dict(lr=lr, momentum=0.9))
        self.inner, self.needs = torch.optim.SGD(self.param_groups, lr=lr, momentum=0.9), needs
        self.param_groups = self.inner.param_groups

    @torch.no_grad()
    def step(self, closure=None):
        if self.needs == "closure":
            assert closure is not None, "SAM requires closure, but it was not provided"
        weights = [p for group in self.param_groups for p in group["params"]]
        before = [p.clone() for p in weights]
        for p in weights:
            p.add_(p.grad, alpha=0.01)
        closure()
        for p, value in zip(weights, before, strict=True):
            p.copy_(value)
        self.inner.step()
        self.zero_grad()


@pytest.mark.parametrize("needs", ["closure", "nothing said"])
def test_an_optimizer_that_wraps_another_trains_at_the_rate_that_is_set_and_is_put_back(needs):
    def made(rate=0.01):
        torch.manual_seed(1)
        training = loop(nn.Linear(8, 4))
        training.optimizer = Sharpness(training.model.parameters(), lr=rate, needs=needs)
        return training

    training, untouched, faster = made(), made(), made(0.03)
    groups = training.optimizer.param_groups
    with training.restored():
        training.lr = 0.5
        training.step(), training.step()
    assert training.optimizer.param_groups is groups is training.optimizer.inner.param_groups
    assert [training.step() for _ in range(5)] == [untouched.step() for _ in range(5)]  # the momentum of the inner one was put back, too
    with training.restored():
        pass
    fresh = made()
    with fresh.restored():
        fresh.step()
    fresh.lr = 0.03
    assert [fresh.step() for _ in range(4)] == [faster.step() for _ in range(4)]
    assert training.grad_norm > 0  # of the gradient that the optimizer cleared


def test_what_an_optimizer_fails_with_is_told_where_it_is_no_want_of_a_closure():
    training = loop(nn.Linear(8, 4))
    training.optimizer.step = lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        training.step()


def test_sparse_gradients_are_measured():
    torch.manual_seed(0)
    model = nn.EmbeddingBag(50, 4, sparse=True)
    data = torch.utils.data.TensorDataset(torch.randint(50, (96, 3)), torch.randint(4, (96,)))
    optimizer = torch.optim.SparseAdam(model.parameters(), lr=0.01)
    training = OwnLoop(model, data, data, nn.functional.cross_entropy, optimizer, batch_size=8, device="cpu")
    training.step()
    gradient = model.weight.grad.to_dense()
    assert training.grad_norm == pytest.approx(float(gradient.norm())) and gradient.norm() > 0
    training.optimizer.zero_grad()
    assert training.step_memory().allocated > 3 * 50 * 4 * 4  # weights and two moments


class OnlyUpTo(nn.Linear):
    def forward(self, x):
        if len(x) > 24:
            raise ValueError("too many examples")
        return super().forward(x)


def test_a_model_that_runs_at_small_sizes_only_is_given_no_larger_one():
    training = loop(OnlyUpTo(8, 4))
    found = table(peak_memory.measure(training))
    assert peak_memory.largest(found) == (24, True) and largest_that_runs(loop(OnlyUpTo(8, 4)), high=25) == 24
    [finding] = peak_memory.check(found)
    assert "batch size of 24" in finding.message and "the largest at which the model runs" in finding.message


def test_without_memory_measured_no_size_is_suggested_that_never_ran():
    known = {name: one for name, one in tables(4e6, 1e-2, 1e-4).items() if name != "peak_memory"}
    found, _ = batch_choice.batch_size(known, 10**9)
    assert batch_choice.batch_size(known, 10**9, today=2**13)[0].value == 2**13
    assert found.value == 4096 == known["throughput"].batch_size.max() and "the largest batch that was tried" in found.reason


def test_differences_of_gradients_want_all_examples():
    found, steps = batch_choice.batch_size(tables(400, 1e-2, 1e-4), 10**6, "LBFGS")
    assert found.value is None and steps == 1 and "the more examples" in found.reason


def test_a_step_that_is_quick_and_asked_for_slowly_is_not_timed_for_ever(monkeypatch):
    training, clock = loop(), [0.0]
    monkeypatch.setattr(throughput.time, "perf_counter", lambda: clock[0])

    class Far:
        step_time, data_time = 1e-4, 0.0

        def step(self):
            clock[0] += 1e-2  # a message there and back

    assert len(throughput.timed(Far(), repeats=3, settled=0.2)) < 50
    assert len(throughput.timed(training, repeats=3)) == 3


def test_held_out_examples_are_read_once():
    training, reads = loop(), []

    class Slow(torch.utils.data.Dataset):
        def __len__(self):
            return 6

        def __getitem__(self, i):
            reads.append(i)
            return torch.full((8,), float(i)), torch.zeros(4)

    training.held_out = Slow()
    first = training.evaluate()
    once = len(reads)
    assert training.evaluate() == first and len(reads) == once <= 7


def test_a_loss_that_is_nan_throughout_costs_no_traceback():
    nothing = np.full(3, np.nan)
    assert list(loss_curve.check(table({"train_loss": v, "val_loss": v, "lr": 0.1} for v in nothing))) == []


def test_a_raced_rate_is_not_called_unusual():
    raced = dict(lr=8.0, optimizer="AdamW", **{RACED: True})
    assert distance(None, raced) == 0 < distance(None, {**raced, RACED: False})
    for side in (-1, 1):
        [against] = unusual_rate_evidence(None, raced, side)
        assert against.weight < 0 and "raced" in against.fact
    [too_high] = unusual_rate_evidence(None, {**raced, RACED: False}, 1)
    assert too_high.weight > 0


def test_several_rates_are_told():
    assert from_model_file.parameter_groups_note([1.0, 1.0]) == []
    [note] = from_model_file.parameter_groups_note([0.01, 1.0])
    assert "2 parameter groups" in note and "(0.01, 1)" in note


def test_numbers_as_people_read_them():
    assert in_bytes(1020 * 1024) == "1,020 KiB" and in_bytes(10 * 1024) == "10 KiB"
    assert (percent(0.0017), percent(2e-5), percent(0.5)) == ("0.17%", "0.002%", "50%")


FAILS = """
import torch
from torch import nn
class Broken(torch.utils.data.Dataset):
    def __len__(self): return 40
    def __getitem__(self, i):
        if i > 7: raise OSError("broken image file")
        return torch.zeros(3), torch.zeros(1)
def model(): return nn.Linear(3, 1)
def dataset(): return Broken(), [(torch.ones(3), torch.ones(1))] * 5
batch_size = 8
def loss(output, target): return ((output - target) ** 2).mean()
"""


def test_one_reason_is_one_sentence(tmp_path, forked):
    (tmp_path / "model.py").write_text(FAILS)
    outcome = runner.probe(tmp_path / "model.py", out=tmp_path / "run", scope=Scope(steps=60, only=Part.memory))
    [note] = [note for note in outcome.notes if not note.startswith("The machine was busy")]
    assert note == "Measuring memory and what would save memory broke off: OSError: broken image file."


def test_the_run_says_that_its_rate_was_raced(tmp_path, forked):
    (tmp_path / "model.py").write_text(
        FAILS.replace("if i > 7", "if i > 40").replace("torch.zeros(3), torch.zeros(1)", "torch.ones(3) * i / 40, torch.ones(1) * i")
    )
    runner.probe(tmp_path / "model.py", out=tmp_path / "run", scope=Scope(steps=400, only=Part.lr, planned=50))
    [run] = advisor.read(tmp_path / "run")
    assert run.hparams[RACED] and run.hparams["train_size"] == 40


def test_an_interrupt_before_anything_was_measured_is_told_and_nothing_diagnosed(tmp_path, monkeypatch, forked):
    def stop(training, **options):
        raise KeyboardInterrupt
        yield

    (tmp_path / "model.py").write_text(FAILS)
    monkeypatch.setattr(sanity, "measure", stop)
    result = CliRunner().invoke(app, ["probe", str(tmp_path / "model.py"), "--out", str(tmp_path / "run")], prog_name="advisor")
    assert result.exit_code == 130 and "! Interrupted" in result.stdout and "no scalars" not in result.output


def test_dead_units_are_told_with_the_rate_at_which_they_died():
    def message(**facts):
        looks = {name: scalar([0, 3], values, tag=f"sanity/{name}") for name, values in facts.items()}
        [found] = dead_units.check(looks)
        return found.message

    dead = {"dead_units/fc": [0.1, 0.9], "examples": [256.0, 256.0]}
    assert message(**dead) == "90% of the units of fc were 0 for all 256 examples."
    assert message(**dead, trained=[0.0, 40.0], lr=[0.01, 0.01]).endswith("256 examples after 40 steps at a learning rate of 1.0e-02.")


def test_waiting_for_data_is_told_once():
    speed = table({"batch_size": b, "step_time": 1.0, "data_time": 0.9, "waiting": 0.9, "samples_per_second": b} for b in (2.0, 4.0))
    workers = table({"num_workers": n, "step_time": 1.0, "data_time": 0.9, "samples_per_second": 4.0} for n in (0.0, 1.0))
    tables = {"throughput": speed}
    session = Session(loop(), SimpleNamespace(rows=tables, table=tables.get), Scope(), Allowance(), lambda *_: None)
    assert ["waiting for data" in f.message for f in session.findings()] == [False, True]
    tables["data_loading"] = SimpleNamespace(**{name: column[:1] for name, column in vars(workers).items()})  # cut short
    assert ["waiting for data" in f.message for f in session.findings()] == [False, True] and not data_loading.compared(None)
    tables["data_loading"] = workers
    assert ["waiting for data" in f.message for f in session.findings()] == [False, True]


def test_a_range_test_that_was_cut_short_is_not_called_inconclusive():
    rows = table({"batch_size": 8, "lr": 10.0**i, "loss": 1.0, "ended": 0.0} for i in range(-7, -3))
    assert lr_range_test.suggested(rows).reason == "no range test ran to its end"
