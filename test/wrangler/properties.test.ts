import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unstable_readConfig } from 'wrangler';
import { type Edit, invert, splice } from '../../src/core/edits.js';
import { parseConfig } from '../../src/wrangler/document.js';
import { planObservability } from '../../src/wrangler/plan-observability.js';
import { fileFolder } from '../support/folder.js';
import { type GeneratedConfig, generatedJsonc, generatedToml } from './generated-configs.js';

const RUNS = 300;
/** The settings that the edits must change. */
const changed = { observability: null, previews: null };
/** Each reads two files through Wrangler, once for every environment. */
const WRANGLER_RUNS = 60;

const folder = fileFolder();

const formats = { jsonc: generatedJsonc(), toml: generatedToml() } as const;

describe.each(['jsonc', 'toml'] as const)('any %s config', (format) => {
  const generated = formats[format];
  const plan = (text: string) =>
    planObservability(parseConfig({ path: `wrangler.${format}`, format, text }), {});

  it('is generated in every form, so that the other properties test something', () => {
    fc.assert(
      fc.property(generated, ({ text, value }) => {
        expect(parseConfig({ path: 'x', format, text }).value).toEqual(value);
      }),
      { numRuns: RUNS },
    );
  });

  it('loses no byte except an explicit false', () => {
    fc.assert(
      fc.property(generated, ({ text }) => {
        const { edits } = plan(text);
        const replaced = edits.filter((edit) => edit.start !== edit.end);
        for (const { start, end, text: by } of replaced) {
          expect([text.slice(start, end), by]).toEqual(['false', 'true']);
        }
        expect(withoutInsertions(text, edits)).toBe(splice(text, replaced));
      }),
      { numRuns: RUNS },
    );
  });

  it('is edited once, and can be restored', () => {
    fc.assert(
      fc.property(generated, ({ text }) => {
        const { edits, findings } = plan(text);
        const result = splice(text, edits);
        expect(findings.filter(({ rule }) => rule === 'wrangler/not-editable')).toEqual([]);
        expect(plan(result).edits).toEqual([]);
        expect(plan(result).findings.filter(({ level }) => level === 'error')).toEqual([]);
        expect(splice(result, invert(text, edits))).toBe(text);
      }),
      { numRuns: RUNS },
    );
  });

  it('keeps its line breaks, its byte order mark and its last line', () => {
    fc.assert(
      fc.property(generated, ({ text, feed }) => {
        const result = splice(text, plan(text).edits);
        const other = feed === '\r\n' ? /(?<!\r)\n/ : /\r/;
        expect(result).not.toMatch(other);
        expect(result.startsWith('\uFEFF')).toBe(text.startsWith('\uFEFF'));
        if (text.trim() !== '') expect(result.endsWith('\n')).toBe(text.endsWith('\n'));
      }),
      { numRuns: RUNS },
    );
  });

  it('has traces on according to Wrangler, and nothing else changed', () => {
    fc.assert(
      fc.property(generated, (config) => {
        const result = splice(config.text, plan(config.text).edits);
        for (const env of [undefined, ...config.environments]) {
          const before = readByWrangler(config, config.text, env);
          const after = readByWrangler(config, result, env);
          expect(after.observability?.traces?.enabled).toBe(true);
          expect({ ...after, ...changed }).toEqual({ ...before, ...changed });
          if (after.previews) expect(after.previews.observability?.traces?.enabled).toBe(true);
          expect(after.observability?.logs).toEqual(before.observability?.logs);
        }
      }),
      { numRuns: WRANGLER_RUNS },
    );
  });

  function readByWrangler(_config: GeneratedConfig, text: string, env: string | undefined) {
    const path = join(folder, `wrangler.${format}`);
    writeFileSync(path, text);
    return unstable_readConfig(
      { config: path, ...(env === undefined ? {} : { env }) },
      { hideWarnings: true },
    );
  }
});

/** The result of the edits without the insertions. */
function withoutInsertions(text: string, edits: readonly Edit[]): string {
  const result = splice(text, edits);
  const inserted = invert(text, edits).filter((edit) => edit.text === '');
  return splice(result, inserted);
}
