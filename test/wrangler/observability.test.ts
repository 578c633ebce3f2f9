import { describe, expect, it } from 'vitest';
import { splice } from '../../src/core/edits.js';
import { UsageError } from '../../src/core/errors.js';
import { editsFor } from '../../src/wrangler/apply-changes.js';
import { parseConfig } from '../../src/wrangler/document.js';
import { formatNamed } from '../../src/wrangler/formats.js';
import type { ObservabilityIntent } from '../../src/wrangler/observability-intent.js';
import { planObservability } from '../../src/wrangler/plan-observability.js';

function plan(text: string, intent: ObservabilityIntent = {}, format: string = 'jsonc') {
  const { edits, findings } = planObservability(
    parseConfig({ path: `wrangler.${format}`, format, text }),
    intent,
  );
  const result = splice(text, edits);
  return { result, rules: findings.map(({ rule }) => rule), findings };
}

describe('the sampling rate', () => {
  it.each([-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY])('must be from 0 to 1, not %s', (sampling) => {
    expect(() => plan('{}', { sampling })).toThrow(UsageError);
  });

  it.each([0, 0.001, 1e-7, 1])('can be %s in both formats', (sampling) => {
    const inJson = parseConfig({ path: '', format: 'jsonc', text: plan('{}', { sampling }).result });
    const inToml = parseConfig({ path: '', format: 'toml', text: plan('', { sampling }, 'toml').result });
    expect(inJson.value).toEqual({
      observability: { enabled: true, traces: { enabled: true, head_sampling_rate: sampling } },
    });
    expect(inToml.value).toEqual(inJson.value);
  });

  it('is added to traces without one, only on request', () => {
    const text = '{ "observability": { "traces": { "enabled": true } } }';
    expect(plan(text)).toMatchObject({ result: text, rules: ['wrangler/sampling-unset'] });
    expect(plan(text, { sampling: 0.2 }).result).toBe(text);
    expect(plan(text, { sampling: 0.2, samplingAsked: true }).result).toBe(
      '{ "observability": { "traces": { "enabled": true, "head_sampling_rate": 0.2 } } }',
    );
  });

  it('in the config stays unchanged, and is reported', () => {
    const text = '{ "observability": { "traces": { "enabled": true, "head_sampling_rate": 0.5 } } }';
    const asked = { sampling: 0.2, samplingAsked: true };
    expect(plan(text, asked)).toMatchObject({ result: text, rules: ['wrangler/sampling-kept'] });
    expect(plan(text, { sampling: 0.2 }).rules).toEqual([]);
    expect(plan(text, { sampling: 0.5, samplingAsked: true }).rules).toEqual([]);
  });

  it('of 0 records nothing, and is reported', () => {
    const text = '{ "observability": { "traces": { "enabled": true, "head_sampling_rate": 0 } } }';
    expect(plan(text)).toMatchObject({ result: text, rules: ['wrangler/sampling-zero'] });
  });
});

describe('an explicit false', () => {
  const text = '{ "observability": { "enabled": false, "traces": { "enabled": false } } }';

  it('becomes true, and is reported', () => {
    const { result, findings } = plan(text);
    expect(result).toBe(
      '{ "observability": { "enabled": true, "traces": { "enabled": true, "head_sampling_rate": 0.1 } } }',
    );
    expect(findings.map(({ rule, level }) => `${level} ${rule}`)).toEqual([
      'error wrangler/traces-disabled',
      'error wrangler/observability-disabled',
    ]);
  });

  it('stays on request, and is reported', () => {
    const { result, rules } = plan(text, { keepDisabled: true });
    expect(result).toBe(text);
    expect(rules).toEqual(['wrangler/traces-disabled', 'wrangler/observability-disabled']);
  });
});

it('adds redact_query_string next to traces that are on, and keeps an explicit false', () => {
  const on = (more: string) =>
    `{ "observability": { "traces": { "enabled": true, "head_sampling_rate": 1 }${more} } }`;
  expect(plan(on(''), { redactQueryString: true }).result).toBe(on(', "redact_query_string": true'));
  const off = on(', "redact_query_string": false');
  expect(plan(off, { redactQueryString: true }).result).toBe(off);
});

it('has no error after the edits, except those that no rule can fix', () => {
  const text =
    '{ "observability": { "enabled": true }, "env": { "eu": { "observability": { "enabled": false } } } }';
  const before = plan(text);
  expect(before.findings.map(({ resolution }) => resolution)).toEqual(before.rules.map(() => 'planned'));
  expect(plan(before.result).rules).toEqual([]);
});

describe('a config without a place for a change', () => {
  const source = { path: 'wrangler.toml', format: 'toml', text: 'name = "a"\nname_of = 1\n' } as const;

  it('gets no edits', () => {
    const document = parseConfig(source);
    const impossible = { kind: 'add', path: ['name', 'enabled'], value: true } as const;
    expect(editsFor(document, [impossible])).toBeUndefined();
    expect(editsFor(document, [{ kind: 'append', path: ['name'], values: ['x'] }])).toBeUndefined();
    expect(editsFor(document, [{ kind: 'add', path: ['name'], value: 'b' }])).toBeUndefined();
    expect(editsFor(document, [{ kind: 'set', path: ['missing'], value: true }])).toBeUndefined();
  });

  it('gets a snippet with the same settings to paste', () => {
    const changes = [
      { kind: 'add', path: ['env', 'a.b', 'observability', 'traces'], value: { enabled: true } },
      { kind: 'set', path: ['observability', 'enabled'], value: true },
    ] as const;
    const meant = {
      env: { 'a.b': { observability: { traces: { enabled: true } } } },
      observability: { enabled: true },
    };
    const toml = formatNamed('toml').snippet(changes);
    const json = `{${formatNamed('jsonc').snippet(changes)}}`;
    expect(parseConfig({ path: '', format: 'toml', text: toml }).value).toEqual(meant);
    expect(parseConfig({ path: '', format: 'jsonc', text: json }).value).toEqual(meant);
  });
});
