"""Two graph convolutions over all nodes at once; data and model are made at the top level, train() and test() are functions."""

import argparse

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.neighbors import kneighbors_graph

parser = argparse.ArgumentParser()
parser.add_argument("--hidden_channels", type=int, default=16)
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--epochs", type=int, default=100)
args = parser.parse_args()

torch.manual_seed(12)
x, y = load_digits(return_X_y=True)
x, y = x[:900], y[:900]
graph = torch.tensor(kneighbors_graph(x, 6, include_self=True).toarray(), dtype=torch.float32)
graph = ((graph + graph.T) > 0).float()
scale = graph.sum(1).rsqrt()
adj = scale[:, None] * graph * scale[None]
data_x, data_y = torch.tensor(x, dtype=torch.float32) / 16, torch.tensor(y)
train_mask = torch.arange(900) < 140
val_mask = (torch.arange(900) >= 140) & (torch.arange(900) < 500)


class GCN(torch.nn.Module):
    def __init__(self, in_channels, hidden_channels, out_channels):
        super().__init__()
        self.conv1 = torch.nn.Linear(in_channels, hidden_channels)
        self.conv2 = torch.nn.Linear(hidden_channels, out_channels)

    def forward(self, x, adj):
        x = F.dropout(x, p=0.5, training=self.training)
        x = adj @ self.conv1(x).relu()
        x = F.dropout(x, p=0.5, training=self.training)
        return adj @ self.conv2(x)


model = GCN(64, args.hidden_channels, 10)
optimizer = torch.optim.Adam(
    [dict(params=model.conv1.parameters(), weight_decay=5e-4), dict(params=model.conv2.parameters(), weight_decay=0)], lr=args.lr
)


def train():
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(data_x, adj)[train_mask], data_y[train_mask])
    loss.backward()
    optimizer.step()
    return float(loss)


@torch.no_grad()
def test():
    model.eval()
    out = model(data_x, adj)
    return float(F.cross_entropy(out[val_mask], data_y[val_mask])), float((out.argmax(1) == data_y)[val_mask].float().mean())


for epoch in range(1, args.epochs + 1):
    loss = train()
    val_loss, val_acc = test()
    if epoch % 20 == 0:
        print(f"Epoch: {epoch:03d}, Loss: {loss:.4f}, Val acc: {val_acc:.4f}, Val loss: {val_loss:.4f}")
