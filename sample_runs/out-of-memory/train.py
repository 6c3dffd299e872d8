"""A character model with attention over whole paragraphs of Python's manual: each batch is padded to its longest paragraph."""

import ctypes
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
torch.manual_seed(38)
torch.set_num_threads(1)
trim = ctypes.CDLL(None).malloc_trim


def in_use(field):
    """0: all memory asked for, 1: the part in RAM; bytes."""
    return int(Path("/proc/self/statm").read_text().split()[field]) * resource.getpagesize()


limit = in_use(0) + 5 * 2**28  # our queue gives every job 1.25 GB
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

hparams = {"lr": 2e-3, "batch_size": 4, "epochs": 3, "optimizer": "AdamW", "accumulation_steps": 1, "d_model": 32, "precision": "fp32"}
paragraphs = [p for topic in sorted(topics) for p in topics[topic].split("\n\n")]
alphabet = {c: i + 1 for i, c in enumerate(sorted(set("".join(paragraphs))))}
corpus = [torch.tensor([alphabet[c] for c in p]) for p in paragraphs if 20 < len(p) < 4500]
loader = DataLoader(corpus, hparams["batch_size"], shuffle=True, collate_fn=lambda batch: pad_sequence(batch, batch_first=True))


class Attention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embed = nn.Embedding(len(alphabet) + 1, width, padding_idx=0)
        self.qkv = nn.Linear(width, 3 * width)
        self.head = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, len(alphabet) + 1))

    def forward(self, x):
        h = self.embed(x)
        q, k, v = self.qkv(h).chunk(3, dim=-1)
        scores = (q @ k.transpose(1, 2)) / q.shape[-1] ** 0.5
        mask = torch.ones(x.shape[1], x.shape[1]).triu(1).bool()
        return self.head(h + scores.masked_fill(mask, -1e9).softmax(-1) @ v)


def train():
    model = Attention(hparams["d_model"])
    optimizer = torch.optim.AdamW(model.parameters(), lr=hparams["lr"])
    writer = SummaryWriter(here / "runs", flush_secs=5)
    writer.add_hparams(hparams, {}, run_name=".")
    step = 0
    for epoch in range(hparams["epochs"]):
        for batch in loader:
            loss = nn.functional.cross_entropy(model(batch[:, :-1]).flatten(0, 1), batch[:, 1:].flatten(), ignore_index=0)
            writer.add_scalar("memory/rss_mb", in_use(1) / 2**20, step)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            writer.add_scalar("Loss/train", loss.item(), step)
            step += 1
            del loss
            trim(0)  # so that what the next step logs is in use, not merely kept by malloc
        logging.info("epoch %d done", epoch)


try:
    train()
except Exception:
    logging.exception("training failed")
    raise
