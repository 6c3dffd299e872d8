"""Scripts whose parameters are of any type: ridden and watched, or told in a sentence, and never broken by it."""

import math

import pytest
import torch
from torch import nn

import advisor
from advisor.errors import AdvisorError
from probes import Monitor
from probes.riding.feeding import loader_feed
from probes.riding.feeding.loader_feed import LoaderFeed
from tests.riding.riding import riding

HEAD = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
torch.manual_seed(0)
x = torch.randn(64, 6)
data = TensorDataset(x, x.sum(1, keepdim=True))
mse = nn.functional.mse_loss
"""
LOOP = """
for epoch in range(EPOCHS):
    for a, b in DataLoader(data, 16, shuffle=True):
        optimizer.zero_grad()
        loss(a, b).backward()
        optimizer.step()
"""
SGD = "optimizer = torch.optim.SGD(parameters, lr=1e-2)\n"


def layered(layer, before="", more=""):
    made = f"layer = {layer}\n{before}parameters = list(layer.parameters())\n{more}"
    return made + SGD + "loss = lambda a, b: mse(layer(a), b)\n"


BODIES = {
    "float64": layered("nn.Linear(6, 1).double()").replace("layer(a)", "layer(a.double()).float()"),
    "complex": layered("nn.Linear(6, 1, dtype=torch.complex64)").replace("layer(a)", "layer(a.to(torch.complex64)).abs()"),
    "bare tensors": "w = torch.zeros(6, 1, requires_grad=True)\nparameters = [w]\n" + SGD + "loss = lambda a, b: mse(a @ w, b)\n",
    "float8 beside": layered("nn.Linear(6, 1)", "layer.q = nn.Parameter(torch.ones(4).to(torch.float8_e4m3fn), requires_grad=False)\n"),
    "meta beside": layered("nn.Linear(6, 1)", "layer.spare = nn.Linear(2, 2, device='meta')\n"),
    "lazy": layered("nn.LazyLinear(1)"),
    "empty beside": layered("nn.Linear(6, 1)", "layer.none = nn.Parameter(torch.zeros(0, 3))\n"),
    "orthogonal": layered("nn.utils.parametrizations.orthogonal(nn.Linear(6, 6))").replace("layer(a)", "layer(a)[:, :1]"),
    "sparse": "rows = nn.Embedding(8, 1, sparse=True)\noptimizer = torch.optim.SparseAdam(list(rows.parameters()), lr=1e-2)\n"
    "loss = lambda a, b: mse(rows(a[:, 0].abs().long() % 8), b)\n",
    "complex step": "w = nn.Parameter(torch.randn(6, 1))\nparameters = [w]\n" + SGD + "def loss(a, b):\n"
    "    z = (w.detach() + 1e-20j).to(torch.complex64)\n    (a.to(torch.complex64) @ z).imag\n    return mse(a @ w, b)\n",
}
CLOSURE = """
def closure():
    optimizer.zero_grad()
    found = SCALED(loss(a, b))
    found.backward()
    return found
