"""Windows whose sound is written down instead of played, and a call that brings an alarm."""

from playwright.sync_api import BrowserContext, Page, expect

SOUND_STUB = """
(() => {
  // Headless browsers allow every sound: `allowed` says here whether this one does.
  window.sound = { allowed: %s, notes: [] };
  const node = () => ({
    connect: (to) => to,
    disconnect: () => {},
    gain: { value: 0, setValueAtTime: () => {}, linearRampToValueAtTime: () => {} },
  });
  window.AudioContext = class {
    constructor() {
      this.state = window.sound.allowed ? 'running' : 'suspended';
      this.destination = node();
      this.onstatechange = null;
    }
    get currentTime() { return performance.now() / 1000; }
    createGain() { return node(); }
    createConstantSource() { return { ...node(), start: () => {}, stop: () => {} }; }
    createPeriodicWave() { return {}; }
    createOscillator() {
      const note = { hz: 0, at: 0, cut: false };
      return {
        ...node(),
        setPeriodicWave: () => {},
        frequency: { set value(hz) { note.hz = hz; } },
        start: (at) => { note.at = at; window.sound.notes.push(note); },
        stop: (at) => { if (at === undefined) note.cut = true; },
      };
    }
    async resume() {
      if (!window.sound.allowed) return new Promise(() => {});
      this.state = 'running';
    }
    async close() {}
  };
})();
"""


def with_sound(context: BrowserContext) -> None:
    """Sound is allowed, and each scheduled note stands in ``window.sound.notes``."""
    context.add_init_script(SOUND_STUB % "true")


def without_sound(context: BrowserContext) -> None:
    """A browser that allows no sound yet."""
    context.add_init_script(SOUND_STUB % "false")


def still_to_sound(page: Page) -> int:
    """How many notes would still be heard."""
    found = page.evaluate(
        "() => window.sound.notes.filter((n) => !n.cut && n.at > performance.now() / 1000).length"
    )
    return int(found)


def heard(page: Page) -> int:
    """How many notes were scheduled since the page was loaded."""
    return int(page.evaluate("() => window.sound.notes.length"))


def is_blinking(page: Page, test_id: str) -> bool:
    """Whether the first such sign has an animation."""
    name = page.get_by_test_id(test_id).first.evaluate("(e) => getComputedStyle(e).animationName")
    return bool(name != "none")


def open_incident(page: Page, nature: str) -> None:
    page.get_by_test_id("new-incident").click()
    page.get_by_test_id("entry-nature").fill(nature)
    page.get_by_test_id("entry-priority-critical").check(force=True)
    page.get_by_test_id("entry-place").fill("-141.062, 40.999")
    page.get_by_test_id("entry-need-type").select_option("als_ambulance")
    page.get_by_test_id("entry-submit").click()
    expect(page.get_by_test_id("entry-form")).to_have_count(0)


def ask_cedar(page: Page, nature: str) -> str:
    """Harlow opens a call and asks Cedar Fen for a unit; answers the unit's sign."""
    open_incident(page, nature)
    card = page.get_by_test_id("candidate").filter(has_text="Cedar Fen").first
    card.wait_for()
    sign = next(word for word in card.inner_text().split() if word.startswith("M"))
    card.get_by_test_id("candidate-request").click()
    return sign
