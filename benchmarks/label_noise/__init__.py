"""The parts of the label-error benchmark: sets, noise, the two sides that are measured, and the tables."""
