"""Fits the table of weights to runs whose faults are known: `python -m advisor.calibrate CORPUS [--real-runs DIR]`."""
