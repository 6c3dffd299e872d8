"""The loop of `ridden_scripts` as a person writes it for a range test, to compare a ride with."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Subset

from probes.state.random_states import seed_everything
from probes.trainings.held_out import held_out_of
from probes.trainings.minibatches import Order
from tests.riding.ridden_scripts import HEAD


def by_hand(rates, seed):
    """Losses of one range test, as a person would write it, in the same order of data."""
    space: dict = {}
    exec(HEAD, space)
    model, optimizer = space["model"], space["optimizer"]
    train, _ = held_out_of(200, 10)
    seed_everything(seed)
    losses = []
    for (a, b), lr in zip(endless(Subset(space["data"], train), Order(len(train), 10, seed)), rates, strict=False):
        optimizer.param_groups[0]["lr"] = lr
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(a), b)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def endless(data, order):
    return iter(DataLoader(data, batch_sampler=order, generator=torch.Generator()))
