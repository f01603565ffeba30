import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inView } from '../../src/board/in-view';

/** The little of a page that is asked: what is seen of it, and whether a dialog lies over it. */
const page = { visible: true, dialog: false, seen: 0, cross: (_inside: boolean) => {} };

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(page, { visible: true, dialog: false, seen: 0 });
  const listening = new EventTarget();
  vi.stubGlobal('document', {
    get visibilityState() {
      return page.visible ? 'visible' : 'hidden';
    },
    querySelector: () => (page.dialog ? {} : null),
    addEventListener: listening.addEventListener.bind(listening),
    removeEventListener: listening.removeEventListener.bind(listening),
    dispatchEvent: listening.dispatchEvent.bind(listening),
  });
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(hear: (entries: { isIntersecting: boolean }[]) => void) {
        page.cross = (inside) => hear([{ isIntersecting: inside }]);
      }
      observe() {}
      disconnect() {
        page.cross = () => {};
      }
    },
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const attach = () => inView(() => (page.seen += 1))({} as HTMLElement);

test('what stands in view is seen once', () => {
  attach();
  page.cross(false);
  expect(page.seen).toBe(0);
  page.cross(true);
  page.cross(true);
  expect(page.seen).toBe(1);
});

test('behind a hidden tab nobody sees it until somebody looks', () => {
  page.visible = false;
  attach();
  page.cross(true);
  expect(page.seen).toBe(0);
  page.visible = true;
  document.dispatchEvent(new Event('visibilitychange'));
  expect(page.seen).toBe(1);
});

test('under a dialog nobody sees it until that has closed', () => {
  page.dialog = true;
  attach();
  page.cross(true);
  vi.advanceTimersByTime(5000);
  expect(page.seen).toBe(0);
  page.dialog = false;
  vi.advanceTimersByTime(1000);
  expect(page.seen).toBe(1);
});

test('what scrolled away or went under the dialog is not seen when that closes', () => {
  page.dialog = true;
  const stop = attach();
  page.cross(true);
  page.cross(false);
  page.dialog = false;
  vi.advanceTimersByTime(5000);
  expect(page.seen).toBe(0);
  page.dialog = true;
  page.cross(true);
  stop?.();
  page.dialog = false;
  vi.advanceTimersByTime(5000);
  expect(page.seen).toBe(0);
});
