"""One pass over a manual with a character GRU, in Lightning's names."""

from pathlib import Path

import torch
import yaml
from pydoc_data.topics import topics
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(5)
torch.set_num_threads(1)


class LitCharModel(nn.Module):
    def __init__(self, vocab, hidden_size):
        super().__init__()
        self.embedding = nn.Embedding(vocab, 64)
        self.gru = nn.GRU(64, hidden_size, num_layers=1, batch_first=True)
        self.out = nn.Linear(hidden_size, vocab)

    def loss(self, batch):
        hidden, _ = self.gru(self.embedding(batch[:, :-1]))
        return nn.functional.cross_entropy(self.out(hidden).transpose(1, 2), batch[:, 1:])


hparams = dict(lr=2e-3, batch_size=8, max_epochs=1, hidden_size=128, weight_decay=0.0, dropout=0.0, optimizer="Adam")
text = topics["specialnames"] + topics["compound"]
alphabet = sorted(set(text))
ids = torch.tensor([alphabet.index(c) for c in text])
chunks = ids[: len(ids) // 41 * 41].view(-1, 41)
chunks = chunks[torch.randperm(len(chunks))]
train_loader = DataLoader(TensorDataset(chunks[:2400]), hparams["batch_size"], shuffle=True)
val_chunks = chunks[2400:]

model = LitCharModel(len(alphabet), hparams["hidden_size"])
optimizer = torch.optim.Adam(model.parameters(), lr=hparams["lr"], weight_decay=hparams["weight_decay"])
folder = Path(__file__).parent / "lightning_logs" / "version_3"
writer = SummaryWriter(folder)
(folder / "hparams.yaml").write_text(yaml.safe_dump(hparams))

step = 0
for epoch in range(hparams["max_epochs"]):
    for (batch,) in train_loader:
        loss = model.loss(batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        writer.add_scalar("train_loss", loss.item(), step)
        writer.add_scalar("lr-Adam", optimizer.param_groups[0]["lr"], step)
        writer.add_scalar("epoch", epoch, step)
        if step % 15 == 14:  # val_check_interval
            with torch.no_grad():
                writer.add_scalar("val_loss", model.loss(val_chunks).item(), step)
        step += 1
writer.add_scalar("hp_metric", -1, 0)
writer.close()
