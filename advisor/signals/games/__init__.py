"""Signals of trainings whose losses are those of a game: an agent and its rewards, two nets against each other."""
