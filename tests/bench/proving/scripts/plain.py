import torch
from problem import made
from torch import nn
from torch.utils.data import DataLoader

options = {}
torch.set_num_threads(1)
torch.manual_seed(options["seed"])
train, held, model, optimizer, loss = made(options)
for epoch in range(options["epochs"]):
    model.train()
    for inputs, targets in DataLoader(train, options["batch_size"], shuffle=True):
        optimizer.zero_grad()
        loss(model(inputs), targets).backward()
        if options["clip"]:
            nn.utils.clip_grad_norm_(model.parameters(), options["clip"])
        optimizer.step()
    model.eval()
    with torch.no_grad():
        print(epoch, sum(float(loss(model(a), b)) * len(a) for a, b in DataLoader(held, 128)) / len(held))
