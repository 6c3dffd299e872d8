import torch
from problem import made
from torch.utils.data import DataLoader

options = {}


class Trainer:
    def __init__(self):
        torch.set_num_threads(1)
        torch.manual_seed(options["seed"])
        train, held, self.model, self.optimizer, self.loss = made(options)
        self.loaders = {
            "train": DataLoader(train, batch_size=options["batch_size"], shuffle=True, drop_last=True),
            "val": DataLoader(held, batch_size=64),
        }

    def step(self, batch):
        self.optimizer.zero_grad()
        loss = self.loss(self.model(batch[0]), batch[1])
        loss.backward()
        if options["clip"]:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), options["clip"])
        self.optimizer.step()

    @torch.no_grad()
    def evaluate(self):
        self.model.eval()
        losses = [self.loss(self.model(x), y).item() for x, y in self.loaders["val"]]
        self.model.train()
        return sum(losses) / len(losses)

    def fit(self):
        for epoch in range(options["epochs"]):
            for batch in self.loaders["train"]:
                self.step(batch)
            print(f"epoch {epoch}: {self.evaluate():.4f}")


Trainer().fit()
