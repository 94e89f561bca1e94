"""Scanners that others wrote, let loose on the signed-in application: `python -m tests.scan`."""
