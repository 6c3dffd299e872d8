"""Trainings whose best learning rate is known by working it out."""

import contextlib

import numpy as np


class Quadratic:
    """SGD on c|x|²/2 with gradient noise of known covariance: diverges when lr > 2/c."""

    processor_times, threads, notes = (0.0, 0.0), 1, ()

    def __init__(self, curvature=10.0, noise=0.0, dim=100, seed=0):
        self.c, self.noise, self.x, self.lr = curvature, noise, np.ones(dim), 0.01
        self.batch_size, self.accumulation_steps, self.examples, self.taken = 8, 1, 10**6, 0
        self.rng, self.hparams = np.random.default_rng(seed), {"lr": 0.01, "optimizer": "SGD"}

    def gradient(self):
        return self.c * self.x + self.noise / np.sqrt(self.batch_size) * self.rng.standard_normal(self.x.shape)

    def step(self):
        self.taken += 1
        loss = self.evaluate()
        self.x = self.x - self.lr * self.gradient()
        return loss

    def evaluate(self):
        return self.c * (self.x**2).sum() / 2

    def reseed(self, seed):
        self.rng = np.random.default_rng(seed)

    @contextlib.contextmanager
    def restored(self):
        before = self.x, self.lr
        try:
            yield self
        finally:
            self.x, self.lr = before


class Drifting(Quadratic):
    """The held-out loss is least at a best peak rate that moves with the length of the training, and infinite beyond an edge.

    After n steps at a peak lr it is 1 + (log10 lr - log10 best - drift · log10 n)², and 9 before any. The training loss lies below by a
    given share of what was learned.
    """

    def __init__(self, best=0.1, drift=0.0, noise=0.0, edge=np.inf, falls=True, examples=10**6, gap=0.0):
        super().__init__()
        self.best, self.drift, self.noise, self.edge, self.falls = best, drift, noise, edge, falls
        self.examples, self.gap = examples, gap
        self.steps, self.peak, self.seed = 0, 0.0, 0

    def step(self):
        self.taken, self.steps, self.peak = self.taken + 1, self.steps + 1, max(self.peak, self.lr)
        return np.inf if self.peak > self.edge else self.evaluate() - self.gap * (9 - self.evaluate())

    def evaluate(self):
        if not self.steps or not self.falls:
            return 9.0
        wrong = np.random.default_rng([self.seed, self.steps]).standard_normal() * self.noise
        return 1 + (np.log10(self.peak / self.best) - self.drift * np.log10(self.steps) - wrong) ** 2

    def reseed(self, seed):
        self.seed = seed

    @contextlib.contextmanager
    def restored(self):
        before = self.lr
        self.steps, self.peak = 0, 0.0
        try:
            yield self
        finally:
            self.lr, self.steps, self.peak = before, 0, 0.0
