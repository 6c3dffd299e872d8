"""The vocabulary: which tags mean which signal, and which names mean which hyperparameter."""
