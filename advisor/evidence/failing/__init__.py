"""What the messages of programs that failed tell."""
