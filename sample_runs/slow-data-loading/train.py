"""Digits from a slow disk: every image is fetched and decoded when it is asked for."""

import time
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)


class DigitsOnDisk(Dataset):
    def __init__(self):
        self.images, self.labels = load_digits(return_X_y=True)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        time.sleep(4e-4)  # what our network drive takes for one file
        image = torch.tensor(self.images[i] / 16, dtype=torch.float32).view(1, 8, 8)
        return nn.functional.interpolate(image[None], size=16)[0], self.labels[i]


loader = DataLoader(DigitsOnDisk(), batch_size=32, shuffle=True, num_workers=0)
model = nn.Sequential(
    nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten(), nn.Linear(64, 10)
)
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
writer = SummaryWriter(Path(__file__).parent)
writer.add_hparams({"lr": 3e-3, "batch_size": 32, "num_workers": 0, "epochs": 5, "optimizer": "Adam"}, {}, run_name=".")

step, end = 0, time.perf_counter()
for epoch in range(5):
    for images, labels in loader:
        data_time = time.perf_counter() - end
        loss = nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        writer.add_scalar("loss", loss.item(), step)
        writer.add_scalar("data_time", data_time, step)
        writer.add_scalar("step_time", time.perf_counter() - end, step)
        writer.add_scalar("lr", optimizer.param_groups[0]["lr"], step)
        end = time.perf_counter()
        step += 1
writer.close()
