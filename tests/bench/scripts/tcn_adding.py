"""Two marked numbers of a sequence to be added up, by convolutions, with minibatches cut from one tensor and no DataLoader."""

import argparse

import torch
import torch.nn as nn
import torch.nn.functional as F

parser = argparse.ArgumentParser(description="Sequence Modeling - The Adding Problem")
parser.add_argument("--batch_size", type=int, default=32, metavar="N")
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--seq_len", type=int, default=24)
parser.add_argument("--lr", type=float, default=4e-3)
parser.add_argument("--clip", type=float, default=-1)
parser.add_argument("--seed", type=int, default=1111)
args = parser.parse_args()
torch.manual_seed(args.seed)


def data_generator(N, seq_length):
    values, mask = torch.rand(N, 1, seq_length), torch.zeros(N, 1, seq_length)
    for row in mask:
        row[0, torch.randperm(seq_length)[:2]] = 1
    return torch.cat((values, mask), 1), (values * mask).sum((1, 2)).unsqueeze(1)


X_train, Y_train = data_generator(2000, args.seq_len)
X_test, Y_test = data_generator(500, args.seq_len)


class TCN(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv1d(2 if i == 0 else 24, 24, 5, dilation=2**i) for i in range(3))
        self.linear = nn.Linear(24, 1)

    def forward(self, x):
        for i, conv in enumerate(self.convs):
            x = F.relu(conv(F.pad(x, (4 * 2**i, 0))))
        return self.linear(x[:, :, -1])


model = TCN()
optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)


def train(epoch):
    model.train()
    total_loss = 0
    for i in range(0, X_train.size(0), args.batch_size):
        x, y = X_train[i : i + args.batch_size], Y_train[i : i + args.batch_size]
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        if args.clip > 0:
            torch.nn.utils.clip_grad_norm_(model.parameters(), args.clip)
        optimizer.step()
        total_loss += loss.item()
    print(f"Train Epoch: {epoch:2d}\tLoss: {total_loss * args.batch_size / X_train.size(0):.6f}")


def evaluate():
    model.eval()
    with torch.no_grad():
        test_loss = F.mse_loss(model(X_test), Y_test)
        print(f"Test set: Average loss: {test_loss.item():.6f}")


for ep in range(1, args.epochs + 1):
    train(ep)
    evaluate()
