"""What failing programs print, and which of it is kept beside a run."""
