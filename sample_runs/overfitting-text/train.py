"""A character-level GRU on the chapter of Python's manual about strings, logged the way transformers' Trainer does."""

import os

import torch
from pydoc_data.topics import topics
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(1)
torch.set_num_threads(1)
args = dict(learning_rate=4e-3, per_device_train_batch_size=16, max_steps=700, warmup_steps=30, weight_decay=0.0, hidden_size=128, optim="adamw_torch")
text = topics["string-methods"][:14_000]
chars = sorted(set(text))
data = torch.tensor([chars.index(c) for c in text])
split = int(0.85 * len(data))
train_data, eval_data = data[:split], data[split:]
block = 32


class CharGRU(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.embed = nn.Embedding(len(chars), 48)
        self.rnn = nn.GRU(48, hidden, batch_first=True)
        self.head = nn.Linear(hidden, len(chars))

    def forward(self, x, y):
        out, _ = self.rnn(self.embed(x))
        return nn.functional.cross_entropy(self.head(out).flatten(0, 1), y.flatten())


def windows(source, starts):
    x = torch.stack([source[i : i + block + 1] for i in starts])
    return x[:, :-1], x[:, 1:]


model = CharGRU(args["hidden_size"])
optimizer = torch.optim.AdamW(model.parameters(), lr=args["learning_rate"], weight_decay=args["weight_decay"])
warm = args["warmup_steps"]
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1, (s + 1) / warm))
tb = SummaryWriter(os.path.join(os.path.dirname(os.path.abspath(__file__)), "output", "runs"))
eval_batch = windows(eval_data, range(0, len(eval_data) - block - 1, block))
steps_per_epoch = len(train_data) / (block * args["per_device_train_batch_size"])

for step in range(1, args["max_steps"] + 1):
    loss = model(*windows(train_data, torch.randint(len(train_data) - block - 1, (args["per_device_train_batch_size"],))))
    optimizer.zero_grad()
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    if step % 2 == 0:
        tb.add_scalar("train/loss", loss.item(), step)
        tb.add_scalar("train/grad_norm", norm.item(), step)
        tb.add_scalar("train/learning_rate", scheduler.get_last_lr()[0], step)
        tb.add_scalar("train/epoch", step / steps_per_epoch, step)
    if step % 20 == 0:
        with torch.no_grad():
            tb.add_scalar("eval/loss", model(*eval_batch).item(), step)
    scheduler.step()
tb.add_hparams(args, {}, run_name=".")
tb.close()
