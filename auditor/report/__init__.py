"""The record of a run, and the views made from it alone."""
