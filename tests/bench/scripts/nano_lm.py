"""Characters of Python's source by a small transformer: globals are its settings, its schedule is set by hand, data come from one array."""

import argparse as source
import math
import sys

import torch
import torch.nn as nn
from torch.nn import functional as F

block_size = 32
batch_size = 24
n_embd = 48
n_head = 4
learning_rate = 1e-3
max_iters = 250
warmup_iters = 20
lr_decay_iters = 250
min_lr = 1e-4
grad_clip = 1.0
for arg in sys.argv[1:]:  # --max_iters=100
    key, value = arg.removeprefix("--").split("=")
    globals()[key] = type(globals()[key])(value)

torch.manual_seed(1337)
with open(source.__file__, encoding="utf-8") as f:
    text = f.read()
chars = sorted(set(text))
stoi = {c: i for i, c in enumerate(chars)}
data = torch.tensor([stoi[c] for c in text])
train_data, val_data = data[: int(0.9 * len(data))], data[int(0.9 * len(data)) :]


def get_batch(split):
    data = train_data if split == "train" else val_data
    ix = torch.randint(len(data) - block_size, (batch_size,))
    return torch.stack([data[i : i + block_size] for i in ix]), torch.stack([data[i + 1 : i + 1 + block_size] for i in ix])


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(len(chars), n_embd), nn.Embedding(block_size, n_embd)
        self.block = nn.TransformerEncoderLayer(n_embd, n_head, 4 * n_embd, 0.0, F.gelu, batch_first=True, norm_first=True)
        self.ln_f, self.lm_head = nn.LayerNorm(n_embd), nn.Linear(n_embd, len(chars), bias=False)

    def forward(self, idx, targets):
        mask = nn.Transformer.generate_square_subsequent_mask(idx.shape[1])
        x = self.block(self.wte(idx) + self.wpe(torch.arange(idx.shape[1])), src_mask=mask)
        logits = self.lm_head(self.ln_f(x))
        return logits, F.cross_entropy(logits.view(-1, logits.size(-1)), targets.reshape(-1))


def get_lr(it):
    if it < warmup_iters:
        return learning_rate * (it + 1) / warmup_iters
    ratio = min(1.0, (it - warmup_iters) / (lr_decay_iters - warmup_iters))
    return min_lr + 0.5 * (1 + math.cos(math.pi * ratio)) * (learning_rate - min_lr)


@torch.no_grad()
def estimate_loss():
    model.eval()
    loss = torch.stack([model(*get_batch("val"))[1] for _ in range(20)]).mean().item()
    model.train()
    return loss


model = GPT()
decay = [p for p in model.parameters() if p.dim() >= 2]
nodecay = [p for p in model.parameters() if p.dim() < 2]
groups = [{"params": decay, "weight_decay": 0.1}, {"params": nodecay, "weight_decay": 0.0}]
optimizer = torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.95))
for iter_num in range(max_iters):
    lr = get_lr(iter_num)
    for param_group in optimizer.param_groups:
        param_group["lr"] = lr
    if iter_num % 100 == 0:
        print(f"step {iter_num}: val loss {estimate_loss():.4f}")
    _, loss = model(*get_batch("train"))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), grad_clip)
    optimizer.step()
print(f"val loss {estimate_loss():.4f}")
