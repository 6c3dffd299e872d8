"""Numbers written backwards by an encoder and a decoder, two optimizers that step together, teacher forcing drawn at random."""

import random

import torch
from torch import nn

SOS, LENGTH, HIDDEN, BATCH = 10, 5, 64, 32


class EncoderRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.gru = nn.Embedding(11, HIDDEN), nn.GRU(HIDDEN, HIDDEN, batch_first=True)

    def forward(self, input):
        return self.gru(self.embedding(input))[1]


class DecoderRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.gru = nn.Embedding(11, HIDDEN), nn.GRU(HIDDEN, HIDDEN, batch_first=True)
        self.out = nn.Linear(HIDDEN, 10)

    def forward(self, token, hidden):
        output, hidden = self.gru(self.embedding(token)[:, None], hidden)
        return self.out(output[:, 0]), hidden


def pairs(count, rng):
    numbers = torch.tensor([[rng.randrange(10) for _ in range(LENGTH)] for _ in range(count)])
    return numbers, numbers.flip(1)


def loss_of(source, target, encoder, decoder, forced):
    hidden, token, loss = encoder(source), torch.full((len(source),), SOS), 0.0
    for t in range(LENGTH):
        logits, hidden = decoder(token, hidden)
        loss = loss + nn.functional.cross_entropy(logits, target[:, t])
        token = target[:, t] if forced else logits.argmax(1)
    return loss / LENGTH


def train_iters(encoder, decoder, n_iters, learning_rate=0.001):
    encoder_optimizer = torch.optim.Adam(encoder.parameters(), lr=learning_rate)
    decoder_optimizer = torch.optim.Adam(decoder.parameters(), lr=learning_rate)
    rng, total = random.Random(0), 0.0
    for i in range(1, n_iters + 1):
        source, target = pairs(BATCH, rng)
        encoder_optimizer.zero_grad()
        decoder_optimizer.zero_grad()
        loss = loss_of(source, target, encoder, decoder, rng.random() < 0.8)
        loss.backward()
        encoder_optimizer.step()
        decoder_optimizer.step()
        total += loss.item()
        if i % 50 == 0:
            print(f"{i} ({i / n_iters:.0%}) {total / 50:.4f}")
            total = 0.0


torch.manual_seed(0)
encoder, decoder = EncoderRNN(), DecoderRNN()
train_iters(encoder, decoder, 300)
with torch.no_grad():
    print("test", loss_of(*pairs(500, random.Random(5)), encoder, decoder, True).item())
