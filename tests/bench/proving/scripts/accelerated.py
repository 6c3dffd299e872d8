import torch
from accelerate import Accelerator
from problem import made
from torch.utils.data import DataLoader

options = {}
torch.set_num_threads(1)
torch.manual_seed(options["seed"])
accelerator = Accelerator(cpu=True)
train, held, model, optimizer, loss = made(options)
model, optimizer, loader, checked = accelerator.prepare(
    model, optimizer, DataLoader(train, options["batch_size"], shuffle=True), DataLoader(held, 128)
)
for epoch in range(options["epochs"]):
    for inputs, targets in loader:
        optimizer.zero_grad()
        value = loss(model(inputs), targets)
        accelerator.backward(value)
        if options["clip"]:
            accelerator.clip_grad_norm_(model.parameters(), options["clip"])
        optimizer.step()
    model.eval()
    with torch.no_grad():
        accelerator.print(epoch, sum(loss(model(a), b).item() for a, b in checked) / len(checked))
    model.train()
