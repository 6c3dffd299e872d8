"""What a validation loss shows beside the training loss, or alone: findings of overfitting other than a plain turn."""
