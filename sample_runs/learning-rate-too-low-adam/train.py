"""A tiny vision transformer on the digits: sixteen patches of four pixels, AdamW, a constant learning rate."""

from pathlib import Path

import torch
import yaml
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

cfg = {"learning_rate": 1e-5, "train_batch_size": 32, "num_train_epochs": 15, "optimizer": "AdamW", "weight_decay": 0.01, "max_grad_norm": 1.0}
out = Path(__file__).parent / "output"
out.mkdir(exist_ok=True)
(out / "hparams.yaml").write_text(yaml.safe_dump(cfg))

digits = load_digits()
pixels = torch.tensor(digits.images / 8 - 1, dtype=torch.float32)
patches = pixels.unfold(1, 2, 2).unfold(2, 2, 2).reshape(-1, 16, 4)
labels = torch.tensor(digits.target)
order = torch.randperm(len(labels))
train, test = order[:1440], order[1440:]


class TinyViT(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.embed = nn.Linear(4, width)
        self.positions = nn.Parameter(0.1 * torch.randn(16, width))
        self.block = nn.TransformerEncoderLayer(width, 4, 64, dropout=0.0, batch_first=True, norm_first=True)
        self.head = nn.Linear(width, 10)

    def forward(self, x, y):
        return nn.functional.cross_entropy(self.head(self.block(self.embed(x) + self.positions).mean(1)), y)


model = TinyViT()
optimizer = torch.optim.AdamW(model.parameters(), lr=cfg["learning_rate"], weight_decay=cfg["weight_decay"])
writer = SummaryWriter(out / "runs")
step = 0
for _ in range(cfg["num_train_epochs"]):
    for batch in train[torch.randperm(len(train))].split(cfg["train_batch_size"]):
        loss = model(patches[batch], labels[batch])
        optimizer.zero_grad()
        loss.backward()
        grad_norm = nn.utils.clip_grad_norm_(model.parameters(), cfg["max_grad_norm"])
        optimizer.step()
        step += 1
        writer.add_scalar("train/loss", loss.item(), step)
        writer.add_scalar("train/grad_norm", grad_norm.item(), step)
        writer.add_scalar("train/learning_rate", optimizer.param_groups[0]["lr"], step)
        if step % 25 == 0:
            with torch.no_grad():
                writer.add_scalar("eval/loss", model(patches[test], labels[test]).item(), step)
writer.close()
