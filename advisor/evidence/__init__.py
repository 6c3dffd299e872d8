"""Facts that several problems and causes share, and the calibrated weights of all facts."""
