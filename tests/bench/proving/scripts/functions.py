import torch
from problem import made
from torch.nn.utils import clip_grad_norm_
from torch.utils.data import DataLoader

options = {}


def main():
    torch.set_num_threads(1)
    torch.manual_seed(options["seed"])
    train, _, model, optimizer, criterion = made(options)
    loader = DataLoader(train, batch_size=options["batch_size"], shuffle=True)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, options["epochs"] * len(loader))
    for epoch in range(options["epochs"]):
        print(epoch, epoch_of(loader, model, optimizer, criterion, scheduler))


def epoch_of(loader, model, optimizer, criterion, scheduler):
    running = 0.0
    for batch in loader:
        loss = criterion(model(batch[0]), batch[1])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if options["clip"]:
            clip_grad_norm_(model.parameters(), options["clip"])
        optimizer.step()
        scheduler.step()
        running += loss.item()
    return running / len(loader)


if __name__ == "__main__":
    main()
