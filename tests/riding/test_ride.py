"""Unmodified scripts as trainings: what a ride measures is what a loop written by hand would."""

import contextlib
import json
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import Subset, TensorDataset

import advisor
from advisor.errors import AdvisorError
from probes.measurements import gradient_noise_scale, lr_range_test, peak_memory, rate_race, sanity
from probes.probing.recipes import ModelFile, Script, recipe_of
from probes.probing.runner import probe
from probes.probing.scope import Part, Scope
from probes.process.channel import FailedError
from probes.process.remote_training import RemoteTraining
from probes.state.random_states import seed_everything
from probes.trainings.held_out import held_out_of
from probes.trainings.minibatches import Order
from tests.riding.hand_written_loop import by_hand, endless
from tests.riding.ridden_scripts import HEAD, LOOP, PLAIN, SHORT
from tests.riding.riding import check_riding, riding
from tests.trainings.trainings import second_step

# ── the measurements ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("loop", [LOOP, SHORT], ids=["two epochs", "ends after seven steps"])
def test_a_range_test_is_the_hand_written_one_bit_for_bit(script, loop):
    rates = np.geomspace(1e-6, 1.0, steps := 40 if loop is LOOP else 9)
    with riding(script(loop)) as training:
        for seed in (3, 4):
            rows = list(lr_range_test.measure(training, lowest=1e-6, highest=1.0, steps=steps, seed=seed, diverged=1e9))
            assert [row["loss"] for row in rows] == by_hand(rates, seed)


def test_it_rides_in_a_process_of_its_own(script):
    training = RemoteTraining(Script(script(LOOP.replace("shuffle=True", "shuffle=True, num_workers=2")), seed=3))
    try:
        assert training.hparams == {"lr": 0.05, "batch_size": 10, "optimizer": "SGD", "momentum": 0.9, "max_steps": 32}
        assert (training.batch_size, training.examples, training.device, training.accumulation_steps) == (10, 160, "cpu", 1)
        with training.restored():
            training.reseed(3)
            losses = [training.step() for _ in range(5)]
        assert training.num_workers == 2
    finally:
        training.close()
    assert losses == by_hand([0.05] * 5, 3)


def test_a_look_tells_which_parameters_the_gradient_reaches_and_changes_nothing(script):
    cut = LOOP.replace("model(a)", "model[4](model[:4](a).detach())")
    with riding(script(cut)) as training:
        facts = []
        for _ in range(2):
            with training.restored():
                facts.append(training.examined())
                facts[-1]["then"] = training.step()
        assert facts[0] == facts[1] and facts[0]["trainable"] == 17 + 6 * 16 + 16 + 32
        assert facts[0]["gradient/missing"] == pytest.approx(1 - 17 / facts[0]["trainable"])
        assert facts[0]["gradient/zero_gradient"] == 0 and facts[0]["loss"] > 0


def test_gradients_are_those_at_frozen_weights(script):
    with riding(script(LOOP)) as training:
        with training.restored():
            training.reseed(0)
            seen = training.gradient_moments(6, 3)
        before = training.evaluate()
        training.gradient_moments(5, 2)
        assert training.evaluate() == before
    space: dict = {}
    exec(HEAD, space)
    train, _ = held_out_of(200, 10)
    seed_everything(0)
    gradients = []
    for (a, b), _ in zip(endless(Subset(space["data"], train), Order(len(train), 10, 0)), range(6), strict=False):
        space["model"].zero_grad()
        nn.functional.mse_loss(space["model"](a), b).backward()
        gradients.append(torch.cat([p.grad.flatten() for p in space["model"].parameters()]))
    sums = [gradients[i] + gradients[i + 3] for i in range(3)]
    np.testing.assert_allclose(seen.squares, [float(g @ g) for g in gradients], rtol=1e-6)
    np.testing.assert_allclose(seen.products, [[float(a @ b) for b in sums] for a in sums], rtol=1e-4)


