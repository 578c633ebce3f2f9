import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Runs `lm mask` with a text on standard input. */
function mask(input: string, ...words: string[]): string {
  const { LANGFUSE_MASK: _, ...env } = process.env;
  return spawnSync(process.execPath, ['packages/loom/bin/lm.js', 'mask', ...words], {
    input,
    env,
    encoding: 'utf8',
  }).stdout;
}

const VALUE = 'Ab1'.repeat(5);

test('lm mask prints the masked text, and the rule of each match', () => {
  const text = `A=1\nDB_PASSWORD=${VALUE}\n{"name":"X-Api-Key","value":"${VALUE}"}\n`;
  expect(mask(text)).toMatch(
    /^A=1\nDB_PASSWORD=\[masked\]\n\{"name":"X-Api-Key","value":"\[masked\]"\}\n\n.*\n +2 +13 +15 +password +DB_PASSWORD\n +3 +30 +15 +key +X-Api-Key\n$/,
  );
  expect(JSON.parse(mask(text, '--json')).data.found).toEqual([
    { line: 2, column: 13, length: 15, rule: 'password', name: 'DB_PASSWORD' },
    { line: 3, column: 30, length: 15, rule: 'key', name: 'X-Api-Key' },
  ]);
});

test('lm mask reports that it found nothing, and finds more in strict mode', () => {
  expect(mask('id a1B2c3D4e5F6g7H8i9J0k1\n')).toContain('No rule matched.');
  expect(mask('id a1B2c3D4e5F6g7H8i9J0k1\n', '--strict')).toContain('id [masked]');
});
