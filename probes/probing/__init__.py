"""One probe from end to end: from what is asked to what is suggested."""
