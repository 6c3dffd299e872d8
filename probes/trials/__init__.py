"""A change tried beside the training as it is: trainings in pairs, what they come to, and a test that may be looked at after each."""
