"""Small real trainings with faults planted in them, for `python sample_runs/corpus.py`."""
