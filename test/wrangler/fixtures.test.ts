import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { invert, splice } from '../../src/core/edits.js';
import { parseConfig } from '../../src/wrangler/document.js';
import type { ObservabilityIntent } from '../../src/wrangler/observability-intent.js';
import { planObservability } from '../../src/wrangler/plan-observability.js';

const ROOT = join(import.meta.dirname, '../../fixtures/wrangler');
const FORMATS: string[] = ['jsonc', 'json', 'toml'];
const compared = new Set<string>();

/** Reads an expected file, and records that it was compared. */
function expected(path: string): string {
  compared.add(path);
  return readFileSync(path, 'utf8');
}

for (const format of FORMATS) {
  describe(`wrangler.${format}`, () => {
    for (const name of readdirSync(join(ROOT, format))) {
      const dir = join(ROOT, format, name);
      const file = `wrangler.${format}`;
      it(name, () => {
        const text = readFileSync(join(dir, 'input', file), 'utf8');
        const plan = (of: string) =>
          planObservability(parseConfig({ path: file, format, text: of }), intentOf(dir));
        const { edits, findings } = plan(text);
        const result = splice(text, edits);

        expect(result).toBe(expected(join(dir, 'expected', file)));
        const lines = findings.map(({ line, level, rule }) => `${line} ${level} ${rule}\n`).join('');
        expect(lines).toBe(expected(join(dir, 'expected/findings.txt')));
        expect(splice(result, invert(text, edits))).toBe(text);
        expect(plan(result).edits).toEqual([]);
      });
    }
  });
}

it('compares every expected file', () => {
  const all = FORMATS.flatMap((format) =>
    readdirSync(join(ROOT, format), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => relative(ROOT, path).split(/[\\/]/)[2] === 'expected'),
  );
  expect(all.length).toBeGreaterThan(0);
  expect(all.filter((path) => !compared.has(path))).toEqual([]);
});

function intentOf(dir: string): ObservabilityIntent {
  const path = join(dir, 'intent.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as ObservabilityIntent) : {};
}
