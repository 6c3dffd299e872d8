"""Handwritten digits with a plain loop at the top level, as in a first tutorial."""

import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, TensorDataset

num_epochs = 6
batch_size = 50
learning_rate = 0.0005

torch.manual_seed(1)
digits = load_digits()
images = torch.tensor(digits.data, dtype=torch.float32) / 16
labels = torch.tensor(digits.target)
train_dataset = TensorDataset(images[:1400], labels[:1400])
test_dataset = TensorDataset(images[1400:], labels[1400:])
train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=True)
test_loader = DataLoader(test_dataset, batch_size=batch_size, shuffle=False)

model = nn.Sequential(nn.Linear(64, 100), nn.ReLU(), nn.Linear(100, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)

for epoch in range(num_epochs):
    for i, (x, y) in enumerate(train_loader):
        loss = criterion(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if (i + 1) % 10 == 0:
            print(f"Epoch [{epoch + 1}/{num_epochs}], Step [{i + 1}/{len(train_loader)}], Loss: {loss.item():.4f}")

with torch.no_grad():
    total = sum(criterion(model(x), y).item() * len(y) for x, y in test_loader)
    correct = sum((model(x).argmax(1) == y).sum().item() for x, y in test_loader)
print(f"Accuracy on the test images: {correct / len(test_dataset):.2%}")
print(f"Test loss: {total / len(test_dataset):.5f}")
