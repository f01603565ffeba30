/** Wraps what must not run twice at once: while it runs, calling it again does nothing and answers false. */
export function oneAtATime(
  act: () => Promise<void>,
  onRunning: (running: boolean) => void,
): () => Promise<boolean> {
  let running = false;
  const set = (now: boolean) => {
    running = now;
    onRunning(now);
  };
  return async () => {
    if (running) return false;
    set(true);
    try {
      await act();
    } finally {
      set(false);
    }
    return true;
  };
}
