"""Shamir's secret sharing over GF(256), byte by byte: any `needed` shares give the secret, fewer tell nothing of it.

Our own, in a page: no Python package for it is both kept and audited. The field is that of AES (x^8+x^4+x^3+x+1); the
coefficients come in as an argument and must be fresh and uniform (os.urandom).
"""

from collections.abc import Mapping, Sequence
from functools import reduce

_POLYNOMIAL = 0x11B


def split(secret: bytes, count: int, needed: int, coefficients: bytes) -> list[bytes]:
    """So many shares of the secret; the first byte of each is its number from 1 on.

    `coefficients`: (needed - 1) random bytes for each byte of the secret.
    """
    if not 1 < needed <= count < 256 or len(coefficients) != (needed - 1) * len(secret):
        raise ValueError("2 <= needed <= count < 256, and needed - 1 coefficients a byte")
    rows = [coefficients[at * (needed - 1) : (at + 1) * (needed - 1)] for at in range(len(secret))]
    return [
        bytes([x, *(_at(x, (byte, *row)) for byte, row in zip(secret, rows, strict=True))]) for x in range(1, count + 1)
    ]


def combine(shares: Sequence[bytes]) -> bytes:
    """The secret of which these are shares, at least as many as were needed: fewer give noise, not an error.

    Raises ValueError where two carry the same number, or their lengths differ.
    """
    points: Mapping[int, bytes] = {share[0]: share[1:] for share in shares if share}
    if len(points) < len(shares) or len(points) < 2 or 0 in points or len({len(y) for y in points.values()}) != 1:
        raise ValueError("shares of one secret, each with a number of its own")
    weights = {x: _weight(x, list(points)) for x in points}
    length = len(next(iter(points.values())))
    return bytes(reduce(lambda sum_, x: sum_ ^ multiply(points[x][at], weights[x]), points, 0) for at in range(length))


def multiply(one: int, other: int) -> int:
    """The product of two bytes in the field."""
    product = 0
    for bit in range(8):
        product ^= (one << bit) * (other >> bit & 1)
    for bit in range(14, 7, -1):
        product ^= (_POLYNOMIAL << (bit - 8)) * (product >> bit & 1)
    return product


def inverse(one: int) -> int:
    """The byte whose product with this one is 1: its 254th power. 0 has none and gives 0."""
    power = one
    for _ in range(6):
        power = multiply(multiply(power, power), one)
    return multiply(power, power)


def _at(x: int, coefficients: Sequence[int]) -> int:
    return reduce(lambda value, coefficient: multiply(value, x) ^ coefficient, reversed(coefficients), 0)


def _weight(x: int, all_x: Sequence[int]) -> int:
    """Lagrange's weight of the share at x for the value at 0; subtraction is XOR."""
    others = [other for other in all_x if other != x]
    return reduce(lambda value, other: multiply(value, multiply(other, inverse(other ^ x))), others, 1)
