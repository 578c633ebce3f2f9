import fc from 'fast-check';
import type { Finding } from '../../src/core/findings.js';
import { LEVELS, RULE_IDS } from '../../src/core/rules.js';

/** A hostile name of a tool: control characters, markup, commands, lone surrogates. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '::error::x',
    ']]>',
    '</testcase>',
    '&amp;"\'<',
    '100%0A',
    'a\r\n::stop-commands::b',
    '\ud800',
  ),
);

const file = fc.array(fc.stringMatching(/^[^/\0]{1,8}$/), { minLength: 1, maxLength: 3 });

/** Any findings that `check` could return. */
export const findings: fc.Arbitrary<Finding[]> = fc.array(
  fc.record({
    rule: fc.constantFrom(...RULE_IDS),
    level: fc.constantFrom(...LEVELS),
    file: file.map((names) => names.join('/')),
    line: fc.integer({ min: 1, max: 100_000 }),
    message: text.map((words) => `x${words}`),
    fix: text.map((words) => `x${words}`),
  }),
  { maxLength: 6 },
);

export const ABOUT = { version: '1.2.3', page: (id: string) => `# ${id}\n\nWhat ${id} means.\n` };

export function finding(more: Partial<Finding> = {}): Finding {
  return {
    rule: 'langfuse/tool-untraced',
    level: 'error',
    file: 'src/index.ts',
    line: 7,
    message: 'The tool "add" is not traced.',
    fix: 'Run init.',
    ...more,
  };
}
