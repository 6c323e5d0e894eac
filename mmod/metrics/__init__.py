"""Prometheus metrics: the instruments, and the resource that exposes them."""
