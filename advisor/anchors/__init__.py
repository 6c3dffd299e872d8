"""What numbers mean absolutely, whatever their curve does: the loss and the score of guessing, a full score, a loss that is no number."""
