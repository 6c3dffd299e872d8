"""Next-character prediction with a GRU, AdamW and a constant learning rate."""

from pathlib import Path

import torch
import yaml
from pydoc_data.topics import topics
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

cfg = {"learning_rate": 1e-5, "train_batch_size": 32, "max_steps": 500, "optimizer": "AdamW", "weight_decay": 0.0, "hidden_size": 96, "max_grad_norm": 1.0}
out = Path(__file__).parent / "output"
out.mkdir(exist_ok=True)
(out / "hparams.yaml").write_text(yaml.safe_dump(cfg))

corpus = topics["types"] + topics["compound"]
vocab = {c: i for i, c in enumerate(sorted(set(corpus)))}
ids = torch.tensor([vocab[c] for c in corpus])
train_ids, eval_ids = ids[:80_000], ids[80_000:]

embed = nn.Embedding(len(vocab), 32)
gru = nn.GRU(32, cfg["hidden_size"], batch_first=True)
head = nn.Linear(cfg["hidden_size"], len(vocab))
params = [*embed.parameters(), *gru.parameters(), *head.parameters()]
optimizer = torch.optim.AdamW(params, lr=cfg["learning_rate"], weight_decay=cfg["weight_decay"])
writer = SummaryWriter(out / "runs")


def batch_loss(source, starts):
    seq = source[starts[:, None] + torch.arange(33)]
    logits = head(gru(embed(seq[:, :-1]))[0])
    return nn.functional.cross_entropy(logits.flatten(0, 1), seq[:, 1:].flatten())


eval_starts = torch.arange(0, len(eval_ids) - 33, 64)
for step in range(1, cfg["max_steps"] + 1):
    loss = batch_loss(train_ids, torch.randint(len(train_ids) - 33, (cfg["train_batch_size"],)))
    optimizer.zero_grad()
    loss.backward()
    grad_norm = nn.utils.clip_grad_norm_(params, cfg["max_grad_norm"])
    optimizer.step()
    writer.add_scalar("train/loss", loss.item(), step)
    writer.add_scalar("train/grad_norm", grad_norm.item(), step)
    writer.add_scalar("train/learning_rate", optimizer.param_groups[0]["lr"], step)
    if step % 25 == 0:
        with torch.no_grad():
            writer.add_scalar("eval/loss", batch_loss(eval_ids, eval_starts).item(), step)
writer.close()
