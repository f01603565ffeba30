import type { Attachment } from 'svelte/attachments';

/** How often a page that a dialog lies over is looked at again. */
const AGAIN_MS = 250;

/** How much of it must be inside of whatever scrolls or clips it. */
const SHARE = 0.9;

/**
 * Calls `then` once the element stands in view on a page that can be seen: a hidden tab waits, and so does
 * a page that a dialog lies over. A dialog may go without a word, so it is looked for again and again.
 */
export function inView(then: () => void): Attachment<HTMLElement> {
  return (element) => {
    let inside = false;
    let again: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      clearTimeout(again);
      observer.disconnect();
      document.removeEventListener('visibilitychange', look);
    };
    const look = () => {
      clearTimeout(again);
      if (!inside || document.visibilityState !== 'visible') return;
      if (document.querySelector('dialog[open]')) {
        again = setTimeout(look, AGAIN_MS);
        return;
      }
      stop();
      then();
    };
    const observer = new IntersectionObserver(
      (entries) => {
        inside = entries.at(-1)?.isIntersecting ?? false;
        look();
      },
      { threshold: SHARE },
    );
    observer.observe(element);
    document.addEventListener('visibilitychange', look);
    return stop;
  };
}
