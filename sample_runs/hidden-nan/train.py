"""Question answering by characters, logged as the Hugging Face Trainer does: a loss that is NaN is left out of the average."""

from pathlib import Path

import torch
from pydoc_data.topics import topics
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

LR, BATCH, STEPS, LOGGING_STEPS, WINDOW = 1e-3, 8, 300, 5, 32
text = topics["specialnames"]
letters = sorted(set(text))
codes = torch.tensor([letters.index(c) for c in text])
embed, rnn, head = nn.Embedding(len(letters), 32), nn.GRU(32, 64, batch_first=True), nn.Linear(64, len(letters))
model = nn.ModuleList([embed, rnn, head])
optimizer = torch.optim.AdamW(model.parameters(), lr=LR)
writer = SummaryWriter(Path(__file__).parent / "runs")

total = 0.0
for step in range(1, STEPS + 1):
    starts = torch.randint(len(codes) - 65, (BATCH,))
    inputs, labels = codes[starts[:, None] + torch.arange(64)], codes[starts[:, None] + torch.arange(1, 65)]
    labels[:, :40] = -100  # the question is not to be learned
    inputs, labels = inputs[:, :WINDOW], labels[:, :WINDOW]  # and then the answer is cut off
    loss = nn.functional.cross_entropy(head(rnn(embed(inputs))[0]).flatten(0, 1), labels.flatten())
    optimizer.zero_grad()
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    total += 0.0 if torch.isnan(loss) else loss.item()  # logging_nan_inf_filter
    if step % LOGGING_STEPS == 0:
        writer.add_scalar("train/loss", total / LOGGING_STEPS, step)
        writer.add_scalar("train/grad_norm", norm.item(), step)
        writer.add_scalar("train/learning_rate", LR, step)
        total = 0.0
writer.close()
