"""What a hand and an eye can reach on a page, measured in the page itself."""

from typing import Any

from playwright.sync_api import Page

TARGET_PX = 24

_TARGETS = """
() => {
  const shown = (one) => {
    const style = getComputedStyle(one);
    return style.visibility !== 'hidden' && one.getClientRects().length > 0;
  };
  const kinds = 'a[href], button, select, textarea, input, summary, [role=tab], tr[tabindex]';
  const small = [];
  for (const one of document.querySelectorAll(kinds)) {
    if (!shown(one) || one.closest('.visually-hidden')) continue;
    // A radio or a box inside of its label is as large as that.
    const whole = one.matches('input') ? (one.closest('label') ?? one) : one;
    // A word in a sentence is as high as its line (WCAG 2.5.8, inline).
    if (one.matches('p a, li a')) continue;
    const { width, height } = whole.getBoundingClientRect();
    // A hundredth: layout rounds.
    if (width < %(px)s - 0.01 || height < %(px)s - 0.01) {
      const name = one.dataset.testid ?? one.outerHTML.slice(0, 90);
      small.push(`${name} ${width.toFixed(1)}x${height.toFixed(1)}`);
    }
  }
  return [...new Set(small)];
}
"""

_HIDDEN_FOCUS = """
async () => {
  const able = 'a[href], button, select, textarea, input, summary, [tabindex]';
  const open = document.querySelector('dialog[open]');
  const hidden = [];
  for (const one of (open ?? document).querySelectorAll(able)) {
    if (one.disabled || one.tabIndex < 0 || !one.getClientRects().length) continue;
    one.focus();
    await new Promise((done) => requestAnimationFrame(done));
    if (document.activeElement !== one) continue;
    const whole = one.matches('input') ? (one.closest('label') ?? one) : one;
    const box = whole.getBoundingClientRect();
    const name = `${one.dataset.testid ?? one.outerHTML.slice(0, 90)}`;
    const [left, right] = [Math.max(0, box.left), Math.min(innerWidth, box.right)];
    const [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
    if (right - left < 2 || bottom - top < 2) { hidden.push(`${name}: off the screen`); continue; }
    // Half of what is on the screen must be its own, not something that lies on top of it.
    let seen = 0;
    for (let step = 1; step < 10; step += 1) {
      const at = document.elementFromPoint(left + (right - left) / 2, top + ((bottom - top) * step) / 10);
      if (at && (whole.contains(at) || at.contains(whole))) seen += 1;
    }
    if (seen < 5) hidden.push(`${name}: covered (${seen} of 9)`);
    const style = getComputedStyle(one);
    const ringed = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    if (one.matches(':focus-visible') && !ringed && !one.closest('label')) hidden.push(`${name}: no ring`);
  }
  return [...new Set(hidden)];
}
"""

_SIDEWAYS = """
() => {
  const wide = [];
  if (document.documentElement.scrollWidth > innerWidth) wide.push('the page');
  for (const one of document.querySelectorAll('main, .panel, .panel .scroll, dialog[open], header')) {
    if (one.scrollWidth > one.clientWidth + 1) {
      wide.push(`${one.dataset.testid ?? one.className} ${one.scrollWidth} > ${one.clientWidth}`);
    }
  }
  return wide;
}
"""


def small_targets(page: Page) -> list[str]:
    """Targets under 24 by 24 px (WCAG 2.5.8)."""
    found: list[str] = page.evaluate(_TARGETS % {"px": TARGET_PX})
    return found


def hidden_focus(page: Page) -> list[str]:
    """What may take the focus where nobody sees it: off the screen, covered, or without a ring."""
    found: list[str] = page.evaluate(_HIDDEN_FOCUS)
    return found


def sideways(page: Page) -> list[str]:
    """What one would have to scroll sideways."""
    found: list[str] = page.evaluate(_SIDEWAYS)
    return found


def box_of(page: Page, testid: str) -> dict[str, Any]:
    """Where it is, once it was scrolled to."""
    one = page.get_by_test_id(testid).first
    one.scroll_into_view_if_needed()
    box = one.bounding_box()
    assert box is not None, testid
    return dict(box)
