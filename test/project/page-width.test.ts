import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Disk } from '../../src/project/disk.js';
import { pageWidth } from '../../src/project/formatter/page-width.js';
import { folderWith } from '../support/folder.js';

const EDITOR =
  'root = true\n[*]\nindent_size = 4\n[*.{ts,tsx}]\nmax_line_length = 90\n[*.md]\nmax_line_length = 200\n';

describe('the width that a project configures', () => {
  it.each<[string, Record<string, string>, { line: number; tab: number } | undefined]>([
    ['nothing', {}, undefined],
    ['.editorconfig', { '.editorconfig': EDITOR }, { line: 90, tab: 4 }],
    ['of another kind of file', { '.editorconfig': EDITOR.replaceAll('ts', 'rs') }, undefined],
    [
      'Biome',
      { 'biome.jsonc': '{ // wide\n "formatter": { "lineWidth": 110, "indentWidth": 4, }, }' },
      { line: 110, tab: 4 },
    ],
    [
      'Biome, for JavaScript',
      { 'biome.json': '{"formatter":{"lineWidth":110},"javascript":{"formatter":{"lineWidth":72}}}' },
      { line: 72, tab: 2 },
    ],
    ['Biome, nothing', { 'biome.json': '{}' }, { line: 80, tab: 2 }],
    [
      'Prettier in JSON',
      { '.prettierrc': '{"overrides":[{"files":"*.md","options":{"printWidth":40}}]}' },
      { line: 80, tab: 2 },
    ],
    ['Prettier in YAML', { '.prettierrc.yaml': 'printWidth: 96\ntabWidth: 8\n' }, { line: 96, tab: 8 }],
    [
      'Prettier in a module',
      { 'prettier.config.mjs': 'export default {\n  printWidth: 70,\n};\n' },
      { line: 70, tab: 2 },
    ],
    ['Prettier in package.json', { 'package.json': '{"prettier":{"printWidth":99}}' }, { line: 99, tab: 2 }],
    [
      'Prettier as a dependency',
      { 'package.json': '{"devDependencies":{"prettier":"^3.0.0"}}' },
      { line: 80, tab: 2 },
    ],
    ['Prettier with .editorconfig', { '.prettierrc': '{}', '.editorconfig': EDITOR }, { line: 90, tab: 4 }],
    ['dprint', { 'dprint.json': '{"lineWidth":100,"typescript":{}}' }, { line: 100, tab: 4 }],
    [
      'the nearest',
      { '.prettierrc': '{"printWidth":60}', 'app/.prettierrc': '{"printWidth":61}' },
      { line: 61, tab: 2 },
    ],
  ])('%s', (_, files, expected) => {
    const root = folderWith(files);
    expect(pageWidth(join(root, 'app/src/index.ts'), root, new Disk())).toEqual(expected);
  });
});
