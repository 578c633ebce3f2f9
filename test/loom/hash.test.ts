import { expect, it } from 'vitest';
import { hashOf } from '../../packages/loom/src/hash.js';

it('distinguishes a hundred thousand similar texts', () => {
  const hashes = new Set<string>();
  for (let n = 0; n < 100_000; n += 1) {
    hashes.add(hashOf(JSON.stringify(['shop', 'add', null, 'tool_error', `message ${n}`])));
  }
  expect(hashes.size).toBe(100_000);
  expect([...hashes][0]).toMatch(/^[0-9a-f]{16}$/);
});
