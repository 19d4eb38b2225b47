"""Probes: plain models that stand for what any model could learn from the features, cross-fitted and pooled."""
