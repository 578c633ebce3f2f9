import { expect, it } from 'vitest';
import { ahead } from '../../../packages/loom/app/format.js';

const NOW = Date.UTC(2026, 10, 30);

it.each([
  [60 * 86_400_000, 'in 60d'],
  [86_400_001, 'in 2d'],
  [5 * 3_600_000, 'in 5h'],
  [90_000, 'in 2m'],
])('a key that ends %i ms later ends %s', (rest, words) => {
  expect(ahead(NOW + rest, NOW).replace(/(\d+) ?(d|h|m)\S*/, '$1$2')).toBe(words);
});
