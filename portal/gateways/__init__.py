"""The outside world: what the edges hand in to the domain."""
