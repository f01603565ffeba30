import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkHash, sha256Hex, shortHash, whyNotSign } from '../../src/agreements/hash';

const TEXT = 'id: harlow-cedar\ntitle: Öffnung – größer\n';
const HASH = createHash('sha256').update(TEXT).digest('hex');

test('the hash is that of the UTF-8 bytes', async () => {
  expect(await sha256Hex(TEXT)).toBe(HASH);
  expect(shortHash(HASH)).toBe(`${HASH.slice(0, 4)}…${HASH.slice(-4)}`);
});

describe('signing', () => {
  const given = { id: 'harlow-cedar', typed: 'harlow-cedar', password: 'x' };

  test('is possible when text, number and password are there', async () => {
    const check = await checkHash(TEXT, HASH);
    expect(whyNotSign({ ...given, check })).toBeNull();
  });
  test('is blocked when the text is not what the server names', async () => {
    const check = await checkHash(`${TEXT} `, HASH);
    expect(check.state).toBe('differs');
    expect(whyNotSign({ ...given, check })).toContain('Do not sign');
  });
  test('says what is missing, one after the other', async () => {
    const check = await checkHash(TEXT, HASH);
    expect(whyNotSign({ ...given, check: { state: 'computing' } })).toContain('compared');
    expect(whyNotSign({ ...given, check: { state: 'impossible' } })).toContain('https');
    expect(whyNotSign({ ...given, check, typed: ' ' })).toContain('Type');
    expect(whyNotSign({ ...given, check, typed: 'harlow' })).toContain('not harlow-cedar');
    expect(whyNotSign({ ...given, check, password: '' })).toContain('password');
  });
});
