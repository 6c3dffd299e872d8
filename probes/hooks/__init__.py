"""What torch and fastai tell of a training, whoever wrote its loop."""
