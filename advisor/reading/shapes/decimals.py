"""Digits with a point before so many of them, as the floats nearest to the numbers that they are."""

import numpy as np

EXACT = 15  # digits that a float holds, whatever they are
DIGITS = 18  # digits that an integer holds
FARTHEST = 22  # digits behind the point: so far a power of ten is a float
POWERS = np.array([float(10**n) for n in range(FARTHEST + 1)])
SPLIT = 2.0**27 + 1  # cuts a float into two of half its bits
HIGH = SPLIT * POWERS - (SPLIT * POWERS - POWERS)
LOW = POWERS - HIGH
DOUBT = 2.0**-100  # of a quotient: more than the correction of its rounding may be wrong by


def nearest(digits: np.ndarray, behind: np.ndarray | int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """The floats nearest to digits, shape (n,), over ten to the power of `behind`, and those in doubt, which lie half way between two.

    The digits are integers of at most so many digits.

    References
    ----------
    Dekker, A floating-point technique for extending the available precision (1971). doi:10.1007/BF01397083
    """
    power = POWERS[behind]
    whole = digits.astype(float)
    quotient = whole / power
    if most <= EXACT:  # both are exact, and the quotient is rounded once
        return quotient, np.zeros(0, int)
    cut = SPLIT * quotient
    high = cut - (cut - quotient)
    low = quotient - high
    product = quotient * power
    lost = ((high * HIGH[behind] - product) + high * LOW[behind] + low * HIGH[behind]) + low * LOW[behind]
    correction = ((whole - product) - lost + (digits - whole.astype(np.int64))) / power
    doubt = quotient * DOUBT
    found = quotient + (correction - doubt)
    return found, np.flatnonzero(found != quotient + (correction + doubt))
