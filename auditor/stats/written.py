"""How numbers and shares are written in every sentence of a report: 1,234,567; 0.0312; 5.6 %."""

from __future__ import annotations

import math

Shown = float | int | None
MINUS = "−"


def number(value: Shown, digits: int = 4) -> str:
    """A number to so many significant digits, grouped by thousands; whole numbers in full."""
    if value is None or math.isnan(value):
        return "not known"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == int(value) and abs(value) < 1e15:
        return fixed(value, 0)
    size = math.floor(math.log10(abs(value)))
    if not -5 <= size < 12:
        mantissa, exponent = f"{value:.{max(digits - 1, 0)}e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}".replace("-", MINUS)
    return short(value, max(digits - 1 - size, 0))


def fixed(value: float, decimals: int) -> str:
    """So many decimals, with a true minus, and none before a zero."""
    text = f"{value:,.{decimals}f}"
    return text.replace("-", MINUS if text.strip("-0.,") else "")


def short(value: float, decimals: int) -> str:
    """So many decimals at most: zeros at the end are left out where nothing was rounded."""
    while decimals and math.isclose(value, round(value, decimals - 1), rel_tol=1e-9):
        decimals -= 1
    return fixed(value, decimals)


def percent(share: Shown, extra: int = 0) -> str:
    """A share of 1 in per cent: 5.6 %, 0.07 %; 100 % and 0 % only where it is exactly that."""
    return "not known" if share is None or math.isnan(share) else f"{hundredths(share, extra)} %"


def hundredths(share: float, extra: int = 0) -> str:
    """A share times 100, with one decimal, or two significant digits where it is small."""
    per = share * 100
    if math.isinf(per) or abs(per - round(per)) < 1e-9:
        return number(per if math.isinf(per) else round(per))
    decimals = decimals_of(per)
    while decimals < 4 and abs(round(per, decimals)) in (0, 100):  # not 100.0 for 99.97
        decimals += 1
    if round(per, decimals) in (0, 100):
        return f"{'over' if per < 0 or 1 < per < 100 else 'under'} {_edge(per)}"
    return short(per, min(decimals + extra, 9))


def _edge(per: float) -> str:
    """The last number that is written out, next to 0 or 100."""
    return fixed(math.copysign(0.0001, per) if abs(per) < 1 else 100 + math.copysign(0.0001, per - 100), 4)


def decimals_of(per: float) -> int:
    """The decimals of a per cent: one, or two significant digits where it is small."""
    return 1 if abs(per) >= 1 or per == 0 else min(1 - math.floor(math.log10(abs(per))), 4)


def amount(value: float, digits: int = 6) -> str:
    """A number of the data in a sentence, as people read it: 2011, 12,345,678, 0.0312; never 1.23457e+07."""
    text = number(value, digits)
    return text.replace(",", "") if abs(value) < 10_000 else text


def about(rows: int) -> str:
    """A number of rows that is itself an estimate: to two digits, rounded up."""
    unit = 10 ** max(len(str(rows)) - 2, 0)
    return f"about {-(-rows // unit) * unit:,}"
