"""A word model of a docstring, time first, hidden states carried on, plain SGD clipped, rate quartered when validation stops to fall."""

import argparse
import math
import re

import torch
import torch.nn as nn

parser = argparse.ArgumentParser(description="Language Model")
parser.add_argument("--lr", type=float, default=5)
parser.add_argument("--clip", type=float, default=0.25)
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--batch_size", type=int, default=12, metavar="N")
parser.add_argument("--bptt", type=int, default=16)
parser.add_argument("--seed", type=int, default=1111)
args = parser.parse_args()
torch.manual_seed(args.seed)

with open(argparse.__file__, encoding="utf-8") as f:
    words = re.findall(r"\w+|[^\w\s]", f.read())
vocabulary = {w: i for i, w in enumerate(sorted(set(words)))}
ids = torch.tensor([vocabulary[w] for w in words])


def batchify(data, bsz):
    nbatch = data.size(0) // bsz
    return data[: nbatch * bsz].view(bsz, -1).t().contiguous()


train_data, val_data = batchify(ids[:-3000], args.batch_size), batchify(ids[-3000:], 10)


class RNNModel(nn.Module):
    def __init__(self, ntoken, nhid=48):
        super().__init__()
        self.encoder, self.rnn, self.decoder = nn.Embedding(ntoken, nhid), nn.LSTM(nhid, nhid), nn.Linear(nhid, ntoken)
        self.nhid = nhid

    def forward(self, input, hidden):
        output, hidden = self.rnn(self.encoder(input), hidden)
        return self.decoder(output).view(-1, len(vocabulary)), hidden

    def init_hidden(self, bsz):
        return torch.zeros(1, bsz, self.nhid), torch.zeros(1, bsz, self.nhid)


model, criterion = RNNModel(len(vocabulary)), nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=args.lr)


def get_batch(source, i):
    seq_len = min(args.bptt, len(source) - 1 - i)
    return source[i : i + seq_len], source[i + 1 : i + 1 + seq_len].view(-1)


def evaluate(source):
    model.eval()
    total, hidden = 0.0, model.init_hidden(10)
    with torch.no_grad():
        for i in range(0, source.size(0) - 1, args.bptt):
            data, targets = get_batch(source, i)
            output, hidden = model(data, hidden)
            total += len(data) * criterion(output, targets).item()
    return total / (len(source) - 1)


best = None
for epoch in range(1, args.epochs + 1):
    model.train()
    hidden = model.init_hidden(args.batch_size)
    for i in range(0, train_data.size(0) - 1, args.bptt):
        data, targets = get_batch(train_data, i)
        hidden = tuple(h.detach() for h in hidden)
        optimizer.zero_grad()
        output, hidden = model(data, hidden)
        loss = criterion(output, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), args.clip)
        optimizer.step()
    val_loss = evaluate(val_data)
    print(f"| end of epoch {epoch:3d} | valid ppl {math.exp(val_loss):8.2f} | valid loss {val_loss:.5f}")
    if best is None or val_loss < best:
        best = val_loss
    else:
        optimizer.param_groups[0]["lr"] /= 4.0
