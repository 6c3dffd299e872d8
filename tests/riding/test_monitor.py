"""Watching a training from inside: what is logged is right, and the training is the same with and without it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import advisor
from advisor.judging import engine
from advisor.judging.settings import Settings
from probes import Monitor
from probes.hooks.torch_hooks import Hooks, StopProbe
from probes.observing import recorder
from probes.observing.event_writer import EventFile
from probes.observing.recorder import FULL, Recorder

SCRIPT = """
import os
os.environ["OMP_NUM_THREADS"] = "1"
import sys
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
data = TensorDataset(torch.randn(96, 8), torch.randn(96, 2))
model = nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 24)
if __name__ == "__main__":
    for epoch in range(4):
        for x, y in DataLoader(data, 16, shuffle=True, num_workers=int(sys.argv[2])):
            loss = nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.1)
            optimizer.step()
            scheduler.step()
    torch.save(model.state_dict(), sys.argv[1])
    sys.exit(7)
"""


def run_of(folder):
    [run] = advisor.read(folder)
    return run


def model_and_data(dtype=torch.float32):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 2)).to(dtype)
    return model, torch.randn(64, 8, dtype=dtype), torch.randn(64, 2, dtype=dtype)


def train(model, optimizer, x, y, steps, accumulate=1, each=lambda loss: None):
    """Losses, gradient norms and weights of a plain loop, each step's."""
    losses, norms, weights = [], [], [[p.detach().clone() for p in model.parameters()]]
    for _ in range(steps):
        optimizer.zero_grad()
        for part in range(accumulate):
            loss = nn.functional.mse_loss(model(x[part::accumulate]), y[part::accumulate]) / accumulate
            loss.backward()
            losses.append(loss.item())
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 0.05).item())
        optimizer.step()
        weights.append([p.detach().clone() for p in model.parameters()])
        each(loss)
    return np.array(losses).reshape(steps, accumulate).sum(1), np.array(norms), weights


# ── what is logged ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("accumulate", [1, 4])
def test_loss_norm_and_rate_of_each_step_are_the_loops_own(tmp_path, monkeypatch, accumulate):
    monkeypatch.setattr("probes.observing.recorder.QUICK", 0.0)  # every step's norm, however short the step
    model, x, y = model_and_data()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
    with Monitor(tmp_path / "run", model, optimizer):
        losses, norms, weights = train(model, optimizer, x, y, 30, accumulate, each=lambda _: schedule.step())
    run = run_of(tmp_path / "run")
    assert run.signal("train_loss").steps.tolist() == list(range(1, 31))
    np.testing.assert_allclose(run.signal("train_loss").values, losses, rtol=1e-6)
    np.testing.assert_allclose(run.signal("grad_norm").values, norms, rtol=1e-5)  # before clipping
    np.testing.assert_allclose(run.signal("lr").values, 0.1 * 0.9 ** np.arange(30), rtol=1e-6)
    moved = [torch.sqrt(sum(((a - b) ** 2).sum() for a, b in zip(*w, strict=True))).item() for w in zip(weights[1:], weights, strict=False)]
    size = [torch.sqrt(sum((a**2).sum() for a in w)).item() for w in weights]
    ratio = run.scalars["train/update_ratio"]
    assert ratio.steps.tolist() == [1, 21]
    np.testing.assert_allclose(ratio.values, [moved[0] / size[0], moved[20] / size[20]], rtol=1e-4)
    np.testing.assert_allclose(run.scalars["weight_norm/2.Linear"].values[1], weights[21][2].norm().item(), rtol=1e-6)
    assert set(run.signal("layer_grad_norms")) == {"0.Linear", "2.Linear"}
    assert {"lr": 0.1, "optimizer": "SGD"}.items() <= run.hparams.items()


def test_the_noise_scale_of_a_training_that_accumulates_is_logged(tmp_path, monkeypatch):
    monkeypatch.setattr("probes.observing.recorder.QUICK", 0.0)
    generator = torch.Generator().manual_seed(0)
    weight = nn.Parameter(torch.zeros(50))
    optimizer = torch.optim.SGD([weight], lr=0.0)
    with Monitor(tmp_path / "run", optimizer=optimizer):
        for samples in DataLoader(torch.randn(40 * 161, 50, generator=generator) * 4 + 1, 40):
            optimizer.zero_grad()
            for part in samples.split(10):  # the gradient is the mean of the examples: tr(Σ)/|G|² = 16
                (weight @ part.mean(0) / 4).backward()
            optimizer.step()
    assert "train/noise_scale" not in run_of(tmp_path / "run").scalars  # four passes over one minibatch may be anything
    with Monitor(tmp_path / "other", optimizer=optimizer):
        for i, part in enumerate(DataLoader(torch.randn(40 * 161, 50, generator=generator) * 4 + 1, 10), 1):
            (weight @ part.mean(0) / 4).backward()
            if i % 4 == 0:
                optimizer.step()
                optimizer.zero_grad()
    assert run_of(tmp_path / "other").scalars["train/noise_scale"].values[-1] == pytest.approx(16, rel=0.2)