def test_an_evaluation_is_of_held_out_data_without_dropout_and_changes_nothing(script):
    with riding(script(LOOP)) as training:
        first, again = training.evaluate(), training.evaluate()
        with training.restored():
            training.reseed(1)
            losses = [training.step() for _ in range(4)]
        with training.restored():
            training.reseed(1)
            training.evaluate()
            assert [training.step() for _ in range(4)] == losses
    space: dict = {}
    exec(HEAD, space)
    train, out = held_out_of(200, 10)
    assert len(out) == 40 and not set(out) & set(train)
    model, data = space["model"].eval(), space["data"]
    expected = np.mean([mse(model, data, out[i : i + 10]) for i in range(0, 40, 10)])
    assert first == again == pytest.approx(expected, rel=1e-6)


def mse(model, data, some):
    inputs, targets = (torch.stack(part) for part in zip(*(data[i] for i in some), strict=True))
    with torch.no_grad():
        return nn.functional.mse_loss(model(inputs), targets).item()


@pytest.mark.parametrize(
    "arguments",
    [(), ("--accumulate", 4), ("--scaler",), ("--compile",)],
    ids=lambda arguments: " ".join(map(str, arguments)) or "plain",
)
def test_what_was_restored_goes_the_same_way_again(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with riding(PLAIN, *arguments) as training:
        check_riding(training, batch_size=16)


def test_accumulated_steps_are_those_of_the_larger_batch(script):
    plain = HEAD.replace("nn.BatchNorm1d(16), ", "").replace("nn.Dropout(0.2), ", "")
    losses = {}
    for name, settings in {"joined": {"batch_size": 40}, "accumulated": {"accumulation_steps": 4}}.items():
        with riding(script(LOOP, plain)) as training:
            for setting, value in settings.items():
                setattr(training, setting, value)
            training.reseed(0)
            losses[name] = [training.step() for _ in range(4)]
    np.testing.assert_allclose(losses["joined"], losses["accumulated"], rtol=1e-5)


def test_a_budget_is_kept_to_the_byte(script):
    with riding(script(LOOP)) as training:
        held_out, needed = training.evaluate(), second_step(training, 40).allocated
        for missing in (0, 1):
            training.memory_budget = needed - missing
            assert training.free_memory() == needed - missing
            with pytest.raises(MemoryError, match="of the budget") if missing else contextlib.nullcontext():
                assert second_step(training, 40).allocated == needed
            assert training.evaluate() == held_out and training.batch_size == 10
        training.memory_budget = None
        assert second_step(training, 80).allocated > needed


@pytest.mark.slow
def test_a_budget_sets_the_largest_batch_of_a_script(script, forked):
    with riding(script(LOOP)) as training:
        budget = second_step(training, 60).allocated
    outcome = probe(script(LOOP), scope=Scope(only=Part.memory, memory=budget))
    found, bound = peak_memory.largest(outcome.tables["peak_memory"])
    assert bound and 0.95 * 60 <= found <= 60 and (outcome.tables["peak_memory"].limit_bytes == budget).all()


# ── unusual loops ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_of_two_networks_is_ridden_and_optimizers_that_share_a_step_are_both(script):
    game = """
    other = nn.Linear(6, 1)
    second = torch.optim.SGD(other.parameters(), lr=0.01)
    for a, b in DataLoader(data, 10):
        optimizer.zero_grad(); mse(model(a), b).backward(); optimizer.step()
        second.zero_grad(); (other(a).mean() + 100).backward(); second.step()
    """
    with riding(script(game)) as training:
        assert training.lr == 0.05 and max(training.step() for _ in range(5)) < 50
    shared = """
    other = nn.Linear(6, 1)
    second = torch.optim.SGD(other.parameters(), lr=0.5)
    for a, b in DataLoader(data, 10):
        optimizer.zero_grad(); second.zero_grad()
        mse(model(a) + other(a), b).backward()
        optimizer.step(); second.step()
    """
    with riding(script(shared)) as training:
        assert training.lr == 0.5
        training.lr, before = 0.0, training.evaluate()
        for _ in range(3):
            training.step()
        training.lr = 0.05
        training.step()
        assert training.evaluate() != before


def test_a_loop_without_a_loader_is_ridden_at_its_own_batch_size(script):
    own = """
    for step in range(1000):
        i = torch.randint(0, 200, (10,))
        for group in optimizer.param_groups:
            group["lr"] = 0.05 * min(1, step / 100)
        optimizer.zero_grad(); mse(model(x[i]), y[i]).backward(); optimizer.step()
    """
    with riding(script(own)) as training:
        assert training.lr == 0.05
        runs = []
        for _ in range(2):
            with training.restored():
                training.reseed(5)
                runs.append([training.step() for _ in range(30)])
        assert runs[0] == runs[1] and len(set(runs[0])) == 30 and training.evaluate() == training.evaluate()
        with pytest.raises(AdvisorError, match="batch size cannot be changed"):
            training.batch_size = 20


ACCUMULATED = """
source = iter(lambda: torch.randint(0, 200, (10,)), None)
i = next(source)
for step in range(1000):
    for part in range(2):
        loss = mse(model[4](model[:4](x[i])), y[i]) / 2
        i = next(source)
        loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""


LOADED = SHORT.replace("range(7)", "range(400)").replace("    optimizer.zero_grad()\n", "")
LOADED = LOADED.replace("optimizer.step()", "if step % 2: optimizer.step(); optimizer.zero_grad()")


@pytest.mark.parametrize("loop", [ACCUMULATED, LOADED], ids=["drawn", "loaded"])
def test_a_script_that_accumulates_is_measured_as_it_accumulates(script, loop):
    with riding(script(loop)) as training:
        drawn = loop is ACCUMULATED
        assert training.hparams["accumulation_steps"] == training.accumulation_steps == 2
        with training.restored():
            training.accumulation_steps = 3
            assert training.accumulation_steps == 4 and np.isfinite(training.step())
        with (
            training.restored(),
            pytest.raises(AdvisorError, match=r"no.* load its data with a DataLoader") if drawn else contextlib.nullcontext(),
        ):
            assert len(list(sanity.measure(training, steps=8, trained=4))) > 2
        with training.restored():
            [row] = gradient_noise_scale.measure(training, count=8, microbatch=8)
            assert row["microbatch"] == (10 if drawn else 8) and 0 < row["noise_scale"] < np.inf
        assert (rate_race.usual_plan(training) == 300) and len(list(rate_race.measure(training, budget=300, rates=[0.01, 0.02, 0.05]))) > 9


GAME = """
judge = nn.Sequential(nn.Linear(1, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1))
second = torch.optim.Adam(judge.parameters(), lr=0.001)
says, ones = nn.functional.binary_cross_entropy_with_logits, torch.ones
for epoch in range(100):
    for a, b in {batches}:
        {turns}
"""
JUDGE = """made = model(a); second.zero_grad(); says(judge(b), ones(len(a), 1)).backward()
        says(judge(made.detach()), 0 * ones(len(a), 1)).backward(); second.step()
        """
MAKER = """optimizer.zero_grad(); made = {made}; says(judge(made), ones(len(a), 1)).backward(); optimizer.step()
        """


@pytest.mark.parametrize("batches", ["DataLoader(data, 10)", "zip(x.split(10), y.split(10))"], ids=["loaded", "split"])
@pytest.mark.parametrize(
    "turns", [JUDGE + MAKER.format(made="made"), MAKER.format(made="model(a)") + JUDGE], ids=["judge first", "maker first"]
)
def test_networks_that_train_against_each_other_are_measured(script, batches, turns):
    with riding(script(GAME.format(batches=batches, turns=turns))) as training:
        assert "other_optimizers" in training.hparams and training.accumulation_steps == 1
        for measured in (sanity.measure(training, steps=0, trained=0), gradient_noise_scale.measure(training, count=8, microbatch=10)):
            with training.restored():
                assert all(np.isfinite(row.get("loss", row.get("noise_scale"))) for row in measured)
        with training.restored():
            first = [training.step() for _ in range(4)]
        assert np.isfinite(first).all()


def test_no_rate_is_told_from_one_of_two_losses(script, forked):
    game = GAME.format(batches="DataLoader(data, 10)", turns=JUDGE + MAKER.format(made="made"))
    outcome = probe(script(game), scope=Scope(only=Part.lr, steps=100))
    assert outcome.suggestion.lr.value is None and "step in turn (Adam, SGD)" in outcome.suggestion.lr.reason and not outcome.tables


def test_the_examples_of_a_subset_are_drawn_from_it_alone(script):
    fold = """
    seen = set()
    for a, b in DataLoader(TensorDataset(x, torch.arange(200)), 10, sampler=torch.utils.data.SubsetRandomSampler(range(50, 150))):
        assert 50 <= int(b.min()) and int(b.max()) < 150
        optimizer.zero_grad(); mse(model(a), y[b]).backward(); optimizer.step()
    """
    with riding(script(fold)) as training:
        assert training.examples == 80
        training.batch_size = 16
        assert all(np.isfinite(training.step()) for _ in range(20)) and np.isfinite(training.evaluate())


def test_what_a_script_breaks_with_is_told_by_its_cause(script):
    broken = """
    x[17, 3] = float("nan")
    for epoch in range(9):
        for a, b in DataLoader(TensorDataset(x, y), 10, shuffle=True):
            loss = mse(model(a), b)
            assert not loss.isnan(), "lost"
            optimizer.zero_grad(); loss.backward(); optimizer.step()
    """
    with riding(script(broken)) as training, pytest.raises(AdvisorError, match=r"has NaN in it \(AssertionError: lost"):
        for _ in range(40):
            training.step()
    with pytest.raises(AdvisorError, match=r"give what it asks for as arguments"), riding(script("raise EOFError('end')")) as training:
        training.step()


def test_a_line_search_is_ridden(script):
    search = """
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=3)
    for a, b in DataLoader(data, 50):
        def closure():
            optimizer.zero_grad()
            loss = mse(model(a), b)
            loss.backward()
            return loss
        optimizer.step(closure)
    """
    with riding(script(search, HEAD.replace("nn.BatchNorm1d(16), ", "").replace("nn.Dropout(0.2), ", ""))) as training:
        held_out, runs = training.evaluate(), []
        for _ in range(2):
            with training.restored():
                runs.append([training.step() for _ in range(6)])
                assert training.evaluate() < held_out
        assert runs[0] == runs[1] and training.evaluate() == held_out


def test_data_that_are_drawn_at_random_are_the_same_again(script):
    augmented = """
    class Noisy(torch.utils.data.Dataset):
        def __len__(self): return 200
        def __getitem__(self, i): return x[i] + 0.1 * torch.randn(6), y[i]
    for epoch in range(3):
        for a, b in DataLoader(Noisy(), 10, shuffle=True):
            optimizer.zero_grad(); mse(model(a), b).backward(); optimizer.step()
    """
    with riding(script(augmented)) as training:
        runs = []
        for _ in range(2):
            with training.restored():
                training.one_batch = True
                training.lr = 0.0
                training.step()
                training.one_batch = False
                runs.append([training.step() for _ in range(30)])
        assert runs[0] == runs[1] and len(set(runs[0])) == 30


def test_a_look_through_the_training_data_ends(script):
    look = """
    loader = DataLoader(data, 10, shuffle=True)
    mean = sum(a.mean() for a, _ in loader) / len(loader)
    for epoch in range(1000):
        for i, (a, b) in enumerate(loader):
            optimizer.zero_grad(); mse(model(a - mean), b).backward(); optimizer.step()
            if i == 7: break
        model.eval()
        assert sum(len(a) for a, _ in loader) == 200 or epoch
        model.train()
    """
    with riding(script(look)) as training:
        losses = [training.step() for _ in range(40)]
        assert losses[-1] < losses[0]


# ── what cannot be ridden ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("pass", "no optimizer step was seen in train.py.* it ended before its first one"),
        ("raise KeyError('weights')", "it ended with KeyError: 'weights'"),
        ("import sys; sys.exit('no data there')", "no data there"),
        ("model(x).sum().backward()", "it computed 1 gradient without one.* through the optimizers of torch"),
        ("optimizer = None\nw = torch.zeros(2, requires_grad=True)\nfor i in range(9):\n  w.sum().backward()", "it computed 9 gradients"),
        ("for i in range(3):\n  model(x).sum().backward(); optimizer.step()", "run twice and ended without another step"),
    ],
)
def test_a_script_that_does_not_train_is_told_so_in_a_sentence(script, body, sentence):
    with pytest.raises(AdvisorError, match=sentence), riding(script(body)) as training:
        training.step()


def test_a_script_whose_process_ends_before_it_trains_is_told_so_in_a_sentence(script):
    with pytest.raises(AdvisorError, match=r"^train.py cannot be probed: its process ended with status 3\.$"):
        probe(script("import os; os._exit(3)"))


def test_a_script_that_breaks_at_another_batch_size_costs_that_measurement_only(script):
    fixed = """
    for a, b in DataLoader(data, 10, drop_last=True):
        optimizer.zero_grad(); mse(model(a.view(10, 6)), b).backward(); optimizer.step()
    """
    with riding(script(fixed)) as training:
        before = training.evaluate()
        with pytest.raises(AdvisorError, match=r"does not run at a batch size of 20, .*shape"), training.restored():
            training.batch_size = 20
            training.step()
        assert training.batch_size == 10 and training.evaluate() == before
        assert np.isfinite(training.step())


def test_a_hidden_state_of_a_fixed_size_is_told_so_each_time(script):
    recurrent = """
    model = nn.RNN(6, 8, batch_first=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for a, b in DataLoader(TensorDataset(torch.randn(200, 5, 6), y), 10):
        optimizer.zero_grad(); mse(model(a, torch.zeros(1, 10, 8))[0].mean((1, 2)), b[:, 0]).backward(); optimizer.step()
    """
    with riding(script(recurrent)) as training:
        for size in (20, 5, 40, 1, 50, 8, 20):
            with (
                pytest.raises(AdvisorError, match=f"^the script does not run at a batch size of {size}, .*hidden size"),
                training.restored(),
            ):
                training.batch_size = size
                training.step()
        assert np.isfinite([training.step() for _ in range(30)]).all()


SCHEDULED = """
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=STEPS)
for epoch in range(2):
    for a, b in DataLoader(data, 10, shuffle=True):
        optimizer.zero_grad(); mse(model(a), b).backward(); optimizer.step(); schedule.step()
