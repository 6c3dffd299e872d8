"""Scripts ridden on two ranks, as torchrun would start them: what they measure is what one process with twice the batch does."""

import contextlib
import os
import queue
import time
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from torch import distributed

from advisor.errors import AdvisorError
from probes.measurements import gradient_noise_scale, lr_range_test
from probes.probing.recipes import recipe_of
from probes.process.channel import EndedError, Reply
from probes.process.combined_answers import combined
from probes.process.hung_ranks import Patience
from probes.process.rank import RESTARTS, own_seed
from probes.process.rank_group import ENDED, Ranks
from probes.process.remote_training import RemoteTraining
from probes.training import Memory, Moments
from tests.riding.ridden_scripts import SCRIPTS, skip_unless_installed
from tests.riding.riding import check_riding, riding

HEAD = """
import os
import torch
import torch.distributed as dist
from torch import nn
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset
torch.manual_seed(0)
x = torch.randn(400, 6)
y = x[:, :1] + 0.1 * torch.randn(400, 1)
data = TensorDataset(x, y)
model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
"""
DDP = "dist.init_process_group('gloo')\nmodel = nn.parallel.DistributedDataParallel(model)\n"
FSDP2 = """
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
dist.init_process_group("gloo")
fully_shard(model, mesh=init_device_mesh("cpu", (2,)))
"""
LOOP = """
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
for epoch in range(2):
    for a, b in LOADER:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(a), b)
        loss.backward()
        optimizer.step()
"""
SHARED = LOOP.replace("LOADER", "DataLoader(data, 5, sampler=DistributedSampler(data))") + "dist.destroy_process_group()\n"
ALONE = LOOP.replace("LOADER", "DataLoader(data, 10, shuffle=True)")
SHORT = """
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for step in range(8):
    i = torch.randint(400, (5,))
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x[i]), y[i]).backward()
    optimizer.step()
"""

pytestmark = pytest.mark.skipif(not distributed.is_available(), reason="torch was built without torch.distributed")


@pytest.fixture
def script(script):
    return partial(script, head=HEAD)


@contextlib.contextmanager
def on_two_ranks(path, arguments=(), **options):
    training = RemoteTraining(replace(recipe_of(path, tuple(arguments), ranks=2), **options))
    session = training.process.pid
    try:
        yield training
    finally:
        training.close()
    until = time.monotonic() + 5
    while left := processes_of(session):
        assert time.monotonic() < until, left


def processes_of(session):
    """Those that are alive."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else []):
        with contextlib.suppress(OSError, ProcessLookupError):
            if os.getsid(int(pid)) == session:
                found.append(pid)
    return found


def measured(training):
    """Losses of a range test longer than the script, after which everything is put back; a race's steps; the noise scale."""
    with training.restored():
        ramp = [row["loss"] for row in lr_range_test.measure(training, lowest=1e-5, highest=0.1, steps=90, seed=3, diverged=1e9)]
    with training.restored():
        training.reseed(4)
        training.lr = 0.02
        race = [training.step() for _ in range(5)] + [training.grad_norm, training.evaluate()]
    with training.restored():
        looked = training.examined()
    (noise,) = gradient_noise_scale.measure(training)
    return {"ramp": ramp, "race": race, "looked": looked, "noise": noise}


@pytest.mark.slow
@pytest.mark.parametrize(("wrapped", "size"), [(DDP, 5), pytest.param(FSDP2, 10, marks=pytest.mark.stress)], ids=["DDP", "FSDP2"])
def test_two_ranks_measure_what_one_process_with_twice_the_batch_does(script, wrapped, size):
    with riding(script(ALONE, name="alone.py")) as training:
        alone, described = measured(training), (training.hparams | {"ranks": 2}, training.batch_size, training.examples)
    with on_two_ranks(script(wrapped + SHARED)) as training:
        assert (training.hparams, training.batch_size, training.examples) == described
        together = measured(training)
        with training.restored():
            before = training.step(), training.evaluate()
            training.batch_size = 40
            assert (training.batch_size, np.isfinite(training.step())) == (40, True)
        with pytest.raises(MemoryError, match="of the budget of 2,000"), training.restored():
            training.memory_budget = 4_000  # of both; either has the parameters and as much again of gradients
            [training.step() for _ in range(2)]
        assert training.batch_size == 10
        assert (training.step(), training.evaluate()) == before
    assert together["ramp"] == pytest.approx(alone["ramp"], rel=1e-3)
    assert together["race"] == pytest.approx(alone["race"], rel=1e-4)
    assert together["looked"] == pytest.approx(alone["looked"], rel=1e-3)
    assert together["noise"]["small_sq"] > together["noise"]["big_sq"]
    assert together["noise"]["big_sq"] == pytest.approx(alone["noise"]["big_sq"], rel=1e-3)
    assert together["noise"]["noise_scale"] == pytest.approx(alone["noise"]["noise_scale"], rel=1e-3 if size == 10 else 0.3)