@pytest.mark.parametrize("wait", [recorder.WAIT, 0.0], ids=["quick steps", "steps longer than the log waits"])
def test_a_loss_that_is_given_and_other_scalars_are_logged(tmp_path, monkeypatch, wait):
    monkeypatch.setattr(recorder, "WAIT", wait)
    model, x, y = model_and_data()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    monitor = Monitor(tmp_path / "run", model, optimizer)
    losses, _, _ = train(model, optimizer, x, y, 5, each=lambda loss: monitor.step(loss * 100, val_loss=3.0))
    monitor.close()
    run = run_of(tmp_path / "run")
    assert run.signal("train_loss").values == pytest.approx(100 * losses, rel=1e-5) and run.signal("val_loss").values.tolist() == [3.0] * 5


def test_a_line_search_counts_once_and_a_second_optimizer_not_at_all(tmp_path):
    model, x, y = model_and_data()
    other, _, _ = model_and_data()
    optimizer, second = torch.optim.LBFGS(model.parameters(), max_iter=4), torch.optim.SGD(other.parameters(), lr=0.5)

    def closure():
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        losses.append(loss.item())
        return loss

    first: list[float] = []
    with Monitor(tmp_path / "run"):
        for _ in range(6):
            losses: list[float] = []
            optimizer.step(closure)
            first.append(losses[0])
            (100 + other(x).sum()).backward()
            second.step()
    np.testing.assert_allclose(run_of(tmp_path / "run").signal("train_loss").values, first, rtol=1e-6)


@pytest.mark.parametrize("through_scaler", [False, True])
def test_a_scaled_closure_that_is_asked_outside_of_its_step_too_counts_once(tmp_path, through_scaler):
    model, x, y = model_and_data()
    optimizer, scaler = torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=2), torch.amp.GradScaler("cpu", init_scale=1024.0)
    losses, norms = [], []

    def closure():
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        scaler.scale(loss).backward()
        norms.append(torch.nn.utils.get_total_norm([p.grad for p in model.parameters()]).item() / scaler.get_scale())
        for parameter in model.parameters() if not through_scaler else ():
            parameter.grad /= scaler.get_scale()
        losses.append(loss.item())
        return loss

    first = []
    with Monitor(tmp_path / "run", model, optimizer):
        for _ in range(4):
            if through_scaler:
                closure()  # or the scaler has nothing to look at
            first.append(len(losses))
            scaler.step(optimizer, closure) if through_scaler else optimizer.step(closure)
            if through_scaler:
                scaler.update()
            else:
                closure()  # to tell the loss
    run = run_of(tmp_path / "run")
    np.testing.assert_allclose(run.signal("train_loss").values, np.array(losses)[first], rtol=1e-6)
    np.testing.assert_allclose(run.signal("grad_norm").values[0], norms[first[0]], rtol=1e-3)


@pytest.mark.parametrize("shared", [True, False])
def test_a_loss_beside_others_that_train_in_turn_need_not_fall(tmp_path, shared):
    (model, x, y), (other, _, _) = model_and_data(), model_and_data()
    optimizer, second = torch.optim.SGD(model.parameters(), lr=0.01), torch.optim.Adam(other.parameters(), lr=0.01)
    with Monitor(tmp_path / "run"):
        for step in range(60):
            loss = nn.functional.mse_loss(model(x) + other(x) * shared, y) + step
            loss.backward()
            optimizer.step()
            if not shared:
                nn.functional.mse_loss(other(x), model(x)).backward()
            second.step()
    [run] = advisor.read(tmp_path / "run")
    report = engine.diagnose(run, settings=Settings(ignore=("slow-training",)))  # which is a busy machine's doing
    assert ("in turn" in report.skipped.get("loss-not-decreasing", "")) is not shared
    assert report.run.hparams.get("other_optimizers") == (None if shared else "Adam")
    assert report.verdict == ("problem" if shared else "cannot-tell")


