"""A small character transformer on Python's manual, logged like transformers' Trainer: train/loss, train/learning_rate, train/grad_norm, eval/loss."""

from pathlib import Path

import torch
from pydoc_data.topics import topics
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)
training_args = {"learning_rate": 0.1, "per_device_train_batch_size": 16, "max_steps": 700, "optim": "adamw", "weight_decay": 0.01, "warmup_steps": 0}

text = topics["specialnames"]
stoi = {c: i for i, c in enumerate(sorted(set(text)))}
data = torch.tensor([stoi[c] for c in text])
train_data, eval_data = data[:50_000], data[50_000:]
CONTEXT, WIDTH = 32, 64


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(len(stoi), WIDTH)
        self.positions = nn.Embedding(CONTEXT, WIDTH)
        block = nn.TransformerEncoderLayer(WIDTH, 4, 4 * WIDTH, dropout=0.0, batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(block, 1, enable_nested_tensor=False)
        self.head = nn.Linear(WIDTH, len(stoi))
        self.mask = nn.Transformer.generate_square_subsequent_mask(CONTEXT)

    def forward(self, idx):
        h = self.tokens(idx) + self.positions.weight
        return self.head(self.blocks(h, mask=self.mask))


def loss_of(model, data, starts):
    chunk = data[starts[:, None] + torch.arange(CONTEXT + 1)]
    return nn.functional.cross_entropy(model(chunk[:, :-1]).flatten(0, 1), chunk[:, 1:].flatten())


model = GPT()
optimizer = torch.optim.AdamW(model.parameters(), lr=training_args["learning_rate"], weight_decay=training_args["weight_decay"])
schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=training_args["max_steps"])
tb = SummaryWriter(Path(__file__).parent / "runs" / "gpt-mini")
eval_starts = torch.arange(0, len(eval_data) - CONTEXT - 1, 97)
for step in range(1, training_args["max_steps"] + 1):
    loss = loss_of(model, train_data, torch.randint(len(train_data) - CONTEXT, (training_args["per_device_train_batch_size"],)))
    optimizer.zero_grad()
    loss.backward()
    grad_norm = nn.utils.get_total_norm([p.grad for p in model.parameters()])
    optimizer.step()
    tb.add_scalar("train/loss", loss, step)
    tb.add_scalar("train/grad_norm", grad_norm, step)
    tb.add_scalar("train/learning_rate", schedule.get_last_lr()[0], step)
    tb.add_scalar("train/epoch", step * 16 * CONTEXT / len(train_data), step)
    schedule.step()
    if step % 20 == 0:
        with torch.no_grad():
            tb.add_scalar("eval/loss", loss_of(model, eval_data, eval_starts), step)
tb.add_hparams(training_args, {}, run_name="hparams")
tb.close()
