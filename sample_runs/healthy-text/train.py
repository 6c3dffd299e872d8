"""A character GRU on 250 kB of Python's manual: warm-up, then cosine; logged like transformers' Trainer."""

import math
from pathlib import Path

import torch
from pydoc_data.topics import topics
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)
args = {"learning_rate": 5e-3, "train_batch_size": 16, "max_steps": 800, "warmup_steps": 50, "weight_decay": 0.01, "max_grad_norm": 1.0, "optim": "adamw"}

text = "".join(topics[k] for k in sorted(topics))
symbols = sorted(set(text))
ids = torch.tensor([symbols.index(c) for c in text])
blocks = ids[: len(ids) // 49 * 49].view(-1, 49)
blocks = blocks[torch.randperm(len(blocks))]
eval_blocks, train_blocks = blocks[:300], blocks[300:]


class LanguageModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(len(symbols), 48)
        self.gru = nn.GRU(48, 96, batch_first=True)
        self.head = nn.Linear(96, len(symbols))

    def forward(self, blocks):
        logits = self.head(self.gru(self.embed(blocks[:, :-1]))[0])
        return nn.functional.cross_entropy(logits.transpose(1, 2), blocks[:, 1:])


model = LanguageModel()
optimizer = torch.optim.AdamW(model.parameters(), lr=args["learning_rate"], weight_decay=args["weight_decay"])
warm, total, size = args["warmup_steps"], args["max_steps"], args["train_batch_size"]
scheduler = torch.optim.lr_scheduler.LambdaLR(
    optimizer, lambda s: (s + 1) / warm if s < warm else 0.5 * (1 + math.cos(math.pi * (s - warm) / (total - warm)))
)
tb = SummaryWriter(Path(__file__).parent / "output" / "runs")
tb.add_hparams(args, {}, run_name=".")
for step in range(1, total + 1):
    loss = model(train_blocks[torch.randint(len(train_blocks), (size,))])
    optimizer.zero_grad()
    loss.backward()
    grad_norm = nn.utils.clip_grad_norm_(model.parameters(), args["max_grad_norm"])
    optimizer.step()
    if step % 4 == 0:
        tb.add_scalar("train/loss", loss.item(), step)
        tb.add_scalar("train/grad_norm", grad_norm.item(), step)
        tb.add_scalar("train/learning_rate", scheduler.get_last_lr()[0], step)
        tb.add_scalar("train/epoch", step * size / len(train_blocks), step)
    scheduler.step()
    if step % 50 == 0:
        with torch.no_grad():
            tb.add_scalar("eval/loss", model(eval_blocks).item(), step)
tb.add_scalar("train/train_loss", loss.item(), total)
tb.close()