"""


def test_a_schedule_of_so_many_steps_is_ridden_for_more(script):
    losses = []
    for steps in (40, 4000):
        with riding(script(SCHEDULED.replace("STEPS", str(steps)))) as training:
            training.reseed(0)
            losses.append([training.step() for _ in range(100)])
    assert losses[0] == losses[1]


def test_a_schedule_too_short_for_its_script_is_told_so(script):
    with riding(script(SCHEDULED.replace("STEPS", "30"))) as training:
        with pytest.raises(FailedError, match="total steps is 30"):
            [training.step() for _ in range(100)]
        assert np.isfinite(training.step())


@pytest.mark.parametrize("give_up", ["raise SystemExit(1)", "raise FloatingPointError", "break"])
def test_a_script_that_gives_up_on_a_lost_loss_is_ridden_on(script, give_up):
    careful = f"""
    for epoch in range(2):
        for a, b in DataLoader(data, 10):
            loss = mse(model(a), b)
            if not torch.isfinite(loss):
                {give_up}
            optimizer.zero_grad(); loss.backward(); optimizer.step()
    """
    with riding(script(careful)) as training:
        before = training.evaluate()
        for _ in range(2):
            with training.restored():
                training.lr = 1e30
                losses = [training.step()]
                with contextlib.suppress(FailedError, AdvisorError):
                    while np.isfinite(losses[-1]) and len(losses) < 9:
                        losses.append(training.step())
            assert training.evaluate() == before
            with training.restored():
                assert np.isfinite(training.step())


def test_a_bare_except_in_the_loop_does_not_hold_the_probe(script, forked):
    stubborn = """
    for epoch in range(10**6):
        for a, b in DataLoader(data, 10):
            try:
                optimizer.zero_grad(); mse(model(a), b).backward(); optimizer.step()
            except:
                pass
    """
    training = RemoteTraining(Script(script(stubborn)))
    assert np.isfinite(training.step())
    training.channel.sink.close()  # nobody asks any more
    assert training.process.wait(10) == 0
    training.close()


ENDLESS = LOOP.replace("epoch in range(2)", "epoch in iter(int, 1)").replace("optimizer.step()", "pass")
COPIES = "optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(9))], lr=0.1)\n"
ENGINES = {
    "unknown": (
        "",
        LOOP.replace("optimizer.step()", "pass"),
        "it computed 40 gradients without one. A script is ridden through the optimizers of torch",
    ),
    "unknown, for long": ("", ENDLESS, "it computed 1000 gradients without one. A script is ridden through the optimizers of torch"),
    "DeepSpeed": (
        "deepspeed",
        LOOP.replace("optimizer.step()", "pass"),
        "it computed 40 gradients without one. It uses DeepSpeed, which steps in",
    ),
    "Megatron, for long": ("megatron.core", ENDLESS, "it computed 64 gradients without one. It uses Megatron, which steps in"),
    "on copies": ("deepspeed", COPIES + LOOP, "the script trains with DeepSpeed, whose optimizer steps on copies of the parameters"),
}


@pytest.mark.parametrize(("module", "loop", "sentence"), ENGINES.values(), ids=ENGINES.keys())
def test_an_engine_that_steps_by_itself_is_told_so_in_a_sentence(script, monkeypatch, module, loop, sentence):
    if module:
        monkeypatch.setitem(sys.modules, module, torch)
    with pytest.raises(AdvisorError, match=sentence), riding(script(loop)):
        pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # the one that ends it
def test_a_loop_in_a_thread_is_ridden(script):
    threaded = (
        "def train():" + LOOP.replace("\n", "\n    ") + "\nimport threading\nthread = threading.Thread(target=train)\nthread.start()\n"
    )
    for ending in ("thread.join()", "", "raise SystemExit"):
        with riding(script(threaded + ending)) as training:
            training.reseed(3)
            assert [training.step() for _ in range(50)][:30] == by_hand([0.05] * 30, 3)


def test_a_ride_that_fails_ends_a_script_that_catches_everything(script, tmp_path, monkeypatch):
    (tmp_path / "deepspeed.py").touch()
    caught = """
    import deepspeed
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(9))], lr=0.1)
    while True:
        try:
            optimizer.zero_grad(); mse(model(x), y).backward(); optimizer.step()
        except:
            pass
    """
    started, start = [], subprocess.Popen
    monkeypatch.setattr(
        "probes.process.remote_training.subprocess.Popen", lambda *args, **options: started.append(start(*args, **options)) or started[-1]
    )
    with pytest.raises(AdvisorError, match="copies of the parameters"):
        RemoteTraining(Script(script(caught)))
    assert [process.poll() is None for process in started] == [False]


@pytest.mark.parametrize(
    "loader", ["data, 10, sampler=torch.utils.data.WeightedRandomSampler(torch.ones(200), 200, False)", "Stream(), 10"]
)
def test_an_odd_loader_gives_its_own_minibatches_again(script, loader):
    odd = f"""
    class Stream(torch.utils.data.IterableDataset):  # of no length
        def __iter__(self):
            return iter(data[i] for i in torch.randperm(200).tolist())
    for epoch in range(3):
        for a, b in DataLoader({loader}):
            optimizer.zero_grad(); mse(model(a), b).backward(); optimizer.step()
    """
    with riding(script(odd)) as training:
        held_out, runs = training.evaluate(), []
        for _ in range(2):
            with training.restored():
                runs.append([training.step() for _ in range(30)])
        assert runs[0] == runs[1] and training.evaluate() == held_out
        with pytest.raises(AdvisorError, match="size cannot be changed"):
            training.batch_size = 20
        with pytest.raises(AdvisorError, match="workers cannot be changed"):
            training.num_workers = training.num_workers + 2


def test_a_process_of_a_group_of_one_is_ridden(script, monkeypatch):
    group = """
    import torch.distributed as dist
    from torch.utils.data import DistributedSampler
    dist.init_process_group("gloo")
    parallel = nn.parallel.DistributedDataParallel(model)
    sampler = DistributedSampler(data)
    for i, (a, b) in zip(range(6), DataLoader(data, 10, sampler=sampler)):
        optimizer.zero_grad(); mse(parallel(a), b).backward(); optimizer.step()
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name, value in {"RANK": 0, "WORLD_SIZE": 1, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}.items():
        monkeypatch.setenv(name, str(value))
    with riding(script(group)) as training:
        held_out, runs = training.evaluate(), []
        for _ in range(2):
            with training.restored():
                runs.append([training.step() for _ in range(8)])
        assert runs[0] == runs[1] and training.evaluate() == held_out
        training.batch_size = 20
        assert np.isfinite(training.step())
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def test_a_file_that_defines_a_training_is_told_from_a_script_that_trains(script):
    sample = Path(__file__).parents[2] / "sample_runs" / "model.py"
    assert isinstance(recipe_of(sample), ModelFile) and isinstance(recipe_of(sample, ("--epochs", "3")), Script)
    assert all(isinstance(recipe_of(path), Script) for path in PLAIN.parent.glob("*.py"))
    assert isinstance(recipe_of(script(LOOP, HEAD + "dataset = data\nloss = mse\n")), Script)
    made = "model = Net()\ndataset = Digits('data')\nloss = MSELoss()\ndef main(): ...\nif __name__ == '__main__':\n    main()\n"
    assert isinstance(recipe_of(script(made, "")), Script)
    given = "model = partial(Net, 3)\ndataset = digits\nloss = MSELoss()\n"
    assert isinstance(recipe_of(script(given, "")), ModelFile)
    assert isinstance(recipe_of(script("def model(): ...\ndef dataset(): ...", "")), ModelFile)  # the missing loss is asked for
    with pytest.raises(AdvisorError, match="There is no file"):
        recipe_of(Path("nothing.py"))


def test_a_script_is_probed_from_the_command_line(script):
    script(LOOP + "torch.save(model.state_dict(), 'last.pt')\n")
    command = [sys.executable, "-m", "advisor", "probe", "train.py", "--only", "noise", "--steps", "300", "--json", "--", "--epochs", "3"]
    probed = subprocess.run(command, capture_output=True, text=True)
    assert probed.returncode == 0, probed.stderr
    [run] = advisor.read(json.loads(probed.stdout)["run"])
    assert (run.scalars["gradient_noise_scale/noise_scale"].values > 0).all() and run.hparams["batch_size"] == 10
    assert not Path("last.pt").exists()


def test_data_sets_are_left_as_they_are():
    train, out = held_out_of(100, 16)
    assert sorted(train + out) == list(range(100)) and len(out) == 16
    assert len(held_out_of(5, 4)[1]) == 1 and len(TensorDataset(torch.ones(3))) == 3
