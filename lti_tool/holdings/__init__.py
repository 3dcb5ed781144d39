"""A district's own questions: brought in, kept as editions, shared or withdrawn, and read beside the shipped content."""
