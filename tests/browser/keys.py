"""A person without a mouse: the Tab key goes from stop to stop, and every stop must show where the cursor is."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 400
"""No page has more stops than this: whoever presses Tab more often is caught in a trap."""

WHERE = """(target) => {
  const at = document.activeElement;
  if (at === target) return 'here';
  if (at.type === 'radio' && target.type === 'radio' && at.name === target.name) return 'here';
  return target.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING ? 'before' : 'after';
}"""
"""Where the target stands as seen from the cursor: one radio button of a group is one stop, arrows go on from there."""

SHOWN = """() => {
  const at = document.activeElement;
  if (at === document.body || at.matches('main, [tabindex="-1"]')) return true;
  // A drawn button or box stands for an input that itself is not seen.
  const spots = [at, at.nextElementSibling, at.closest('label') && at.closest('label').querySelector('span')];
  const rings = spots.filter(Boolean).map((e) => getComputedStyle(e));
  const box = at.getBoundingClientRect();
  const inView = box.bottom > 0 && box.top < window.innerHeight;
  return inView && rings.some((s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2);
}"""
"""Whether the stop is marked where it can be seen (WCAG 2.4.7)."""


IS_FAR = """(target) => document.activeElement === document.body && document.querySelector('.skip') !== null
  && document.querySelector('main').contains(target)"""
"""Whether nothing has the cursor yet, and the target lies behind the navigation, past which the skip link leads."""

STEP = f"(target) => [({WHERE})(target), ({SHOWN})()]"


def go_to(page: Page, target: Locator) -> None:
    """Press Tab, or Shift+Tab where the target lies behind, until the cursor is there.

    The skip link saves the way through the menus.

    Raises:
        AssertionError: the key goes past the target, or to a stop that shows nothing.
    """
    handle = target.element_handle()
    assert handle is not None
    if handle.evaluate(IS_FAR):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
    way = where = handle.evaluate(WHERE)
    for _ in range(MOST_STOPS):
        if where == "here":
            return
        assert where == way, f"the Tab key goes past {target}, to {stop(page)}"
        page.keyboard.press("Shift+Tab" if way == "before" else "Tab")
        where, is_shown = handle.evaluate(STEP)
        assert is_shown, f"nothing shows where the cursor is: {stop(page)}"
    raise AssertionError(f"the Tab key never comes to {target}")


def stop(page: Page) -> str:
    """The element at which the cursor stands, for telling of it."""
    return str(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))


def press(page: Page, target: Locator) -> None:
    """Go to a link or a button and press Enter."""
    go_to(page, target)
    page.keyboard.press("Enter")


def tick(page: Page, box: Locator) -> None:
    """Go to an option and choose it: a check box with the space bar, a radio button with the arrows of its group."""
    go_to(page, box)
    if box.get_attribute("type") == "checkbox":
        page.keyboard.press("Space")
        return
    for _ in range(20):
        if box.evaluate("e => e === document.activeElement"):
            if not box.is_checked():
                page.keyboard.press("Space")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrow keys never come to {box}")


def type_date(page: Page, field: Locator, day: str) -> None:
    """Type a date into the three parts of a date field, in the order in which this browser shows them."""
    go_to(page, field)
    year, month, of_month = day.split("-")
    for parts in ((year, month, of_month), (month, of_month, year)):
        _clear_parts(page)
        for part in parts:
            page.keyboard.type(part)
            if part is year:  # A month or a day is full after two digits, and the cursor goes on by itself.
                page.keyboard.press("ArrowRight")
        if field.input_value() == day:
            return
    raise AssertionError(f"{day} cannot be typed into {field}")


def _clear_parts(page: Page) -> None:
    for key in ("ArrowLeft", "ArrowLeft", "Backspace", "ArrowRight", "Backspace", "ArrowRight", "Backspace"):
        page.keyboard.press(key)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
