import torch
from problem import made

options = {}
torch.set_num_threads(1)
torch.manual_seed(options["seed"])
train, held, model, optimizer, loss = made(options)
x, y = train.tensors
for epoch in range(options["epochs"]):
    for rows in torch.randperm(len(x)).split(options["batch_size"]):
        value = loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        value.backward()
        if options["clip"]:
            torch.nn.utils.clip_grad_norm_(model.parameters(), options["clip"])
        optimizer.step()
    model.eval()
    with torch.no_grad():
        print(epoch, loss(model(held.tensors[0]), held.tensors[1]).item())
    model.train()
