"""Benchmarks: `make bench` prints one table. Timing belongs here, never in a test."""
