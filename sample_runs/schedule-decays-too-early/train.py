"""Character GRU with a step schedule: divide the learning rate by three every thirty."""

from pathlib import Path

import torch
from pydoc_data.topics import topics
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

LR, BATCH, STEPS = 2e-3, 16, 800
manual = topics["specialnames"]
letters = sorted(set(manual))
codes = torch.tensor([letters.index(c) for c in manual])
train_codes, val_codes = codes[:54_000], codes[54_000:]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(len(letters), 32)
        self.rnn = nn.GRU(32, 128, batch_first=True)
        self.fc = nn.Linear(128, len(letters))

    def forward(self, x):
        return self.fc(self.rnn(self.embed(x))[0])


def get_loss(net, source, starts):
    window = source[starts[:, None] + torch.arange(41)]
    return nn.functional.cross_entropy(net(window[:, :-1]).flatten(0, 1), window[:, 1:].flatten())


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=LR)
scheduler = torch.optim.lr_scheduler.StepLR(opt, step_size=30, gamma=0.3)
writer = SummaryWriter(Path(__file__).parent / "tb")
val_starts = torch.arange(0, len(val_codes) - 41, 80)

for step in range(STEPS):
    loss = get_loss(net, train_codes, torch.randint(len(train_codes) - 41, (BATCH,)))
    opt.zero_grad()
    loss.backward()
    opt.step()
    writer.add_scalar("lr", scheduler.get_last_lr()[0], step)
    scheduler.step()
    writer.add_scalars("loss", {"train": loss.item()}, step)
    if step % 20 == 0:
        with torch.no_grad():
            writer.add_scalars("loss", {"val": get_loss(net, val_codes, val_starts).item()}, step)
writer.add_hparams({"lr": LR, "batch_size": BATCH, "optimizer": "Adam", "scheduler": "StepLR", "step_size": 30, "gamma": 0.3}, {"loss": loss.item()})
writer.close()
