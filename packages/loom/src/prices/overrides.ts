import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, LoomError } from '../errors.js';

/** US dollars per million tokens. Missing cache prices are the usual multiples of the input price. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write_5m: number;
  readonly cache_write_1h: number;
}

const FIELDS = ['input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h'] as const;

/** Anthropic's multiples of the input price (docs, "prompt caching": reads 0.1, 5-minute writes 1.25, 1-hour writes 2). */
const CACHE_MULTIPLES = { cache_read: 0.1, cache_write_5m: 1.25, cache_write_1h: 2 } as const;

/**
 * `.loom/prices.json`: `{ "model": { "input": 3, "output": 15 } }`. A name may end in `@fast` or another
 * service tier, for calls in that tier.
 */
export function readOverrides(loomDir: string): Map<string, ModelPrice> {
  const path = join(loomDir, 'prices.json');
  if (!existsSync(path)) {
    return new Map();
  }
  const wrong = (what: string) =>
    new LoomError(
      `${path}: ${what}`,
      'Write it as { "model-name": { "input": 3, "output": 15 } }, in US dollars per million tokens.',
      EXIT.usage,
    );
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw wrong((error as Error).message);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw wrong('is not an object.');
  }
  return new Map(
    Object.entries(json).map(([model, price]) => {
      const prices = (typeof price === 'object' && price !== null ? price : {}) as Record<string, unknown>;
      for (const [field, value] of Object.entries(prices)) {
        if (!FIELDS.some((known) => known === field)) {
          throw wrong(`"${model}" has an unknown field "${field}".`);
        }
        if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
          throw wrong(`"${field}" of "${model}" is no price.`);
        }
      }
      const { input, output } = prices;
      if (typeof input !== 'number' || typeof output !== 'number') {
        throw wrong(`"${model}" needs "input" and "output".`);
      }
      const cache = (field: keyof typeof CACHE_MULTIPLES) =>
        (prices[field] as number | undefined) ?? input * CACHE_MULTIPLES[field];
      return [
        model,
        {
          input,
          output,
          cache_read: cache('cache_read'),
          cache_write_5m: cache('cache_write_5m'),
          cache_write_1h: cache('cache_write_1h'),
        },
      ];
    }),
  );
}
