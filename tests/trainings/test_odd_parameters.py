"""Parameters of every type: each is measured, or left out, and a step puts back what it changed."""

import copy
import math

import pytest
import torch
from torch import nn
from torch.utils.data import TensorDataset

from probes.gradients.real_numbers import measurable, norms, real
from probes.state.script_state import ScriptState
from probes.trainings.own_loop import OwnLoop

N, WIDTH = 64, 6


class Odd(nn.Module):
    """Computes in the parameters' type; beside the layer it may hold what no step moves."""

    def __init__(self, layer, dtype=torch.float32, **beside):
        super().__init__()
        self.layer, self.dtype = layer, dtype
        for name, held in beside.items():
            if isinstance(held, nn.Module | nn.Parameter):
                setattr(self, name, held)
            else:
                self.register_buffer(name, held)

    def forward(self, x):
        out = self.layer(x.to(self.dtype))
        return (out.abs() if out.is_complex() else out).float()


def frozen(values):
    return nn.Parameter(values, requires_grad=False)


def tied():
    first, second = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
    second.weight = first.weight
    return nn.Sequential(first, second, nn.Linear(WIDTH, 1))


def plain(**beside):
    return Odd(nn.Linear(WIDTH, 1), **beside)


class Rows(nn.Module):
    """An embedding whose gradient is sparse."""

    def __init__(self):
        super().__init__()
        self.rows = nn.Embedding(8, 1, sparse=True)

    def forward(self, x):
        return self.rows(x[:, 0].abs().long() % 8)


KINDS = {
    "float64": lambda: Odd(nn.Linear(WIDTH, 1).double(), torch.float64),
    "bfloat16": lambda: Odd(nn.Linear(WIDTH, 1).bfloat16(), torch.bfloat16),
    "half": lambda: Odd(nn.Linear(WIDTH, 1).half(), torch.float16),
    "complex64": lambda: Odd(nn.Linear(WIDTH, 1, dtype=torch.complex64), torch.complex64),
    "complex128": lambda: Odd(nn.Linear(WIDTH, 1, dtype=torch.complex128), torch.complex128),
    "several": lambda: plain(more=nn.Parameter(torch.zeros(2, 2, dtype=torch.complex64)), fine=nn.Linear(2, 2).double()),
    "float8 beside": lambda: plain(more=frozen(torch.ones(4, 4).to(torch.float8_e4m3fn))),
    "whole numbers beside": lambda: plain(more=frozen(torch.ones(4, 4, dtype=torch.int8))),
    "sparse beside": lambda: plain(more=torch.eye(3).to_sparse()),
    "meta beside": lambda: plain(more=nn.Linear(3, 3, device="meta")),
    "lazy beside": lambda: plain(more=nn.LazyLinear(3)),
    "empty beside": lambda: plain(more=nn.Parameter(torch.zeros(0, 3))),
    "sparse gradients": Rows,
    "tied": tied,
    "frozen": lambda: nn.Sequential(nn.Linear(WIDTH, WIDTH).requires_grad_(False), nn.Linear(WIDTH, 1)),
    "parametrized": lambda: nn.utils.parametrizations.weight_norm(nn.Linear(WIDTH, 1)),
}


def of_kind(kind, optimizer=torch.optim.SGD):
    torch.manual_seed(0)
    x = torch.randn(N, WIDTH)
    data = TensorDataset(x, x.sum(1, keepdim=True))
    model = KINDS[kind]()
    return OwnLoop(model, data, data, nn.functional.mse_loss, optimizer(model.parameters(), lr=1e-2), batch_size=16, device="cpu")


@pytest.mark.parametrize("kind", KINDS)
def test_a_training_of_such_parameters_is_measured(kind):
    training = of_kind(kind)
    before = {name: copy.deepcopy(p.detach()) for name, p in training.model.named_parameters() if measurable(p)}
    with training.restored():
        losses = [training.step() for _ in range(3)]
        assert all(map(math.isfinite, losses)) and training.grad_norm > 0
        moments = training.gradient_moments(4, 2)
        assert len(moments.squares) == 4 and all(square > 0 for square in moments.squares)
        assert math.isfinite(training.evaluate())
    assert all(torch.equal(p.detach(), before[name]) for name, p in training.model.named_parameters() if name in before)
    facts = training.examined()
    assert facts["trainable"] > 0
    state = ScriptState([training.optimizer], [training.model])
    training.step()
    state.put_back([training.optimizer], [training.model])
    assert all(torch.equal(p.detach(), before[name]) for name, p in training.model.named_parameters() if name in before)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.complex64, torch.complex128])
def test_the_norm_of_any_type_is_that_of_its_numbers(dtype):
    torch.manual_seed(0)
    values = torch.randn(40, 3, dtype=dtype)
    [norm] = norms([real(values)])
    plain = torch.view_as_real(values) if values.is_complex() else values
    assert float(norm) == pytest.approx(math.sqrt(sum(float(x) ** 2 for x in plain.flatten())), rel=1e-5)
    assert float(real(values.conj()).double().norm()) == pytest.approx(float(norm), rel=1e-5)


def test_norms_of_several_types_stand_together():
    found = norms([real(torch.ones(4, dtype=dtype)) for dtype in (torch.float32, torch.float64, torch.complex64, torch.bfloat16)])
    assert torch.stack(found).tolist() == [2.0] * 4
    assert float(norms([real(torch.full((4,), 2.0).to(torch.float8_e4m3fn))])[0]) == 4.0


def test_the_complex_gradient_has_the_moments_of_its_real_and_imaginary_parts():
    complex_one, _ = of_kind("complex64"), None
    [gradient] = [[g.clone() for g in parts if g is not None] for parts in complex_one.gradients(1)]
    square = sum(float((g.real**2 + g.imag**2).sum()) for g in gradient)
    again = of_kind("complex64")
    assert again.gradient_moments(1, 1).squares[0] == pytest.approx(square, rel=1e-4)


def test_an_evaluation_that_breaks_leaves_the_training_as_it_was():
    training = of_kind("frozen")
    training.model.train()

    def breaks(output, target):
        torch.rand(3)
        raise ValueError("made up")

    training.loss, random = breaks, torch.get_rng_state()
    with pytest.raises(ValueError, match="made up"):
        training.evaluate()
    assert all(module.training for module in training.model.modules()) and torch.equal(torch.get_rng_state(), random)


def test_lbfgs_in_double_precision_steps():
    training = of_kind("float64", torch.optim.LBFGS)
    assert training.step() > training.step() > 0
