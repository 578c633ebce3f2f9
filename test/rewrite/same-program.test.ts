import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, type Options } from 'prettier';
import { describe, expect, it } from 'vitest';
import { hasSameCode, isSameProgram } from '../../src/rewrite/same-program.js';
import { root } from '../harness/root.js';

const LAYOUTS: readonly Options[] = [
  {},
  { printWidth: 60, useTabs: true, semi: false },
  { printWidth: 130, arrowParens: 'avoid', singleQuote: true, trailingComma: 'none' },
];

/** The code that `init` writes into the fixtures. It includes every shape. */
const written = readdirSync(join(root, 'fixtures/tools'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\bexpected\b.*\.[cm]?[jt]sx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, 'fixtures/tools', path), 'utf8') }))
  .filter(({ text }) => text.includes('@create-something/observability'));

it('there are many files', () => {
  expect(written.length).toBeGreaterThan(50);
});

it.each(written)('our code in $path is found after a formatter', async ({ path, text }) => {
  for (const options of LAYOUTS) {
    const formatted = await format(text, { ...options, filepath: path });
    expect(isSameProgram(path, text, formatted), JSON.stringify(options)).toBe(true);
  }
});

describe('isSameProgram', () => {
  const end = `const x = { a, b: \`there \${b} here\` };\n`;
  const text = `import { a } from "a";\nimport { b } from "b";\n${end}`;

  it.each([
    ['an order of imports', `import { b } from "b";\nimport { a } from "a";\n${end}`, true],
    ['quotes and commas', text.replaceAll('"', "'").replace(' };', ', };'), true],
    ['another name', text.replace('const x', 'const y'), false],
    ['another literal', text.replace('there', 'where'), false],
    ['a text that does not parse', 'const = ;', false],
  ])('tells %s', (_name, other, isSame) => {
    expect(isSameProgram('a.ts', text, other)).toBe(isSame);
    expect(hasSameCode('a.ts', text, other)).toBe(isSame);
  });
});
