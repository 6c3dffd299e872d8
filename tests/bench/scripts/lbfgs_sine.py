# advisor probe lbfgs_sine.py -- --steps 12
"""Sine waves continued by an LSTM cell in double precision, all at once, with L-BFGS and its closure."""

import argparse

import numpy as np
import torch
from torch import nn


class Sequence(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.linear = nn.LSTM(1, 16, batch_first=True), nn.Linear(16, 1)

    def forward(self, waves):
        out, _ = self.lstm(waves.unsqueeze(2))
        return self.linear(out).squeeze(2)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=15, help="steps to run")
    opt = parser.parse_args()
    np.random.seed(2)
    torch.manual_seed(2)
    starts = np.random.randint(-80, 80, (24, 1))
    data = np.sin((np.arange(60) + starts) / 6.0).astype("float64")
    inputs, target = torch.from_numpy(data[3:, :-1]), torch.from_numpy(data[3:, 1:])
    test_input, test_target = torch.from_numpy(data[:3, :-1]), torch.from_numpy(data[:3, 1:])
    seq = Sequence()
    seq.double()
    criterion = nn.MSELoss()
    optimizer = torch.optim.LBFGS(seq.parameters(), lr=0.8, max_iter=8)
    for i in range(opt.steps):

        def closure():
            optimizer.zero_grad()
            loss = criterion(seq(inputs), target)
            loss.backward()
            return loss

        print("STEP:", i, "loss:", optimizer.step(closure).item())
        with torch.no_grad():
            loss = criterion(seq(test_input), test_target)
    print("test loss:", loss.item())
