from __future__ import annotations

from hypothesis import settings

# A busy machine is no failure, nor is a first example that imports scipy.
settings.register_profile("thorough", deadline=None, max_examples=100)
# What every change must pass: new examples each time, so that many runs see as many as one thorough one.
settings.register_profile("quick", deadline=None, max_examples=25)
settings.load_profile("quick")
