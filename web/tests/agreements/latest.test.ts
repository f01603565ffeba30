import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Latest } from '../../src/agreements/latest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('typing is checked once, when the hands rest', async () => {
  const asked: string[] = [];
  const latest = new Latest(
    async (input: string) => void asked.push(input),
    () => undefined,
  );
  for (const typed of ['k', 'ke', 'keep']) latest.give(typed);
  await vi.advanceTimersByTimeAsync(399);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toEqual(['keep']);
});

test('an answer that was overtaken is not heard', async () => {
  const heard: string[] = [];
  const answers = new Map<string, (answer: string) => void>();
  const latest = new Latest(
    (input: string) => new Promise<string>((done) => answers.set(input, done)),
    (answer) => heard.push(answer),
  );
  latest.give('first');
  await vi.advanceTimersByTimeAsync(400);
  latest.give('second');
  await vi.advanceTimersByTimeAsync(400);
  answers.get('second')!('about the second');
  answers.get('first')!('about the first');
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).toEqual(['about the second']);
});

test('an answer to what is typed over before it came is not heard either', async () => {
  const heard: string[] = [];
  let answer: (said: string) => void = () => undefined;
  const latest = new Latest(
    () => new Promise<string>((done) => (answer = done)),
    (said) => heard.push(said),
  );
  latest.give('first');
  await vi.advanceTimersByTimeAsync(400);
  latest.give('second');
  answer('about the first');
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).toEqual([]);
});

test('what fails is said once, and only for the newest', async () => {
  const failed = vi.fn();
  const latest = new Latest(
    () => Promise.reject(new Error('gone')),
    () => undefined,
    failed,
  );
  latest.give('x');
  await vi.advanceTimersByTimeAsync(400);
  expect(failed).toHaveBeenCalledOnce();
});
