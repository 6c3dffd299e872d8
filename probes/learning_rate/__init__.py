"""Learning rates: schedules, what is usual of optimizers, and what a race of rates rests on."""
