import { describe, expect, it } from 'vitest';
import { invert, splice } from '../../src/core/edits.js';
import { compatibilityFindings, planNodejsCompat } from '../../src/wrangler/compatibility.js';
import { parseConfig } from '../../src/wrangler/document.js';
import { planConfig } from '../../src/wrangler/plan-config.js';
import { spanVolumeNote } from '../../src/wrangler/span-volume.js';

const read = (config: object) =>
  parseConfig({ path: 'wrangler.jsonc', format: 'jsonc', text: JSON.stringify(config, null, 2) });
const rules = (config: object) => compatibilityFindings(read(config)).map(({ rule }) => rule);
const dated = (date: string, ...flags: string[]) => ({
  compatibility_date: date,
  compatibility_flags: flags,
});

describe('features that the compatibility date disables', () => {
  it.each<[string, object, string[]]>([
    ['an old date', dated('2025-03-31'), ['wrangler/nodejs-compat-off']],
    ['no flag', dated('2025-04-01'), ['wrangler/nodejs-compat-off']],
    [
      'a flag from before process.env was filled',
      dated('2025-03-31', 'nodejs_compat'),
      ['wrangler/process-env-empty'],
    ],
    ['the flag', dated('2025-04-01', 'nodejs_compat'), []],
    [
      'a flag that fills process.env',
      dated('2025-01-01', 'nodejs_compat', 'nodejs_compat_populate_process_env'),
      [],
    ],
    ['the date before it was the default', dated('2026-08-03'), ['wrangler/nodejs-compat-off']],
    ['the date of the default', dated('2026-08-04'), []],
    ['the default turned off', dated('2026-11-01', 'no_nodejs_compat'), ['wrangler/nodejs-compat-off']],
    ['keys hidden', dated('2026-11-01', 'disallow_importable_env'), ['wrangler/env-not-importable']],
    ['no date', {}, []],
  ])('%s', (_, config, expected) => {
    expect(rules(config)).toEqual(expected);
  });

  it('are checked for each environment, and reported once', () => {
    const config = {
      ...dated('2025-06-01', 'nodejs_compat'),
      env: {
        old: { compatibility_date: '2024-01-01' },
        bare: { compatibility_flags: [] },
        same: {},
        older: { compatibility_date: '2024-01-01' },
      },
    };
    const findings = compatibilityFindings(read(config));
    expect(findings.map(({ rule, line }) => [rule, line])).toEqual([
      ['wrangler/process-env-empty', 8],
      ['wrangler/nodejs-compat-off', 10],
    ]);
    expect(findings.every(({ level }) => level === 'info')).toBe(true);
  });
});

describe('nodejs_compat, on request', () => {
  const plan = (text: string, format: string) => planNodejsCompat(parseConfig({ path: 'w', format, text }));

  it.each<[string, string, string]>([
    [
      'jsonc',
      '{\n  "compatibility_date": "2025-01-01"\n}\n',
      '{\n  "compatibility_date": "2025-01-01",\n  "compatibility_flags": ["nodejs_compat"]\n}\n',
    ],
    [
      'jsonc',
      '{ "compatibility_date": "2025-01-01", "compatibility_flags": ["x"] }',
      '{ "compatibility_date": "2025-01-01", "compatibility_flags": ["x", "nodejs_compat"] }',
    ],
    [
      'toml',
      'compatibility_date = "2025-01-01" # old\n\n[vars]\nA = 1\n',
      'compatibility_date = "2025-01-01" # old\ncompatibility_flags = ["nodejs_compat"]\n\n[vars]\nA = 1\n',
    ],
  ])('is added to %s', (format, text, result) => {
    const { edits } = plan(text, format);
    expect(splice(text, edits)).toBe(result);
    expect(splice(result, invert(text, edits))).toBe(text);
    expect(plan(result, format).edits).toEqual([]);
  });

  it('is not added if it is the default', () => {
    expect(plan('{ "compatibility_date": "2026-08-04" }', 'jsonc').edits).toEqual([]);
  });
});

describe('the cost of a call', () => {
  it('includes the spans of a McpAgent and the configured rate', () => {
    const traced = { observability: { traces: { enabled: true, head_sampling_rate: 0.25 } } };
    const note = spanVolumeNote(read(traced), 'McpAgent', 0.1);
    expect(note).toMatchObject({ level: 'info', line: 5 });
    expect(note.message).toContain('24 to 27 spans');
    expect(note.message).toContain('25 %');
  });

  it('uses every request if traces have no rate, and the planned rate without traces', () => {
    const unset = { observability: { traces: { enabled: true } } };
    expect(spanVolumeNote(read(unset), 'stateless', 0.1).message).toContain('100 %');
    expect(spanVolumeNote(read({}), 'stateless', 0.07).message).toContain('7 %');
  });
});

it('has all findings of a config with their lines', () => {
  const text = `{
  "compatibility_date": "2024-01-01",
  "vars": { "LANGFUSE_SECRET_KEY": "sk-lf-hidden" },
  "secrets": { "required": ["A"] },
  "observability": { "enabled": true }
}`;
  const wanted = { observability: true, secrets: true, nodejsCompat: false };
  const source = { path: 'wrangler.jsonc', format: 'jsonc', text } as const;
  const { edits, findings } = planConfig(parseConfig(source), wanted);
  expect(findings.map(({ line, rule }) => `${line} ${rule}`)).toEqual([
    '2 wrangler/nodejs-compat-off',
    '3 wrangler/secret-in-vars',
    '4 wrangler/required-secrets',
    '5 wrangler/traces-missing',
  ]);
  const after = planConfig(parseConfig({ ...source, text: splice(text, edits) }), wanted);
  expect(after.edits).toEqual([]);
  expect(after.findings.map(({ rule }) => rule)).toEqual([
    'wrangler/nodejs-compat-off',
    'wrangler/secret-in-vars',
  ]);
});

it.each(['jsonc', 'toml'] as const)('adds flags, secrets and traces to one %s at once', (format) => {
  const text =
    format === 'toml'
      ? 'name = "a"\ncompatibility_date = "2025-05-01"\nsecrets = { required = ["A"] }\n'
      : '{ "name": "a", "compatibility_date": "2025-05-01", "secrets": { "required": ["A"] } }';
  const wanted = { observability: true, secrets: true, nodejsCompat: true };
  const source = { path: `wrangler.${format}`, format, text };
  const result = { ...source, text: splice(text, planConfig(parseConfig(source), wanted).edits) };
  expect(parseConfig(result).value).toEqual({
    name: 'a',
    compatibility_date: '2025-05-01',
    compatibility_flags: ['nodejs_compat'],
    secrets: { required: ['A', 'LANGFUSE_PUBLIC_KEY', 'LANGFUSE_SECRET_KEY'] },
    observability: { enabled: true, traces: { enabled: true, head_sampling_rate: 0.1 } },
  });
  expect(planConfig(parseConfig(result), wanted)).toEqual({ edits: [], findings: [] });
});
