"""An oscillation from its equation: points are drawn anew each step, and the loss holds second derivatives of the network."""

import torch
from torch import nn

torch.manual_seed(123)
network = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))
optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
t_boundary = torch.zeros(1, 1, requires_grad=True)
d, w0 = 0.5, 4.0


def derivative(u, t):
    return torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)[0]


def loss_at(t):
    u0 = network(t_boundary)
    boundary = (u0.squeeze() - 1) ** 2 + 0.1 * derivative(u0, t_boundary).squeeze() ** 2
    u = network(t)
    first = derivative(u, t)
    return boundary + 1e-2 * torch.mean((derivative(first, t) + 2 * d * first + w0**2 * u) ** 2)


for i in range(400):
    optimiser.zero_grad()
    t_physics = torch.rand(40, 1, requires_grad=True)
    loss = loss_at(t_physics)
    loss.backward()
    optimiser.step()
    if i % 100 == 0:
        print(f"step {i} loss {loss.item():.5f}")
print("loss", loss_at(torch.linspace(0, 1, 200).view(-1, 1).requires_grad_()).item())
