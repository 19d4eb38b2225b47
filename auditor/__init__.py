"""dataaudit: audits labeled training data for bad annotations, lack of diversity and bias."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditor.pipeline import audit
    from auditor.proof import require_pass
    from auditor.report.model import Report

__all__ = ["Report", "audit", "require_pass"]

_HOMES = {"audit": "auditor.pipeline", "require_pass": "auditor.proof", "Report": "auditor.report.model"}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that `import auditor` costs nothing."""
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'auditor' has no attribute {name!r}")