"""
CLOSURES = {
    "LBFGS": BODIES["float64"].replace("SGD(parameters, lr=1e-2)", "LBFGS(parameters, lr=0.1, max_iter=3)"),
    "SGD with a closure and a scaler that is off": BODIES["bare tensors"],
}


def closed(body):
    inner = "".join(f"        {line}\n" for line in CLOSURE.replace("SCALED", "").strip().splitlines())
    return body + LOOP[: LOOP.index("        optimizer.zero_grad()")] + inner + "        optimizer.step(closure)\n"


SCRIPTS = {name: body + LOOP for name, body in BODIES.items()} | {name: closed(body) for name, body in CLOSURES.items()}


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_script_with_such_parameters_is_ridden(kind, script):
    with riding(script(SCRIPTS[kind].replace("EPOCHS", "60"), head=HEAD)) as training:
        with training.restored():
            first = training.step()
            assert math.isfinite(first) and math.isfinite(training.step()) and training.grad_norm > 0
            if kind not in CLOSURES:
                assert all(square > 0 for square in training.gradient_moments(4, 2).squares)
        with training.restored():
            assert training.step() == first


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_script_with_such_parameters_is_watched(kind, tmp_path, capsys):
    with Monitor(tmp_path / "run", every=2):
        exec(compile(HEAD + SCRIPTS[kind].replace("EPOCHS", "4"), "train.py", "exec"), {"__name__": "__main__"})
    assert "stopped watching" not in capsys.readouterr().err
    [run] = advisor.read(tmp_path / "run")
    assert len(run.signal("train_loss")) == 16 and (run.signal("grad_norm").values > 0).all() and run.signal("update_ratio") is not None


@pytest.mark.parametrize(
    "end, said", [("", "it came to its end"), ("raise ValueError('x')", "it ended with ValueError: x. Run it by itself")]
)
def test_a_script_of_two_steps_is_told_how_many_are_needed(end, said, script):
    body = BODIES["bare tensors"] + "for _ in range(2):\n    loss(*data[:16]).backward(); optimizer.step()\n" + end
    sentence = rf"^train.py cannot be probed: it took 2 steps, and 3 are needed .*; {said}"
    with pytest.raises(AdvisorError, match=sentence), riding(script(body, head=HEAD)) as training:
        training.step()


def test_minibatches_that_would_fill_the_memory_come_round_again(monkeypatch):
    monkeypatch.setattr(loader_feed, "MOST", 5 * 4 * 4)
    loader = torch.utils.data.DataLoader(torch.arange(400.0), 4)
    feed = LoaderFeed(loader, iter, seed=0)
    start = feed.place(0)
    given = [feed.next().tolist() for _ in range(12)]
    assert given[:5] == given[5:10] and given[10:] == given[:2] and len({tuple(batch) for batch in given}) == 5
    feed.put_back(start)
    assert [feed.next().tolist() for _ in range(12)] == given
    feed.reseed(3)
    assert feed.next().tolist() == given[3] and len(feed.record) == 5


def test_a_trainer_that_breaks_leaves_what_it_logged(tmp_path):
    pytest.importorskip("transformers")
    from probes.transformers_callback import TransformersMonitor

    callback = TransformersMonitor(tmp_path / "run")
    for last in (False, True):
        torch.manual_seed(0)
        model = nn.Linear(4, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        callback.on_train_begin(None, None, None, model=model)
        for _ in range(30):
            optimizer.zero_grad()
            model(torch.randn(8, 4)).square().mean().backward()
            optimizer.step()
        if last:
            callback.close()
    assert callback.monitor is None
    assert sum(len(run.signal("train_loss")) for run in advisor.read(tmp_path / "run")) == 60


STACKED = """
class Stacked(torch.optim.Optimizer):
    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p, g in zip(group["params"], torch.stack([p.grad for p in group["params"]]), strict=True):
                self.state[p]["g"] = g = g + 0.5 * self.state[p].get("g", 0)
                p.sub_(group["lr"] * g)
"""


def test_an_optimizer_that_stacks_its_gradients_is_ridden_and_what_it_did_is_undone(script):
    layers = "layers = nn.Sequential(nn.Linear(6, 6, bias=False), nn.Tanh(), nn.Linear(6, 6, bias=False))\n"
    made = "parameters = [p for p in layers.parameters()]\noptimizer = Stacked(parameters, dict(lr=1e-1))\n"
    body = STACKED + layers + made + "loss = lambda a, b: mse(layers(a)[:, :1], b)\n" + LOOP.replace("EPOCHS", "60")
    with riding(script(body, head=HEAD)) as training:
        before = training.evaluate()
        runs = []
        for _ in range(2):
            with training.restored():
                runs.append([training.step() for _ in range(30)])
        assert runs[0] == runs[1] and runs[0][-1] < 0.5 * runs[0][0] and training.evaluate() == before
        assert min(training.gradient_moments(4, 2).squares) > 0 and training.evaluate() == before


@pytest.mark.parametrize("ends", ["nn.functional.binary_cross_entropy(p, b)", "mse(p, b) if not p.isnan().any() else sys.exit(1)"])
def test_a_script_that_breaks_on_what_is_no_number_has_diverged(ends, script):
    body = "import sys\nw = nn.Parameter(torch.zeros(6, 1))\noptimizer = torch.optim.SGD([w], lr=1e-2)\n"
    body += f"def loss(a, b):\n    z = torch.exp(a @ w)\n    p = z / (1 + z)\n    return {ends}\n"
    head = HEAD.replace("x.sum(1, keepdim=True)", "x[:, :1].gt(0).float()")
    with riding(script(body + LOOP.replace("EPOCHS", "60"), head=head)) as training:
        with training.restored():
            first = training.step()
        with training.restored():
            training.lr = 1e6
            assert any(math.isnan(training.step()) for _ in range(5))
        with training.restored():
            assert training.step() == first


def test_of_optimizers_that_step_together_no_step_is_half_a_step(script):
    body = "first, second = nn.Linear(6, 4), nn.Linear(4, 1)\n"
    body += "one, other = (torch.optim.SGD(part.parameters(), lr=1e-2) for part in (first, second))\n"
    loop = LOOP.replace("EPOCHS", "3").replace("optimizer.zero_grad()", "one.zero_grad(), other.zero_grad()")
    loop = loop.replace("optimizer.step()", "one.step()\n        other.step()")
    body += "loss = lambda a, b: mse(second(torch.tanh(first(a))), b)\n" + loop
    with riding(script(body, head=HEAD)) as training:
        before = training.evaluate()
        assert all(math.isfinite(training.step()) for _ in range(40))  # over several runs of the script
        assert training.evaluate() < before
