import lightning
import torch
from problem import made
from torch.utils.data import DataLoader

options = {}


class Module(lightning.LightningModule):
    def __init__(self, model, optimizer, loss):
        super().__init__()
        self.model, self.optimizer, self.loss = model, optimizer, loss

    def training_step(self, batch, number):
        return self.loss(self.model(batch[0]), batch[1])

    def validation_step(self, batch, number):
        self.log("val_loss", self.loss(self.model(batch[0]), batch[1]))

    def configure_optimizers(self):
        return self.optimizer


if __name__ == "__main__":
    torch.set_num_threads(1)
    lightning.seed_everything(options["seed"])
    train, held, *rest = made(options)
    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "enable_model_summary": False}
    trainer = lightning.Trainer(
        max_epochs=options["epochs"], accelerator="cpu", gradient_clip_val=options["clip"] or None, num_sanity_val_steps=0, **quiet
    )
    trainer.fit(Module(*rest), DataLoader(train, options["batch_size"], shuffle=True), DataLoader(held, 128))