@pytest.mark.slow
def test_what_gradients_reach_is_looked_at_on_all_ranks(script, forked):
    half_dead = "with torch.no_grad():\n    model[0].bias[:8] = -99.0\n"  # the units whose weights are the first rank's
    with on_two_ranks(script(half_dead + FSDP2 + SHORT)) as training:
        looked = training.examined()
    assert looked["trainable"] == 6 * 16 + 16 + 16 + 1 and looked["gradient/zero_gradient"] == looked["gradient/missing"] == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [pytest.param(words, marks=pytest.mark.stress) for words in (("with_lightning.py", "ddp"), ("with_accelerate.py",))],
    ids=["lightning", "accelerate"],
)
def test_frameworks_are_ridden_on_two_ranks(tmp_path, monkeypatch, arguments):  # not forked: gloo has been seen to hang so
    name, *options = arguments
    skip_unless_installed(name.removeprefix("with_").removesuffix(".py"))
    monkeypatch.chdir(tmp_path)
    with on_two_ranks(SCRIPTS / name, options) as training:
        assert training.examples == 336 and training.gradient_moments(4, 2).parts == 2
        check_riding(training, batch_size=32)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_rank_that_fails_alone_is_one_sentence_and_the_next_question_starts_them_again(script, monkeypatch):
    monkeypatch.setenv("ADVISOR_GUARDS", "landlock")
    dying = SHARED.replace(
        "        optimizer.zero_grad()", "        if len(losses) == 8 and dist.get_rank() == 1: os._exit(3)\n        optimizer.zero_grad()"
    )
    dying = "losses = []\n" + dying.replace("        optimizer.step()", "        optimizer.step()\n        losses.append(loss)")
    with on_two_ranks(script(DDP + dying)) as training:
        with pytest.raises(EndedError, match=r"^rank 1 of 2 failed \(its process ended with status 3\)$"):
            [training.step() for _ in range(20)]
        assert np.isfinite(training.step())


HANGING = {
    "in a collective operation": ("optimizer.zero_grad()", "dist.barrier()", "none of the 2 ranks has answered"),
    "alone": ("optimizer.step()", "time.sleep(99)", "rank 1 of 2 has not answered within .* of the others"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("before", "hanging", "who"), HANGING.values(), ids=HANGING.keys())
def test_a_rank_that_hangs_is_one_sentence_that_says_where(script, before, hanging, who, forked):
    hanging = f"if step == 6 and dist.get_rank() == 1: {hanging}"
    path = script("import time\n" + DDP + SHORT.replace(before, f"{hanging}\n    {before}"))
    line = next(i for i, text in enumerate(path.read_text().splitlines(), 1) if hanging in text)
    sentence, patience = rf"^{who}.*rank 1 in line {line} of train.py.*the same way through the script$", Patience(60.0, 2.0, 1.0, 2.0)
    with on_two_ranks(path, patience=patience) as training, pytest.raises(EndedError, match=sentence):
        [training.step() for _ in range(20)]


@pytest.mark.stress
@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="the system does not tell what a process has open")
def test_running_a_script_again_and_again_keeps_nothing_open(script, forked):
    with on_two_ranks(script(DDP + SHORT)) as training:
        counts = []
        for _ in range(5):
            [training.step() for _ in range(8)]
            counts.append([len(os.listdir(f"/proc/{pid}/{what}")) for pid in processes_of(training.process.pid) for what in ("fd", "task")])
    assert len(counts[2]) >= 6 and counts[2] == counts[-1]


