"""A column of text becoming a typed column: which cells are missing, which form all the others share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditor.dataset.forms import Form, first_form, typed
from auditor.dataset.kinds import Wording
from auditor.dataset.missing import BLANKS, Tokens, counted, null_of

if TYPE_CHECKING:
    import pyarrow as pa


class TextColumn:
    """Reads one column batch by batch.

    The form is guessed from the first cells and widened whenever a later cell does not fit; earlier batches
    then have another type, which the scratch table notices, and the file is gone through again with the form
    known by then. So the form always speaks for all rows.
    """

    def __init__(self, missing: Sequence[str], *, padded: bool, decimal: str, least: Form | None = None) -> None:
        self.form = least  # None: no cell seen yet
        self.padded, self.decimal = padded, decimal
        self._missing = Tokens(missing)
        self._has_missing = False
        self.again()

    def again(self) -> None:
        """Forget what was counted, not what was learned, before going through the file once more."""
        self.tokens: Counter[str] = Counter()
        self.wording = Wording()

    def read(self, cells: pa.Array) -> pa.Array:
        """The typed cells, null where missing."""
        import pyarrow.compute as pc

        if self.padded:
            cells = pc.utf8_trim(cells, characters=" ")
        if self.form is None or self.form is not Form.STRING:
            values = self._fitted(cells)
            if values is not None:
                return values
            self.form = Form.STRING
        values, counts = self._missing.taken_out(cells)
        self.tokens += counts
        self.wording.add(values)
        return values

    def _fitted(self, cells: pa.Array) -> pa.Array | None:
        """The cells in the first form from the present one on that they fit; None where only strings are left."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if self.form is not None:
            kept, counts = self._missing.taken_out(cells) if self._has_missing else (cells, Counter())
            values = typed(kept, self.form, self.decimal)
            if values is not None and (self._has_missing or not _has_nan(values)):
                return self._counted(kept, values, counts)
        # Blanks around a number, or the first missing cell: a more careful look, at this form and wider ones.
        kept, counts = self._missing.taken_out(pc.utf8_trim(cells, characters=BLANKS))
        if kept.null_count == len(kept):
            self.tokens += counts
            return pa.nulls(len(kept))  # the scratch table gives them the column's type
        form = first_form(kept.drop_null()[0].as_py()) if self.form is None else self.form
        while form is not Form.STRING:
            values = typed(kept, form, self.decimal)
            if values is not None:
                self.form = form
                return self._counted(kept, values, counts)
            form = Form(form + 1)
        return None

    def _counted(self, kept: pa.Array, values: pa.Array, counts: Counter[str]) -> pa.Array:
        """The values, NaN missing like any token, and all that is missing counted."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if _has_nan(values):
            gone = pc.is_nan(values)
            counts = counts + counted(kept.filter(gone))
            values = pc.if_else(gone, null_of(pa.float64()), values)
        self._has_missing = self._has_missing or bool(counts)
        self.tokens += counts
        return values


def _has_nan(values: pa.Array) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pa.types.is_floating(values.type) and bool(pc.any(pc.is_nan(values)).as_py())
