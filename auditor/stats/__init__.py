"""What a sample can tell: estimates with their intervals, p-values, corrections, detectable effects."""