@pytest.mark.slow
def test_ranks_that_do_not_train_together_are_refused(script):
    with pytest.raises(AdvisorError, match=r"as one of 2 ranks.*no process group"):
        RemoteTraining(recipe_of(script(ALONE), ranks=2))


def test_what_a_rank_failed_with_counts_and_that_it_ended_is_heard_next():
    ranks, failed = Ranks.__new__(Ranks), Reply(kind="AdvisorError", text="no process group")
    ranks.count, ranks.patience, ranks.longest, ranks.replies = 2, Patience(first=9, least=9, apart=9), None, queue.Queue()
    for told in [(1, failed), (1, Reply(kind=ENDED)), (0, failed), (0, Reply(kind=ENDED))]:
        ranks.replies.put(told)
    assert ranks.answers()[0] == {0: failed, 1: failed}
    assert [reply.kind for reply in ranks.answers()[0].values()] == [ENDED, ENDED]


def test_a_model_file_has_no_ranks(script):
    path = script("def dataset(): ...\ndef loss(output, target): ...\n")
    with pytest.raises(AdvisorError, match="only a script that trains"):
        recipe_of(path, ranks=2)


def test_answers_of_ranks_become_one():
    assert combined("batch_size", [5, 5], "cpu") == 10 and combined("step_time", [1.0, 2.0], "cpu") == 2.0
    assert combined("step", [1.0, 2.0], "cpu") == 1.5 and combined("lr", [0.1, 0.1], "cpu") == 0.1
    some, more = Memory(1.0, 2.0, 3.0, 4.0), Memory(2.0, 2.0, 2.0, 2.0)
    assert combined("step_memory", [some, more], "cpu") == Memory(3.0, 4.0, 5.0, 6.0)
    assert combined("step_memory", [some, more], "cuda:0") == Memory(2.0, 2.0, 3.0, 4.0)
    seen = combined("gradient_moments", [Moments((1.0,), ((2.0,),), 2), Moments((3.0,), ((2.0,),), 2)], "cpu")
    assert seen == Moments((2.0,), ((2.0,),), 2)


def test_parts_of_a_minibatch_tell_the_noise_of_their_own_size():
    rng, size, count = np.random.default_rng(0), 8, 4000
    halves = 1 + rng.normal(size=(count, 2)) / np.sqrt(size // 2)  # tr(Σ)/|G|² is 1
    whole = halves.mean(1)
    sums = np.array([whole[g::8].sum() for g in range(8)])
    found = gradient_noise_scale.estimate((halves**2).mean(1), np.outer(sums, sums), size, parts=2)
    assert found["low"] < 1 < found["high"] and found["noise_scale"] == pytest.approx(1.0, rel=0.1)


def test_each_rank_draws_by_a_seed_of_its_own(monkeypatch):
    assert own_seed(3) == 3
    monkeypatch.setenv(RESTARTS, "0")
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("RANK", "1")
    assert own_seed(3) != 3


@pytest.mark.slow
def test_ranks_read_what_the_first_one_wrote_and_nothing_of_it_stays(script, tmp_path, forked):
    saved = "if dist.get_rank() == 0:\n    torch.save(model.state_dict(), 'start.pt')\ndist.barrier()\n"
    saved += "model.load_state_dict(torch.load('start.pt'))\n"
    path = script(DDP + saved + SHORT)
    with on_two_ranks(path) as training:
        assert np.isfinite([training.step() for _ in range(12)]).all()  # it ends after eight
        moments = []
        for _ in range(2):  # that the script is run again meanwhile, at another place each time, changes nothing
            with training.restored():
                training.reseed(3)
                moments.append(training.gradient_moments(11, 2))
        written, sizes = training.notes
    assert moments[0].squares == pytest.approx(moments[1].squares) and moments[0].parts == 2
    assert "start.pt" in written and "2 ranks together" in sizes
    assert list(tmp_path.iterdir()) == [path]
