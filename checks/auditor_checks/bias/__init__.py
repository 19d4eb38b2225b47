"""Bias against people: labels and rows that differ by group."""