def test_gradient_scaling_is_taken_out_and_a_subclass_counts_once(tmp_path):
    class Twice(torch.optim.SGD):
        def step(self, closure=None):
            return super().step(closure)

    model, x, y = model_and_data()
    optimizer, scaler = Twice(model.parameters(), lr=0.1), torch.amp.GradScaler("cpu", init_scale=1024.0)
    losses, norms = [], []
    with Monitor(tmp_path / "run", model, optimizer):
        for _ in range(5):
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16):
                loss = nn.functional.mse_loss(model(x).float(), y)
            scaler.scale(loss).backward()
            scaler.unscale_(optimizer)
            norms.append(torch.nn.utils.get_total_norm([p.grad for p in model.parameters()]).item())
            scaler.step(optimizer)
            scaler.update()
            losses.append(loss.item())
    run = run_of(tmp_path / "run")
    np.testing.assert_allclose(run.signal("train_loss").values, losses, rtol=1e-6)
    np.testing.assert_allclose(run.signal("grad_norm").values[0], norms[0], rtol=1e-3)


def test_a_long_run_is_thinned_to_means(tmp_path):
    recorder = Recorder(tmp_path)
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    recorder.step = FULL
    recorder.optimizer = optimizer
    for i in range(9):
        recorder.before_step(optimizer)
        recorder.loss = torch.tensor(float(i))
        recorder.after_step(optimizer)
    recorder.close()
    loss = run_of(tmp_path).signal("train_loss")
    assert loss.values.tolist() == [0.5, 2.5, 4.5, 6.5, 8.0]
    assert (loss.steps - FULL).tolist() == [2, 4, 6, 8, 9]


def test_event_rows_are_what_tensorboard_reads(tmp_path):
    file = EventFile(tmp_path)
    values = np.array([[1.5, -2.0], [np.nan, np.inf], [1e300, 0.1]])
    file.rows(("a", "b" * 300), [0, 127, 2**33], [1.0, 2.0, 1.7e9], values)
    file.close()
    [path] = tmp_path.iterdir()
    events = list(EventFileLoader(str(path)).Load())[1:]
    assert [(e.step, e.wall_time) for e in events] == [(0, 1.0), (127, 2.0), (2**33, 1.7e9)]
    read = [[v.tensor.float_val[0] for v in e.summary.value] for e in events]
    np.testing.assert_array_equal(read, np.float32([[1.5, -2.0], [np.nan, np.inf], [np.inf, 0.1]]))
    assert [v.tag for v in events[0].summary.value] == ["a", "b" * 300]


# ── nothing is broken ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_listener_that_fails_costs_a_line_and_stop_passes(capsys):
    class Failing:
        def __getattr__(self, name):
            raise OSError("no space left")

    class Stopping(Failing):
        def after_step(self, optimizer):
            raise StopProbe

        def made(self, *_): ...

        before_backward = backward = fetched = before_step = made

    model, x, y = model_and_data()
    before = torch.Tensor.backward
    hooks = Hooks(Failing()).start()
    train(model, torch.optim.SGD(model.parameters(), lr=0.1), x, y, 3)
    hooks.stop()
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "no space left" in said and torch.Tensor.backward is before
    hooks = Hooks(Stopping()).start()
    with pytest.raises(SystemExit) as end:
        train(model, torch.optim.SGD(model.parameters(), lr=0.1), x, y, 3)
    hooks.stop()
    assert end.value.code is None


def test_a_compiled_model_and_a_compiled_step_are_watched(tmp_path):
    finals = []
    for watched in (False, True):
        model, x, y = model_and_data()
        optimizer = torch.optim.Adam(model.parameters(), lr=torch.tensor(0.01))
        monitor = Monitor(tmp_path / "run", model, optimizer) if watched else None
        forward, step = torch.compile(model, backend="eager"), torch.compile(optimizer.step, backend="eager")
        for _ in range(25):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(forward(x), y)
            loss.backward()
            step()
        finals.append([p.detach().clone() for p in model.parameters()])
        if monitor:
            monitor.close()
    assert all(torch.equal(a, b) for a, b in zip(*finals, strict=True))
    run = run_of(tmp_path / "run")
    assert len(run.signal("train_loss")) == 25 and run.signal("lr").values == pytest.approx(0.01) and "update_ratio" in str(run.scalars)


def test_a_full_disk_ends_the_log_and_not_the_training(tmp_path, capsys):
    (tmp_path / "run").write_text("a file where the folder should be")
    model, x, y = model_and_data()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with Monitor(tmp_path / "run", model, optimizer):
        train(model, optimizer, x, y, 3)
    assert "stopped watching" in capsys.readouterr().err


