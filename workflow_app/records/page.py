"""Page geometry by GB/T 9704-2012 (党政机关公文格式), in points. The figures belong to the national standard.

天头 37 mm, 订口 28 mm, 版心 156 × 225 mm, 22 lines of 28 characters in 3号 (16 pt).
"""

from __future__ import annotations

from reportlab.lib.colors import HexColor

MM = 72 / 25.4
"""Points in a millimetre."""

WIDTH, HEIGHT = 210 * MM, 297 * MM
LEFT, TOP, BOTTOM = 28 * MM, 37 * MM, 35 * MM
TEXT_WIDTH, TEXT_HEIGHT = 156 * MM, 225 * MM
RIGHT_EDGE, TOP_EDGE = LEFT + TEXT_WIDTH, HEIGHT - TOP

CHARACTERS_PER_LINE, LINES_PER_PAGE = 28, 22
PITCH = TEXT_WIDTH / CHARACTERS_PER_LINE
LINE = TEXT_HEIGHT / LINES_PER_PAGE

BODY_SIZE = 16.0  # 3号
TITLE_SIZE, TITLE_LEAD = 22.0, 36.0  # 2号
IMPRINT_SIZE, IMPRINT_LEAD = 14.0, 24.0  # 4号
PAGE_NUMBER_SIZE = 14.0  # 4号
TABLE_SIZE, TABLE_LEAD, TABLE_PADDING = 12.0, 18.0, 4.0  # 小4号

OUTER_RULE, INNER_RULE, RED_RULE = 0.35 * MM, 0.25 * MM, 0.7 * MM

BLACK = HexColor("#000000")
GREY = HexColor("#5b6472")
RED = HexColor("#E60012")
HEADER_FILL = HexColor("#f2f2f2")
