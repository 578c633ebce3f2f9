import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigSyntaxError, NoConfigError, UsageError } from '../../src/core/errors.js';
import { findNewStyleConfig } from '../../src/project/config-new-style.js';
import { Disk } from '../../src/project/disk.js';
import { findConfig } from '../../src/project/find-config.js';
import { folderWith } from '../support/folder.js';

const rules = (dir: string, options = {}) =>
  findConfig(dir, new Disk(), options)?.notes.map(({ rule }) => rule);

describe('the config of a folder', () => {
  it('is found upward', () => {
    const dir = folderWith({ 'wrangler.toml': 'name = "a"', 'src/tools/x.ts': '' });
    expect(findConfig(join(dir, 'src/tools'), new Disk())).toMatchObject({
      path: join(dir, 'wrangler.toml'),
      format: 'toml',
      text: 'name = "a"',
      kind: 'file',
      notes: [],
    });
  });

  it('is chosen by name before distance, with a note', () => {
    const dir = folderWith({ 'wrangler.json': '{}', 'apps/mcp/wrangler.toml': '' });
    const found = findConfig(join(dir, 'apps/mcp'), new Disk());
    expect(found?.path).toBe(join(dir, 'wrangler.json'));
    expect(found?.notes).toMatchObject([
      { rule: 'wrangler/config-shadowed', file: join(dir, 'apps/mcp/wrangler.toml') },
    ]);
  });

  it('is the .jsonc if a folder has two', () => {
    const dir = folderWith({ 'wrangler.jsonc': '{}', 'wrangler.toml': '' });
    expect(findConfig(dir, new Disk())).toMatchObject({ format: 'jsonc', path: join(dir, 'wrangler.jsonc') });
    expect(rules(dir)).toEqual(['wrangler/config-shadowed']);
  });

  it('is the named file, relative to the given folder', () => {
    const dir = folderWith({ 'wrangler.jsonc': '{}', 'conf/wrangler.canary.toml': 'name = "c"' });
    expect(findConfig(dir, new Disk(), { config: 'conf/wrangler.canary.toml' })).toMatchObject({
      format: 'toml',
      text: 'name = "c"',
    });
    expect(() => findConfig(dir, new Disk(), { config: 'nowhere.toml' })).toThrow(NoConfigError);
    expect(() => findConfig(folderWith({ 'a.yaml': '' }), new Disk(), { config: 'a.yaml' })).toThrow(
      UsageError,
    );
  });

  it('is undefined if no file exists', () => {
    expect(findConfig(folderWith({ 'package.json': '{}' }), new Disk())).toBeUndefined();
  });

  it('keeps its byte order mark, and is refused when it is not UTF-8', () => {
    expect(findConfig(folderWith({ 'wrangler.toml': '\uFEFFname = "a"' }), new Disk())?.text).toBe(
      '\uFEFFname = "a"',
    );
    const utf16 = folderWith({ 'wrangler.json': Buffer.from('\uFEFF{}', 'utf16le') });
    expect(() => findConfig(utf16, new Disk())).toThrow(ConfigSyntaxError);
    const latin1 = folderWith({ 'wrangler.toml': Buffer.from('name = "\xe9"', 'latin1') });
    expect(() => findConfig(latin1, new Disk())).toThrow(ConfigSyntaxError);
  });

  it('is not a folder with that name', () => {
    const dir = folderWith({ 'wrangler.json/readme.md': '', 'wrangler.toml': '' });
    expect(findConfig(dir, new Disk())?.format).toBe('toml');
  });
});

describe('a redirected deploy', () => {
  const built = { 'dist/wrangler.json': '{ "name": "built" }' };

  it('is the user’s config, not the redirected one', () => {
    const pointer = JSON.stringify({ configPath: '../../dist/wrangler.json' });
    const dir = folderWith({ ...built, 'wrangler.jsonc': '{}', '.wrangler/deploy/config.json': pointer });
    const found = findConfig(dir, new Disk());
    expect(found?.path).toBe(join(dir, 'wrangler.jsonc'));
    expect(found?.notes).toMatchObject([{ rule: 'wrangler/redirected', level: 'info' }]);
    expect(found?.notes[0]?.message).toContain(join('dist', 'wrangler.json'));
  });

  it.each(['{ "configPath": "../../gone.json" }', '{}', 'not json'])(
    'is reported if its target is missing: %s',
    (text) => {
      const dir = folderWith({ 'wrangler.jsonc': '{}', '.wrangler/deploy/config.json': text });
      expect(rules(dir)).toEqual(['wrangler/redirect-broken']);
    },
  );

  it('is reported in another folder than that of the config', () => {
    const pointer = JSON.stringify({ configPath: '../../../dist/wrangler.json' });
    const dir = folderWith({ ...built, 'wrangler.jsonc': '{}', 'app/.wrangler/deploy/config.json': pointer });
    expect(rules(join(dir, 'app'))).toEqual(['wrangler/redirect-elsewhere']);
  });
});

describe('a committed template', () => {
  it.each(['wrangler.jsonc.example', 'wrangler.example.jsonc'])('%s is used without a config', (name) => {
    const dir = folderWith({ [name]: '{ "name": "a" }' });
    expect(findConfig(dir, new Disk())).toMatchObject({
      path: join(dir, name),
      format: 'jsonc',
      kind: 'example',
    });
    expect(rules(dir)).toEqual(['wrangler/config-example']);
  });

  it('is edited too, only if git ignores the config', () => {
    const files = { 'wrangler.toml': 'name = "mine"', 'wrangler.toml.example': 'name = "yours"' };
    const ignoring = folderWith({ ...files, '.gitignore': 'wrangler.toml\n' });
    const committing = folderWith(files);
    for (const dir of [ignoring, committing]) execFileSync('git', ['init', '--quiet'], { cwd: dir });
    expect(findConfig(ignoring, new Disk())).toMatchObject({
      text: 'name = "mine"',
      example: { path: join(ignoring, 'wrangler.toml.example'), text: 'name = "yours"' },
    });
    expect(findConfig(committing, new Disk())?.example).toBeUndefined();
  });
});

describe('cloudflare.config.ts', () => {
  it('is found upward, with the lines to add', () => {
    const dir = folderWith({ 'cloudflare.config.ts': '', 'src/index.ts': '' });
    expect(findConfig(dir, new Disk())).toBeUndefined();
    const found = findNewStyleConfig(join(dir, 'src'), new Disk());
    expect(found?.path).toBe(join(dir, 'cloudflare.config.ts'));
    expect(found?.finding?.fix).toContain('headSamplingRate: 0.1');
  });

  it('with the block has no finding', () => {
    const config =
      'export default { worker: { observability: { enabled: true, traces: { enabled: true } } } };';
    const dir = folderWith({ 'cloudflare.config.ts': config, 'wrangler.jsonc': '{}' });
    expect(findNewStyleConfig(dir, new Disk())).toEqual({
      path: join(dir, 'cloudflare.config.ts'),
      finding: undefined,
    });
    expect(rules(dir)).toEqual([]);
  });

  it('next to an ordinary config is a note', () => {
    const dir = folderWith({ 'cloudflare.config.ts': '', 'wrangler.jsonc': '{}' });
    expect(rules(dir)).toEqual(['wrangler/new-style-config']);
  });

  it('is undefined if no file exists', () => {
    expect(findNewStyleConfig(folderWith({}), new Disk())).toBeUndefined();
  });
});
