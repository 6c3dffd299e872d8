"""Digits with an optimizer of one's own that stacks the matrices of one shape and makes each update orthogonal, and AdamW for the rest."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import load_digits


def orthogonal(g, steps=5):
    x = g / (g.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        a = x @ x.mT
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x


class MuonAdamW(torch.optim.Optimizer):
    def __init__(self, groups):
        super().__init__(groups, {})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            if group["kind"] == "muon":
                self.step_muon(group)
            else:
                self.step_adam(group)

    def step_muon(self, group):
        params = group["params"]
        grads = torch.stack([p.grad for p in params])
        state = self.state[params[0]]
        buffer = state.setdefault("momentum", torch.zeros_like(grads))
        buffer.lerp_(grads, 0.05)
        update = orthogonal(grads.lerp(buffer, 0.95))
        torch._foreach_sub_(params, list((group["lr"] * update).unbind()))

    def step_adam(self, group):
        for p in group["params"]:
            state = self.state[p]
            if not state:
                state.update(step=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
            state["step"] += 1
            state["m"].lerp_(p.grad, 0.1)
            state["v"].lerp_(p.grad.square(), 0.05)
            mean, square = state["m"] / (1 - 0.9 ** state["step"]), state["v"] / (1 - 0.95 ** state["step"])
            p.sub_(group["lr"] * mean / (square.sqrt() + 1e-8))


class Net(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(64, width, bias=False) for _ in range(3))
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x)).square()
        return self.head(x)


def main():
    torch.manual_seed(0)
    x, y = load_digits(return_X_y=True)
    x, y = torch.tensor(x, dtype=torch.float32) / 16, torch.tensor(y)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(5))
    train, val = order[:1500], order[1500:]
    model = Net()
    matrices = [layer.weight for layer in model.layers]
    groups = [dict(params=matrices, kind="muon", lr=0.02), dict(params=list(model.head.parameters()), kind="adam", lr=0.004)]
    optimizer = MuonAdamW(groups)
    total_batch, num_iterations = 64, 150
    for step in range(num_iterations):
        ix = train[torch.randint(len(train), (total_batch,))]
        loss = F.cross_entropy(model(x[ix]), y[ix])
        loss.backward()
        optimizer.step()
        model.zero_grad(set_to_none=True)
        if step % 25 == 0:
            print(f"step {step:05d}/{num_iterations:05d} | loss: {loss.item():.6f}")
    with torch.no_grad():
        print(f"validation loss: {F.cross_entropy(model(x[val]), y[val]).item():.6f}")


main()
