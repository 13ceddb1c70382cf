"""Values that break programs: numbers beyond every edge, characters that mislead, texts that are code elsewhere."""

from __future__ import annotations

from random import Random

SCRIPT = "<script>alert(1)</script>"

NUMBERS = (
    "0", "-1", "1", "00001", "+1", "1e9", "1E400", "NaN", "Infinity", "-0", "0x10", "0b1", "1_000", "1,000", "１２",
    "²", "٣", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
    "18446744073709551616", "999999999999999999", "1000000000000000000", "1" + "0" * 400, "9" * 5000,
    "0." + "0" * 300 + "1", "1" * 40 + ".5", "1.", ".5",
)  # fmt: skip
"""What may stand where a number is expected: in an address, a form, a count of rows."""

DATES = (
    "0000-01-01", "0001-01-01", "1899-12-31", "2026-02-29", "2026-13-01", "2200-12-31", "9999-12-31",
    "10000-01-01", "2026-W01-1", "20260408", "2026-04-08T00:00", "0001-01-01T00:00", "9999-12-31T23:59",
    "2026-04-08 25:61", "２０２６年４月８日", "now",
)  # fmt: skip

TEXTS = (
    "", " ", "\u3000", "\t\r\n", "None", "null", "true", "[]", "{}", "__proto__", "yes", "no", "\x00", "a\x00b",
    "\x01\x02\x1b[31m", "\x7f", "\ufeff", "\ufffd", "\uffff", "\ue000", "😀", "👨‍👩‍👧‍👦",
    "e\u0301\u0300\u0302\u0303" * 40, "a" + "\u0301" * 400, "ﷺ" * 50, "𬭎𬱖", "㐀䶵𠀀𪛖𫝀𰀀", "黎\U0002cb4e喆",
    "\u202egnp.exe", "\u2066x\u2069", "\u200b\u200d\u2060", "\u2028\u2029", SCRIPT,
    '"><img src=x onerror=alert(1)>', "'; DROP TABLE task; --", "{{7*7}}", "${7*7}", "{0.__class__}", "{name}",
    "%s%n%x", "javascript:alert(1)", "=cmd|'/c calc'!A1", "@SUM(1)", "../../etc/passwd", "..\\..\\x",
    "http://169.254.169.254/", "]]>", "<!--", "\r\nSet-Cookie: a=b", "x" * 201, "长" * 2001, "x" * 70_000,
    "\n" * 3000,
)  # fmt: skip

ANYTHING = (*NUMBERS, *DATES, *TEXTS)


def text_of_any_kind(random: Random) -> str:
    """One of the known values, two of them together, or characters from anywhere in Unicode."""
    kind = random.randrange(10)
    if kind < 7:
        return random.choice(ANYTHING)
    if kind == 7:
        return random.choice(TEXTS) + random.choice(ANYTHING)
    return "".join(chr(random.choice(_PLANES) + random.randrange(0x400)) for _ in range(random.randrange(1, 60)))


_PLANES = (
    0x0,
    0x20,
    0x300,
    0x600,
    0x2000,
    0x4E00,
    0xAC00,
    0xE000,
    0xFE00,
    0x1F300,
    0x20000,
    0x2B600,
    0x30000,
    0xE0000,
    0x10F000,
)
