"""Openers' passphrases: generate one, and estimate how hard one of their own is to guess."""

import unicodedata
from collections.abc import Callable, Iterable

from config.errors import InputError

FEWEST_BITS = 60
LONGEST = 200
# Nine bytes make twelve syllables of six bits each: 72 bits.
_FRESH_BYTES = 9
_SYLLABLES = [consonant + vowel for consonant in "bdfghklmnprstwyz" for vowel in "aeiu"]
_A_WORD = 3
_OFTEN = 2
_FEWEST_DISTINCT = 6
_RUN = 3
# Guessed first. A match counts as one letter, whatever its length.
_COMMON = """
password passwd passphrase admin root user login welcome letmein iloveyou monkey dragon sunshine master
qwertyuiop asdfghjkl zxcvbnm 1qaz2wsx3edc4rfv abcdefghijklmnopqrstuvwxyz 01234567890 9876543210
woaini woaizhongguo zhongguo nanjing jiangsu beijing shanghai mima kouling 5201314 1314520 888888 666666
口令 密码 开启 揭榜 发榜 管理员 专精特新 小巨人 南京市 江苏省 工信局 有限公司 集团 我爱你 中国
一二三四五六七八九十 甲乙丙丁戊己庚辛壬癸 一句只有您知道的话
床前明月光疑是地上霜举头望明月低头思故乡 白日依山尽黄河入海流欲穷千里目更上一层楼 春眠不觉晓处处闻啼鸟
"""


def fresh(random: Callable[[int], bytes]) -> str:
    """Return a new passphrase: four made-up words, 72 bits from `random`, which returns a given number of bytes."""
    while True:
        drawn = int.from_bytes(random(_FRESH_BYTES))
        syllables = [_SYLLABLES[drawn >> 6 * at & 63] for at in range(_FRESH_BYTES * 8 // 6)]
        words = ["".join(syllables[at : at + _A_WORD]) for at in range(0, len(syllables), _A_WORD)]
        phrase = " ".join(words)
        # One draw in thousands repeats itself: it is redrawn, because the strength rule applies to all.
        if bits(phrase) >= FEWEST_BITS:
            return phrase


def validate_strength(passphrase: str, known: Iterable[str]) -> None:
    """Raise InputError for a passphrase easily guessed by anyone who knows these words."""
    if len(passphrase) > LONGEST or bits(passphrase, known) < FEWEST_BITS:
        raise InputError("opener_passphrase_weak")


def bits(passphrase: str, known: Iterable[str] = ()) -> int:
    """Return a low estimate, in bits, of the cost of guessing a passphrase.

    Each letter counts by its kind, a repeated one at most twice; of a run (aaa, 123, cba) two count; a stretch seen
    before, or found in a common or known word, counts as one letter; too few distinct letters count as nothing.
    """
    text = _plain(passphrase)[:LONGEST]
    words = "\n".join((_COMMON, *(_plain(word) for word in known)))
    total, at, counted = 0, 0, dict[str, int]()
    while at < len(text):
        char = text[at]
        known_part = _match(text, at, words)
        counted[char] = counted.get(char, 0) + 1
        if counted[char] <= _OFTEN and not _in_run(text, at):
            total += _worth(char)
        at += max(1, known_part)
    return total if len(counted) >= _FEWEST_DISTINCT else 0


def _match(text: str, at: int, words: str) -> int:
    """Return the length of the known or repeated stretch starting here; 0 if too short to count."""
    before, longest = words + "\n" + text[:at], 0
    fewest = _RUN if text[at].isascii() else 2
    while at + longest < len(text) and text[at : at + longest + 1] in before:
        longest += 1
    return longest if longest >= fewest else 0


def _in_run(text: str, at: int) -> bool:
    if at < _RUN - 1:
        return False
    steps = {ord(text[at - back]) - ord(text[at - back - 1]) for back in range(_RUN - 1)}
    return len(steps) == 1 and steps <= {-1, 0, 1}


def _worth(char: str) -> int:
    if char.isdigit():
        return 3
    if char.isascii():
        return 4 if char.isalpha() else 2
    return 6 if char.isalpha() else 2


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
