"""Portal: a self-hosted customer self-service portal with the operator console behind it."""

__version__ = "0.1.0"
