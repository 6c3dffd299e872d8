"""A transformer of 134 million parameters for the probe: advisor probe tests/bench/large_transformer.py"""

import torch
from torch import nn
from torch.utils.data import TensorDataset

VOCABULARY, WIDTH, DEPTH, LENGTH, EXAMPLES = 32_000, 768, 12, 128, 2048


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.place = nn.Embedding(VOCABULARY, WIDTH), nn.Parameter(0.02 * torch.randn(LENGTH, WIDTH))
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(WIDTH, WIDTH // 64, 4 * WIDTH, batch_first=True, norm_first=True) for _ in range(DEPTH)
        )
        self.out = nn.Linear(WIDTH, VOCABULARY)

    def forward(self, text):
        hidden = self.embedding(text) + self.place
        for block in self.blocks:
            hidden = block(hidden)
        return self.out(hidden).transpose(1, 2)


def model():
    return Transformer()


def dataset():
    text = torch.randint(VOCABULARY, (EXAMPLES, LENGTH + 1), generator=torch.Generator().manual_seed(0))
    return TensorDataset(text[:, :-1], text[:, 1:])


loss = nn.functional.cross_entropy
batch_size = 8
