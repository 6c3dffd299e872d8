"""A character transformer on whole entries of Python's manual: each batch is padded to its longest entry."""

import logging
import resource
from pathlib import Path

import torch
from pydoc_data.topics import topics
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader
from torch.utils.tensorboard import SummaryWriter

here = Path(__file__).parent
logging.basicConfig(filename=here / "train.log", filemode="w", level=logging.INFO, format="%(levelname)s %(message)s")
torch.manual_seed(11)
torch.set_num_threads(1)
GIB = 1024**3
resource.setrlimit(resource.RLIMIT_AS, (3 * GIB, 3 * GIB))  # our queue gives every job 3 GB

hparams = {"lr": 1e-3, "batch_size": 8, "epochs": 40, "optimizer": "AdamW", "accumulation_steps": 1, "d_model": 32, "precision": "fp32"}
entries = [t[:1800] for t in topics.values() if len(t) < 900] * 5 + [t[:1800] for t in topics.values() if 900 <= len(t) < 1800]
alphabet = {c: i + 1 for i, c in enumerate(sorted(set("".join(entries))))}
corpus = [torch.tensor([alphabet[c] for c in t]) for t in entries]
loader = DataLoader(corpus, hparams["batch_size"], shuffle=True, collate_fn=lambda batch: pad_sequence(batch, batch_first=True))


class Attention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embed = nn.Embedding(len(alphabet) + 1, width, padding_idx=0)
        self.qkv = nn.Linear(width, 3 * width)
        self.head = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, len(alphabet) + 1))

    def forward(self, x):
        q, k, v = self.qkv(self.embed(x)).chunk(3, dim=-1)
        scores = (q @ k.transpose(1, 2)) / q.shape[-1] ** 0.5
        mask = torch.ones(x.shape[1], x.shape[1]).triu(1).bool()
        return self.head(scores.masked_fill(mask, -1e9).softmax(-1) @ v)


def memory_in_use():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main():
    model = Attention(hparams["d_model"])
    optimizer = torch.optim.AdamW(model.parameters(), lr=hparams["lr"])
    writer = SummaryWriter(here / "runs")
    writer.add_hparams(hparams, {}, run_name=".")
    step = 0
    for epoch in range(hparams["epochs"]):
        for batch in loader:
            logits = model(batch[:, :-1])
            loss = nn.functional.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten(), ignore_index=0)
            writer.add_scalar("memory/rss_mb", memory_in_use(), step)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            writer.add_scalar("Loss/train", loss.item(), step)
            step += 1
            writer.flush()
        logging.info("epoch %d loss %.3f", epoch, loss.item())


try:
    main()
except Exception:
    logging.exception("training failed")
    raise
