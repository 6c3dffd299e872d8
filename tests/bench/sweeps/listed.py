"""The sweeps: which task by which optimizer, at which rates, how long, and logged in which way."""

from tests.bench.sweeps import densities, embeddings, normalized, pictures, sequences, tables
from tests.bench.sweeps.borrowed import borrowed
from tests.bench.sweeps.training import Sweep

ADAPTIVE = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0)
PLAIN = (1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0)


def threes(rates: tuple[float, ...]) -> tuple[float, ...]:
    """The same, half a decade higher."""
    return tuple(float(f"{3 * rate:g}") for rate in rates)


FINE = (1e-7, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
FINE_PLAIN = (1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
FINE_SUMS = (1e-8, 1e-7, 1e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 0.1, 1.0, 10.0)
LOW = tuple(float(f"{rate / 100:g}") for rate in PLAIN)  # of losses that are sums
SWEEPS = (
    Sweep(pictures.digits_mlp, "Adam", ADAPTIVE, 5, 32),
    Sweep(pictures.digits_mlp, "SGD", threes(PLAIN), 5, 32, "csv", part="second"),
    Sweep(pictures.digits_mlp, "Lion", threes(ADAPTIVE), 8, 32, "csv", part="second"),
    Sweep(pictures.digits_cnn, "SGD with momentum", PLAIN, 10, 64, "steps", 4),
    Sweep(pictures.digits_cnn, "Adam", threes(ADAPTIVE), 5, 64, part="second"),
    Sweep(pictures.digits_vit, "AdamW", ADAPTIVE, 20, 100, "steps", 2, part="second"),
    Sweep(pictures.digits_vit, "SGD", PLAIN, 12, 100),
    Sweep(pictures.fine_tuning, "AdamW", threes(ADAPTIVE), 5, 32, "steps", 3, says={"pretrained": "digits-0-4.pt"}),
    Sweep(pictures.distilled, "SGD with momentum", PLAIN, 15, 32, part="second"),
    Sweep(pictures.vae_digits, "Adam", ADAPTIVE, 25, 64, "steps", 5),
    Sweep(pictures.vae_digits, "SGD with momentum", LOW, 10, 64, part="second"),
    Sweep(pictures.diffusion_digits, "AdamW", threes(ADAPTIVE), 60, 100, "steps", 4, part="second"),
    Sweep(pictures.contrastive_digits, "Adam", ADAPTIVE, 10, 128),
    Sweep(pictures.contrastive_digits, "SGD with momentum", threes(PLAIN), 20, 128, "steps", 1),
    Sweep(pictures.segmentation, "SGD with momentum", PLAIN, 6, 16, "csv"),
    Sweep(pictures.segmentation, "RMSprop", ADAPTIVE, 8, 16, "steps", 2, part="second"),
    Sweep(sequences.characters_transformer, "AdamW", ADAPTIVE, 20, 32, "steps", 5),
    Sweep(sequences.characters_transformer, "SGD", PLAIN, 5, 20, part="second"),
    Sweep(sequences.characters_lstm, "Adam", threes(ADAPTIVE), 5, 20, part="second"),
    Sweep(sequences.characters_lstm, "RMSprop", ADAPTIVE, 10, 25, "csv"),
    Sweep(sequences.reversal, "Adam", ADAPTIVE, 25, 64, "steps", 3),
    Sweep(sequences.forecasting, "RMSprop", threes(ADAPTIVE), 5, 32, "epochs"),
    Sweep(sequences.forecasting, "SGD", PLAIN, 10, 32, "steps", 2, part="second"),
    Sweep(tables.cancer, "SGD", PLAIN, 5, 16),
    Sweep(tables.cancer, "AdamW", threes(ADAPTIVE), 30, 32, "steps", 1, part="second"),
    Sweep(tables.wine, "RMSprop", ADAPTIVE, 30, 16, "csv"),
    Sweep(tables.diabetes, "Adam", (*threes(ADAPTIVE), 100.0), 5, 32, part="second"),
    Sweep(tables.diabetes, "SGD", LOW, 40, 32, "csv"),
    Sweep(tables.graph, "Adam", ADAPTIVE, 200, 100, part="second"),
    Sweep(tables.ratings, "SGD", PLAIN, 50, 24, "steps", 20),
    Sweep(tables.ratings, "Adagrad", PLAIN, 15, 32, part="second"),
    Sweep(tables.oscillator, "Adam", ADAPTIVE, 300, 32, "steps", 10),
    Sweep(tables.several, "Adagrad", PLAIN, 8, 32, "csv"),
    *(
        Sweep(borrowed(name), optimizer, rates, epochs, batch_size, log, every, "fresh")
        for name, optimizer, rates, epochs, batch_size, log, every in (
            ("autoencoder_adam", "Adam", threes(ADAPTIVE), 5, 32, "epochs", 1),
            ("clusters_adamw", "AdamW", ADAPTIVE, 8, 32, "csv", 1),
            ("convolution_momentum", "SGD with momentum", threes(PLAIN), 5, 32, "epochs", 1),
            ("deep_sgd", "SGD", PLAIN, 20, 64, "steps", 3),
            ("friedman_sgd", "SGD", PLAIN, 5, 16, "csv", 1),
            ("logistic_sgd", "SGD", threes(PLAIN), 15, 32, "steps", 2),
            ("margins_momentum", "SGD with momentum", PLAIN, 6, 32, "epochs", 1),
            ("mixture_adam", "Adam", ADAPTIVE, 30, 64, "steps", 4),
            ("shapes_adam", "Adam", ADAPTIVE, 5, 32, "epochs", 1),
            ("spirals_momentum", "SGD with momentum", PLAIN, 40, 32, "steps", 5),
            ("text_sgd", "SGD with momentum", threes(PLAIN), 5, 16, "csv", 1),
            ("transformer_adamw", "AdamW", threes(ADAPTIVE), 10, 32, "steps", 2),
            ("twins_rmsprop", "RMSprop", ADAPTIVE, 5, 32, "epochs", 1),
            ("waves_rmsprop", "RMSprop", threes(ADAPTIVE), 12, 32, "csv", 1),
        )
    ),
    *(
        Sweep(task, optimizer, rates, epochs, batch_size, log, every, "last")
        for task, optimizer, rates, epochs, batch_size, log, every in (
            (embeddings.skip_gram, "SGD", FINE_PLAIN, 3, 16, "steps", 4),
            (embeddings.skip_gram, "NAdam", FINE, 10, 64, "epochs", 1),
            (embeddings.facts, "Adagrad", FINE_PLAIN, 20, 128, "epochs", 1),
            (embeddings.bags, "Adam", FINE, 5, 8, "csv", 1),
            (embeddings.bags, "SGD with momentum", FINE_PLAIN, 10, 64, "epochs", 1),
            (embeddings.triplets, "RAdam", FINE, 15, 64, "steps", 1),
            (embeddings.tagging, "SGD", FINE_PLAIN, 20, 10, "epochs", 1),
            (embeddings.tagging, "Adam", FINE, 8, 20, "epochs", 1),
            (densities.flow, "Adamax", FINE, 40, 64, "steps", 4),
            (densities.mixture_density, "NAdam", FINE, 25, 32, "csv", 1),
            (densities.mixture_density, "SGD", FINE_PLAIN, 8, 32, "steps", 1),
            (densities.picture_field, "Adam", FINE, 1500, 576, "steps", 10),
            (densities.operator, "Adam", FINE, 125, 32, "steps", 20),
            (densities.operator, "SGD with momentum", FINE_PLAIN, 50, 64, "csv", 1),
            (normalized.mixer_digits, "SGD with momentum", FINE_PLAIN, 20, 128, "steps", 1),
            (normalized.mixer_digits, "Lion", FINE, 8, 64, "epochs", 1),
            (densities.denoised, "SGD", FINE_SUMS, 12, 32, "epochs", 1),
            (densities.prices, "SGD with momentum", FINE_SUMS, 20, 32, "csv", 1),
            (densities.prices, "Adam", FINE, 40, 16, "steps", 4),
            (normalized.masked_digits, "AdamW", FINE, 25, 64, "steps", 3),
            (normalized.spoken, "Adafactor", FINE, 20, 32, "steps", 1),
            (normalized.spoken, "RMSprop", FINE, 10, 16, "csv", 1),
        )
    ),
)
