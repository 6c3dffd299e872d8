"""What a reward came to, and what the other curves of an agent say of why."""
