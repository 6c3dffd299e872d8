"""A character GRU trained in two sessions; the checkpoint between them holds the model and nothing else."""

import time
from pathlib import Path

import torch
from pydoc_data.topics import topics
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

LR, BATCH, STEPS = 3e-2, 16, 300  # steps of each session
manual = topics["specialnames"]
letters = sorted(set(manual))
codes = torch.tensor([letters.index(c) for c in manual])


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(len(letters), 32)
        self.rnn = nn.GRU(32, 96, batch_first=True)
        self.fc = nn.Linear(96, len(letters))

    def forward(self, x):
        return self.fc(self.rnn(self.embed(x))[0])


def session(net, first):
    """Train on; the optimizer and its cosine schedule are new each time."""
    optimizer = torch.optim.Adam(net.parameters(), lr=LR)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS)
    writer = SummaryWriter(Path(__file__).parent / "tb")
    for step in range(first, first + STEPS):
        starts = torch.randint(len(codes) - 33, (BATCH,))
        window = codes[starts[:, None] + torch.arange(33)]
        loss = nn.functional.cross_entropy(net(window[:, :-1]).flatten(0, 1), window[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        writer.add_scalar("train/loss", loss.item(), step)
        writer.add_scalar("train/lr", schedule.get_last_lr()[0], step)
        schedule.step()
    writer.close()


net = Net()
session(net, 0)
checkpoint = net.state_dict()
time.sleep(1.1)  # the next session's file has another second in its name
net = Net()
net.load_state_dict(checkpoint)
session(net, STEPS)