def test_a_script_ends_with_the_same_weights_and_status_when_it_is_run_by_the_advisor(tmp_path):
    (tmp_path / "train.py").write_text(SCRIPT)
    arguments = ["train.py", "plain.pt", "2"]  # processes that load data
    plain = subprocess.run([sys.executable, *arguments], cwd=tmp_path)
    arguments[1] = "watched.pt"
    watched = subprocess.run([sys.executable, "-m", "advisor", "run", *arguments], cwd=tmp_path, capture_output=True, text=True)
    assert plain.returncode == watched.returncode == 7, watched.stderr
    first, second = torch.load(tmp_path / "plain.pt"), torch.load(tmp_path / "watched.pt")
    assert all(torch.equal(first[name], second[name]) for name in first)
    [run] = advisor.read(tmp_path / "runs")
    assert len(run.signal("train_loss")) == 24 and len(run.signal("data_time")) == 24 and run.hparams["batch_size"] == 16
    assert "train/loss" in watched.stdout and watched.stderr == ""


def test_what_a_full_disk_lost_is_told_and_the_script_goes_on(tmp_path):
    """No file may grow beyond some thousand bytes, and then beyond a few."""
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\ntorch.manual_seed(0)"
    loop = SCRIPT.replace("range(4)", "range(100)").replace("    torch.save(model.state_dict(), sys.argv[1])\n", "")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    run = [sys.executable, "-m", "advisor", "run", "--out", "mine", "train.py", "none", "0"]
    for size, told, printed in ((8000, "", "its log could not be written to the end"), (64, "nothing was logged of train.py", "")):
        (tmp_path / "train.py").write_text(loop.replace("torch.manual_seed(0)", full.format(size=size)))
        watched = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True)
        assert watched.returncode == 7 and "stopped watching this training, which goes on" in watched.stderr
        assert told in watched.stderr and "no optimizer step" not in watched.stderr and printed in " ".join(watched.stdout.split())
    assert watched.stdout == "" and [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_a_script_fails_as_it_does_alone(tmp_path):
    (tmp_path / "train.py").write_text("import helper\n")
    (tmp_path / "helper.py").write_text("import sys\nassert __name__ == 'helper'\nraise ValueError(sys.argv[1:])\n")
    plain = subprocess.run([sys.executable, "train.py", "-x", "--out", "3"], cwd=tmp_path, capture_output=True, text=True)
    run = [sys.executable, "-m", "advisor", "run", "train.py", "-x", "--out", "3"]
    watched = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True)
    assert watched.returncode == plain.returncode == 1
    assert "['-x', '--out', '3']" in watched.stderr and "probes" not in watched.stderr.split("no optimizer step")[0]
    assert "no optimizer step was seen in train.py" in watched.stderr and not (tmp_path / "runs").exists()
    missing = subprocess.run([sys.executable, "-m", "advisor", "run", "nothing.py"], cwd=tmp_path, capture_output=True, text=True)
    assert missing.returncode == 2 and "There is no file nothing.py" in missing.stderr


def test_what_ended_a_training_is_kept_beside_it(tmp_path):
    broken = SCRIPT.replace("    torch.save", "    raise KeyError('accuracy')\n    torch.save")
    (tmp_path / "train.py").write_text(broken)
    run = [sys.executable, "-m", "advisor", "run", "train.py", "model.pt", "0"]
    watched = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True)
    assert watched.returncode == 1 and "KeyError: 'accuracy'" in watched.stderr
    [report] = advisor.diagnose(tmp_path / "runs")
    [crash] = [finding for finding in report.findings if finding.problem == "crash"]
    assert "KeyError: 'accuracy'" in crash.message and "step 24" in crash.message


def test_the_wait_for_data_is_measured_while_gradients_are_on(tmp_path):
    class Slow(torch.utils.data.Dataset):
        def __len__(self):
            return 8

        def __getitem__(self, i):
            torch.ones(1).sum()
            __import__("time").sleep(0.005)
            return torch.ones(8), torch.ones(2)

    model, *_ = model_and_data()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with Monitor(tmp_path / "run", model, optimizer):
        with torch.no_grad():
            list(DataLoader(TensorDataset(torch.ones(5)), 5))
        for x, y in DataLoader(Slow(), 2):
            train(model, optimizer, x, y, 1)
    run = run_of(tmp_path / "run")
    assert (run.signal("data_time").values > 0.009).all() and run.hparams["batch_size"] == 2
    assert (run.signal("step_time").values >= run.signal("data_time").values).all()


def test_only_the_first_rank_logs(tmp_path, monkeypatch):
    monkeypatch.setenv("RANK", "1")
    model, x, y = model_and_data()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with Monitor(tmp_path / "run", model, optimizer):
        train(model, optimizer, x, y, 3)
    assert not Path(tmp_path / "run").exists()
