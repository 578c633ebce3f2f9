import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { expect, it } from 'vitest';
import type { Compiler } from '../../src/tools/syntax/compiler.js';
import { root } from '../harness/root.js';

const { compilerSubset } = (await import(join(root, 'scripts/compiler-subset.mjs'))) as {
  compilerSubset(file: string, sources: string): string;
};
const ofTsMorph = createRequire(createRequire(import.meta.url).resolve('ts-morph'));
const file = ofTsMorph.resolve('@ts-morph/common/dist/typescript.js');
const whole = ofTsMorph(file) as Compiler;

const { code } = transformSync(compilerSubset(file, join(root, 'src')), { format: 'cjs' });
const made = { exports: {} as Compiler };
new Function('module', 'exports', 'require', code)(made, made.exports, createRequire(import.meta.url));
const part = made.exports;

/** The data that the program reads from a text: every node with its place and comments, and every error. */
function read(ts: Compiler, path: string, text: string): string {
  const { ParseAll } = ts.JSDocParsingMode;
  const tree = ts.createSourceFile(path, text, { languageVersion: 99, jsDocParsingMode: ParseAll }, true);
  const nodes: unknown[] = [];
  const visit = (node: Parameters<typeof ts.forEachChild>[0]): void => {
    const tags = ts.getJSDocTags(node).map((tag) => [tag.tagName.text, tag.comment]);
    nodes.push([node.kind, node.getStart(tree), node.end, node.flags, node.getText(tree).length, tags]);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const { parseDiagnostics } = tree as unknown as {
    parseDiagnostics: { start: number; messageText: string }[];
  };
  const faults = parseDiagnostics.map((one) => [
    one.start,
    ts.flattenDiagnosticMessageText(one.messageText, ' '),
  ]);
  return JSON.stringify([nodes, faults]);
}

const TEXTS = [
  ...['src/rewrite/trace-tools.ts', 'packages/loom/app/charts/curve.tsx', 'scripts/build.mjs'].map(
    (path) => [path, readFileSync(join(root, path), 'utf8')] as const,
  ),
  [
    'a.ts',
    '@sealed class A<in out T> { accessor #x = 1n; static { using y = f(); } get [`k`]() { return /\\p{L}/v } }',
  ],
  [
    'a.ts',
    '/** @param {string} a what\n * @returns {number} */ export abstract class B { declare readonly a?: unique symbol }',
  ],
  [
    'a.d.ts',
    'declare module "m" { export = x; namespace N { const enum E { A = 1 << 2 } } } type F = { [K in `on-x`]?: K };',
  ],
  ['a.tsx', 'const a = <T,>(x: T) => <A.B {...x} c:d="&amp;">{/* none */}text<></></A.B>;'],
  ['a.js', 'label: for await (const x of y) { if (a?.b?.[0] ??= 1) continue label; else throw new.target }'],
  ['a.json', '{ "a": [1, -2, null], }'],
] as const;

/** Words that break a text in any place. */
const BREAKERS = [
  '}',
  '(',
  '`',
  '"',
  '<',
  'enum',
  '@',
  '\\u{1',
  '/[',
  '0x',
  'yield',
  '=> {',
  '...',
  '*/',
  '#!',
];

it('reads the same as the full compiler, for valid and broken texts', () => {
  expect(Object.keys(part).length).toBeGreaterThan(50);
  for (const [path, text] of TEXTS) {
    expect(read(part, path, text), path).toBe(read(whole, path, text));
    for (const [index, word] of BREAKERS.entries()) {
      const at = Math.floor((text.length * (index + 1)) / (BREAKERS.length + 1));
      const broken = `${text.slice(0, at)} ${word} ${text.slice(at)}`;
      expect(read(part, path, broken), `${path} with ${word} at ${at}`).toBe(read(whole, path, broken));
    }
  }
});
