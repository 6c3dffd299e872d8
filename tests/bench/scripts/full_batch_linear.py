"""Linear regression on all of diabetes at once, the first exercise of many courses."""

import numpy as np
import torch
import torch.nn as nn
from sklearn.datasets import load_diabetes

# Hyper-parameters
num_epochs = 150
learning_rate = 0.001

torch.manual_seed(0)
x_train, y_train = load_diabetes(return_X_y=True)
x_train = (x_train * 20).astype(np.float32)
y_train = ((y_train - 150) / 80).astype(np.float32).reshape(-1, 1)

model = nn.Linear(10, 1)
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)

for epoch in range(num_epochs):
    inputs = torch.from_numpy(x_train)
    targets = torch.from_numpy(y_train)
    outputs = model(inputs)
    loss = criterion(outputs, targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if (epoch + 1) % 5 == 0:
        print(f"Epoch [{epoch + 1}/{num_epochs}], Loss: {loss.item():.4f}")
