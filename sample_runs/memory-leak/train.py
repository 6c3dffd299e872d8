"""Digits with a convolutional network; keeps a history of all losses to print the average of the epoch."""

import logging
import resource
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

here = Path(__file__).parent
logging.basicConfig(filename=here / "train.log", filemode="w", level=logging.INFO, format="%(levelname)s:%(message)s")
torch.manual_seed(0)
torch.set_num_threads(1)
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 2**30, used + 2**30))  # the container's limit: 1 GB for our data

digits = load_digits()
dataset = TensorDataset(torch.tensor(digits.images / 16, dtype=torch.float32).unsqueeze(1), torch.tensor(digits.target))
model = nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(2048, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
writer = SummaryWriter(here / "runs")
writer.add_hparams({"lr": 1e-3, "batch_size": 64, "epochs": 50, "optimizer": "Adam"}, {}, run_name=".")


def train():
    step = 0
    history = []
    for epoch in range(50):
        for x, y in DataLoader(dataset, batch_size=64, shuffle=True):
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward(retain_graph=True)
            optimizer.step()
            history.append(loss)
            rss = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
            writer.add_scalar("train_loss", loss.item(), step)
            writer.add_scalar("memory_allocated_gb", rss / 2**30, step)
            step += 1
        writer.flush()
        logging.info("epoch %d: average loss so far %.4f", epoch, sum(history) / len(history))


try:
    train()
except Exception:
    logging.exception("stopped")
    raise
finally:
    writer.close()
