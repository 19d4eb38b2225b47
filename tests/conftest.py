from __future__ import annotations

from hypothesis import settings

# A busy machine is no failure, nor is a first example that imports scipy.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
