"""A Lightning training: its gradient is computed inside the optimizer's step."""

import sys

import lightning
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Regression(lightning.LightningModule):
    def __init__(self, manual=False):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 2))
        self.automatic_optimization = not manual

    def training_step(self, batch, _):
        loss = nn.functional.mse_loss(self.net(batch[0]), batch[1])
        if not self.automatic_optimization:
            optimizer = self.optimizers()
            optimizer.zero_grad()
            self.manual_backward(loss)
            optimizer.step()
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, _):
        self.log("val_loss", nn.functional.mse_loss(self.net(batch[0]), batch[1]))

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW(self.parameters(), lr=1e-2)
        return [optimizer], [{"scheduler": torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.99), "interval": "step"}]


if __name__ == "__main__":
    lightning.seed_everything(0)
    x = torch.randn(480, 8)
    y = x[:, :2] * 2 + 0.1 * torch.randn(480, 2)
    manual = "manual" in sys.argv
    options = {} if manual else {"gradient_clip_val": 1.0, "accumulate_grad_batches": 4 if "accumulate" in sys.argv else 1}
    options |= {"strategy": "ddp", "devices": 2} if "ddp" in sys.argv else {}
    trainer = lightning.Trainer(max_epochs=3, accelerator="cpu", enable_progress_bar=False, log_every_n_steps=1, **options)
    loaders = [DataLoader(TensorDataset(x[a:b], y[a:b]), 16, shuffle=a == 0) for a, b in ((0, 400), (400, 480))]
    trainer.fit(Regression(manual), *loaders)
