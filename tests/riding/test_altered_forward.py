"""Half precision and activation checkpoints laid around the forward passes of scripts that have neither."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from advisor.errors import AdvisorError  # noqa: E402
from tests.riding.hand_written_loop import by_hand  # noqa: E402
from tests.riding.ridden_scripts import HEAD, LOOP, PLAIN, SCRIPTS, skip_unless_installed  # noqa: E402
from tests.riding.riding import riding  # noqa: E402
from tests.trainings.trainings import second_step  # noqa: E402

BLOCKS = (
    "nn.Linear(6, 16), nn.Sequential(*[nn.Sequential(nn.Linear(16, 16), nn.Tanh(), nn.Dropout(0.1)) for _ in range(4)]), nn.Linear(16, 1)"
)
DEEP = HEAD.replace("nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 1)", BLOCKS)
WATCHED = """
torch.seen, torch.seen_backward = [], []
model.register_forward_hook(lambda *_: torch.seen.append(torch.is_autocast_enabled("cpu")))
model[0].weight.register_hook(lambda _: torch.seen_backward.append(torch.is_autocast_enabled("cpu")))
"""
LOOPS = {
    "plain": LOOP,
    "accumulates": """
for epoch in range(2):
    for i, (a, b) in enumerate(DataLoader(data, 10, shuffle=True), 1):
        (mse(model(a), b) / 4).backward()
        if i % 4 == 0: optimizer.step(); optimizer.zero_grad()
""",
    "fetches all before it accumulates": """
for epoch in range(2):
    source = iter(DataLoader(data, 10, shuffle=True))
    for _ in range(5):
        for a, b in [next(source) for _ in range(4)]: (mse(model(a), b) / 4).backward()
        optimizer.step(); optimizer.zero_grad()
""",
    "without a loader": "for i in range(99):\n    optimizer.zero_grad(); mse(model(x[:9]), y[:9]).backward(); optimizer.step()\n",
}


@pytest.fixture(autouse=True)
def nothing_is_left_switched_on():
    yield
    assert not torch.is_autocast_enabled("cpu")


def test_steps_in_half_precision_are_the_hand_written_ones(script):
    with riding(script(LOOP)) as training:
        losses = {}
        for precision in ("fp32", "bf16", "fp32"):
            with training.restored():
                training.precision = precision
                training.reseed(3)
                losses[precision] = [training.step() for _ in range(30)]
            assert training.precision == "fp32"
    assert losses["fp32"] == by_hand([0.05] * 30, 3)
    with pytest.MonkeyPatch.context() as patch:
        mse = torch.nn.functional.mse_loss
        forward = torch.nn.Sequential.forward
        patch.setattr(torch.nn.Sequential, "forward", lambda *args: halved(forward, *args))
        patch.setattr(torch.nn.functional, "mse_loss", lambda *args: halved(mse, *args))
        assert losses["bf16"] == by_hand([0.05] * 30, 3)
    assert losses["bf16"] != losses["fp32"]


def halved(function, *args):
    with torch.autocast("cpu", torch.bfloat16):
        return function(*args)


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS.keys())
def test_half_precision_covers_forward_passes_and_them_alone(script, loop):
    with riding(script(WATCHED + loop)) as training:
        for precision in ("bf16", "fp32"):
            with training.restored():
                training.precision = precision
                training.step()
                torch.seen.clear()
                [training.step() for _ in range(3)]  # before it is run again, to be looked at anew
                assert len(torch.seen) >= 3 and set(torch.seen) == {precision == "bf16"}
        assert not any(torch.seen_backward)


REFUSED = {
    "by itself": ("bf16", LOOP.replace("loss = ", "with torch.autocast('cpu'): loss = "), "computes in half precision itself"),
    "a model that is": ("bf16", "model = model.bfloat16()\nx, y = x.bfloat16(), y.bfloat16()\n" + LOOPS["without a loader"], "itself"),
    "fp16": ("fp16", LOOP, "not in fp16"),
    "several losses": (
        "bf16",
        LOOP.replace("loss.backward()", "loss.backward(retain_graph=True); loss.backward()"),
        "more than one gradient",
    ),
}


@pytest.mark.parametrize(("precision", "loop", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_where_it_cannot_be_had_that_is_one_sentence(script, precision, loop, sentence):
    with riding(script(loop)) as training:
        with pytest.raises(AdvisorError, match=sentence), training.restored():
            training.precision = precision
        assert training.precision == "fp32" and np.isfinite(training.step())


def test_checkpoints_save_memory_and_change_no_loss(script):
    with riding(script(LOOP, DEEP)) as training:
        losses, peaks = [], []
        for on in (False, True, False):
            with training.restored():
                training.checkpointing = on
                peaks.append(second_step(training, 100).allocated)
                losses.append([training.step() for _ in range(60)])  # it is run again meanwhile
            assert not training.checkpointing
    assert losses[0] == losses[1] == losses[2] and peaks[1] < 0.9 * peaks[0] and peaks[2] == peaks[0]


def test_checkpoints_that_cannot_be_laid_are_one_sentence(script, tmp_path):
    for path, options, sentence in ((script(LOOP), (), "no list of three"), (PLAIN, ("--compile",), "compiles its model")):
        with riding(path, *options) as training:
            with pytest.raises(AdvisorError, match=sentence):
                training.checkpointing = True
            assert not training.checkpointing and np.isfinite(training.step())


@pytest.mark.parametrize("name", ["lightning", "accelerate", "transformers"])
def test_half_precision_is_laid_around_frameworks(name, tmp_path, monkeypatch):
    skip_unless_installed(name, *(["accelerate"] if name == "transformers" else []))
    monkeypatch.chdir(tmp_path)
    with riding(SCRIPTS / f"with_{name}.py") as training:
        losses = []
        for precision in ("fp32", "bf16", "fp32"):
            with training.restored():
                training.precision = precision
                losses.append([training.step() for _ in range(5)])
    assert losses[0] == losses[2] != losses[1] and np.allclose(losses[0], losses[1], rtol=0.05)
