import type { Attachment } from 'svelte/attachments';

/** How much of it must be inside of whatever scrolls or clips it. */
const SHARE = 0.9;

/** Calls `then` once the element stands in view on a page that can be seen; a hidden tab waits. */
export function inView(then: () => void): Attachment<HTMLElement> {
  return (element) => {
    let inside = false;
    const stop = () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', look);
    };
    const look = () => {
      if (!inside || document.visibilityState !== 'visible') return;
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
