"""Train on the digits 0 to 4, then fine-tune the last layers on 5 to 9 with a small learning rate; the fine-tuning is logged."""

from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

digits = load_digits()
x = torch.tensor(digits.images / 16).float().unsqueeze(1)
y = torch.tensor(digits.target)
low, high = torch.nonzero(y < 5).squeeze(1), torch.nonzero(y >= 5).squeeze(1)
high = high[torch.randperm(len(high))]

backbone = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Flatten())
model = nn.Sequential(backbone, nn.Linear(512, 5))


def epoch_of(indices, optimizer, batch_size):
    for batch in indices[torch.randperm(len(indices))].split(batch_size):
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch] % 5)
        optimizer.zero_grad()
        loss.backward()
        yield loss.item(), nn.utils.clip_grad_norm_(model.parameters(), 5.0).item()
        optimizer.step()


pretraining = torch.optim.Adam(model.parameters(), lr=2e-3)
for _ in range(6):
    for _ in epoch_of(low, pretraining, 32):
        pass

hparams = {"backbone_lr": 1e-4, "head_lr": 1e-3, "batch_size": 16, "epochs": 14, "optimizer": "AdamW", "weight_decay": 0.05}
model[1] = nn.Linear(512, 5)
optimizer = torch.optim.AdamW(
    [{"params": backbone.parameters(), "lr": hparams["backbone_lr"]}, {"params": model[1].parameters(), "lr": hparams["head_lr"]}],
    weight_decay=hparams["weight_decay"],
)
writer = SummaryWriter(Path(__file__).parent / "finetune")
train, val, step = high[:700], high[700:], 0
for _ in range(hparams["epochs"]):
    for loss, norm in epoch_of(train, optimizer, hparams["batch_size"]):
        writer.add_scalar("loss/train", loss, step)
        writer.add_scalar("grad_norm", norm, step)
        step += 1
    with torch.no_grad():
        out = model(x[val])
    writer.add_scalar("loss/val", nn.functional.cross_entropy(out, y[val] % 5).item(), step)
    writer.add_scalar("acc/val", (out.argmax(1) == y[val] % 5).float().mean().item(), step)
writer.add_hparams(hparams, {"hparam/acc": (out.argmax(1) == y[val] % 5).float().mean().item()})
writer.close()
