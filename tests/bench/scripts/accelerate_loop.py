"""Digits by their rows through a GRU, with accelerate: prepare, accumulate and its clipping."""

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from sklearn.datasets import load_digits
from torch import nn
from torch.optim.lr_scheduler import LinearLR
from torch.utils.data import DataLoader, TensorDataset

MAX_GPU_BATCH_SIZE = 16


def get_dataloaders(batch_size):
    x, y = load_digits(return_X_y=True)
    x, y = torch.tensor(x, dtype=torch.float32).view(-1, 8, 8) / 16, torch.tensor(y)
    train, evaluation = TensorDataset(x[:1200], y[:1200]), TensorDataset(x[1200:], y[1200:])
    return DataLoader(train, shuffle=True, batch_size=batch_size), DataLoader(evaluation, batch_size=64)


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn, self.out = nn.GRU(8, 40, batch_first=True), nn.Linear(40, 10)

    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1])


def training_function(config):
    accelerator = Accelerator(cpu=True, gradient_accumulation_steps=2)
    set_seed(config["seed"])
    torch.manual_seed(config["seed"])
    train_dataloader, eval_dataloader = get_dataloaders(config["batch_size"])
    model = Reader()
    optimizer = torch.optim.AdamW(params=model.parameters(), lr=config["lr"])
    scheduler = LinearLR(optimizer, 1.0, 0.1, total_iters=len(train_dataloader) * config["num_epochs"] // 2)
    model, optimizer, train_dataloader, eval_dataloader, scheduler = accelerator.prepare(
        model, optimizer, train_dataloader, eval_dataloader, scheduler
    )
    for epoch in range(config["num_epochs"]):
        model.train()
        for x, y in train_dataloader:
            with accelerator.accumulate(model):
                loss = nn.functional.cross_entropy(model(x), y)
                accelerator.backward(loss)
                if accelerator.sync_gradients:
                    accelerator.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
                scheduler.step()
                optimizer.zero_grad()
        model.eval()
        with torch.no_grad():
            losses = [nn.functional.cross_entropy(model(x), y).item() for x, y in eval_dataloader]
        accelerator.print(f"epoch {epoch}: {sum(losses) / len(losses):.5f}")


if __name__ == "__main__":
    training_function({"lr": 2e-3, "num_epochs": 6, "seed": 42, "batch_size": MAX_GPU_BATCH_SIZE})
