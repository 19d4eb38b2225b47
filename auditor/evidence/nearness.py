"""How near texts must be. By itself, for checks name it as a default and should not load what compares texts."""

from __future__ import annotations

#: A text is near another if a fifth of its characters, or of its words, is different.
MIN_SIMILARITY = 0.8
#: Texts so near or nearer are nearly the same: of those less near, one in six may rightly differ in its label.
NEARLY_SAME = 0.9
