import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { git } from '../support/cli.js';
import { observe } from '../support/in-process.js';
import { INIT, jsonc, repository, text, worker } from './repository.js';

const project = (more: Record<string, string>, local: Record<string, string> = {}) => {
  const dir = repository({
    ...worker('.', { 'wrangler.jsonc': jsonc('calc') }),
    '.gitignore': '.dev.vars\n.env\n',
    ...more,
  });
  for (const [path, content] of Object.entries(local)) writeFileSync(join(dir, path), content);
  return dir;
};

describe('keys for local runs', () => {
  it('get an empty line in .dev.vars and its example', async () => {
    const dir = project({});
    const init = await observe(INIT, dir);
    expect(text(dir, '.dev.vars')).toContain('LANGFUSE_SECRET_KEY=""');
    expect(text(dir, '.dev.vars.example')).toContain('LANGFUSE_SECRET_KEY=');
    expect(init.stdout).toContain('Put your Langfuse keys into .dev.vars');
    expect(text(dir, 'observe.json')).not.toContain('".dev.vars"');
  });

  it('never print or lose the contents of a file with keys', async () => {
    const before = 'TOKEN=hidden-token';
    const dir = project({}, { '.dev.vars': before });
    const dry = await observe(['init', '--dry-run'], dir);
    const json = await observe(['init', '--dry-run', '--json'], dir);
    const init = await observe(INIT, dir);
    for (const { stdout, stderr } of [dry, json, init]) expect(stdout + stderr).not.toContain('hidden-token');
    expect(text(dir, '.dev.vars')).toMatch(/^TOKEN=hidden-token\n# .*\nLANGFUSE_PUBLIC_KEY=""/);
    const removed = await observe(['remove', '--yes'], dir);
    expect(removed.stdout).not.toContain('hidden-token');
    expect(text(dir, '.dev.vars')).toBe(before);
    expect(git(dir, 'status', '--porcelain')).toBe('');
  });

  it('from a person survive remove, and stay out of git', async () => {
    const dir = project({ '.gitignore': 'node_modules\n' });
    await observe(INIT, dir);
    expect(text(dir, '.gitignore')).toContain('.dev.vars*');
    writeFileSync(
      join(dir, '.dev.vars'),
      text(dir, '.dev.vars').replace('SECRET_KEY=""', 'SECRET_KEY="sk-lf-hidden"'),
    );
    const removed = await observe(['remove', '--yes'], dir);
    expect(removed.code).toBe(0);
    expect(removed.stdout).toContain('holds keys that you filled in');
    expect(removed.stdout).not.toContain('sk-lf-hidden');
    expect(text(dir, '.dev.vars')).toMatch(/^# .*\nLANGFUSE_SECRET_KEY="sk-lf-hidden"\n$/);
    expect(git(dir, 'status', '--porcelain', '--untracked-files=all').trim()).toBe('M .gitignore');
    expect(git(dir, 'check-ignore', '.dev.vars').trim()).toBe('.dev.vars');
  });

  it('go into the .env that a .dev.vars would disable', async () => {
    const dir = project({}, { '.env': 'A=1\n' });
    const init = await observe(INIT, dir);
    expect(existsSync(join(dir, '.dev.vars'))).toBe(false);
    expect(text(dir, '.env')).toContain('LANGFUSE_PUBLIC_KEY=""');
    expect(init.stdout).toContain('Put your Langfuse keys into .env');
    await observe(['remove', '--yes'], dir);
    expect(text(dir, '.env')).toBe('A=1\n');
  });

  it('are only reported if the .env is committed', async () => {
    const dir = project({ '.gitignore': '.dev.vars\n', '.env': 'A=1\n' });
    const init = await observe(INIT, dir);
    expect(init.stdout).toContain('secrets/local-file-committed');
    expect(existsSync(join(dir, '.dev.vars'))).toBe(false);
    expect(text(dir, '.env')).toBe('A=1\n');
  });
});

it('the project’s own example gets the keys for every user, and loses them again', async () => {
  const example = '# Copy me\nTOKEN=';
  const dir = project({ '.dev.vars.example': example });
  expect(await observe(INIT, dir)).toMatchObject({ code: 0 });
  expect(text(dir, '.dev.vars.example')).toContain(`${example}\nLANGFUSE_PUBLIC_KEY=`);
  rmSync(join(dir, '.dev.vars'));
  expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
  expect(await observe(['remove', '--yes'], dir)).toMatchObject({ code: 0 });
  expect(git(dir, 'status', '--porcelain')).toBe('');
});

it('a folder named .env, as in Python, is not a file with keys', async () => {
  const dir = project({});
  mkdirSync(join(dir, '.env/bin'), { recursive: true });
  expect(await observe(INIT, dir)).toMatchObject({ code: 0 });
  expect(text(dir, '.dev.vars')).toContain('LANGFUSE_SECRET_KEY=""');
});

describe('--local', () => {
  it('sends local runs to lm dashboard, prints the next step, and is undone', async () => {
    const dir = project({}, { '.dev.vars': 'A=1' });
    const init = await observe([...INIT, '--local'], dir);
    expect(text(dir, '.dev.vars')).toContain('LANGFUSE_BASE_URL="http://127.0.0.1:4319"');
    expect(init.stdout).toContain('npx lm dashboard');
    expect(init.stdout).toContain('To use Langfuse instead');
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
    expect((await observe([...INIT, '--local'], dir)).stdout).toContain('Nothing to do');
    await observe(['remove', '--yes'], dir);
    expect(text(dir, '.dev.vars')).toBe('A=1');
    expect(git(dir, 'status', '--porcelain')).toBe('');
  });

  it.each([
    ['', false],
    [', "ai": { "binding": "AI" }', true],
    [', "ai_search_namespaces": [{ "binding": "SEARCH", "namespace": "docs" }]', true],
    [', "r2_buckets": [{ "binding": "FILES", "bucket_name": "files" }]', false],
    [', "r2_buckets": [{ "binding": "FILES", "bucket_name": "files", "remote": true }]', true],
  ])('explains how to run without a Cloudflare login if Wrangler needs one: %s', async (more, isTold) => {
    const dir = repository({
      ...worker('.', { 'wrangler.jsonc': jsonc('calc', more) }),
      '.gitignore': '.dev.vars\n',
    });
    const { stdout } = await observe([...INIT, '--local'], dir);
    expect(stdout.includes('npx wrangler dev --local')).toBe(isTold);
  });

  it('works after an earlier init, and is removed with --no-local', async () => {
    const dir = project({});
    await observe(INIT, dir);
    const empty = text(dir, '.dev.vars');
    // Only the file with keys changes, and git ignores it, so other changes are allowed.
    await observe([...INIT, '--local'], dir);
    expect(text(dir, '.dev.vars')).toContain('LANGFUSE_SECRET_KEY="sk-lf-local"');
    await observe([...INIT, '--no-local'], dir);
    expect(text(dir, '.dev.vars')).toBe(empty);
  });
});

describe('keys where the Worker runs', () => {
  it('are set by these exact lines, in each environment, with the project’s package manager', async () => {
    const config = { 'wrangler.toml': 'name = "calc"\nmain = "src/index.ts"\n[env.staging]\nname = "s"\n' };
    const dir = repository({ ...worker('.', config), '.gitignore': '.dev.vars\n', 'bun.lock': '' });
    const { stdout } = await observe(INIT, dir);
    expect(
      stdout
        .split('\n')
        .filter((line) => line.includes('secret put'))
        .map((line) => line.trim()),
    ).toEqual([
      'bunx wrangler secret put LANGFUSE_PUBLIC_KEY --env=""',
      'bunx wrangler secret put LANGFUSE_SECRET_KEY --env=""',
      'bunx wrangler secret put LANGFUSE_PUBLIC_KEY --env=staging',
      'bunx wrangler secret put LANGFUSE_SECRET_KEY --env=staging',
    ]);
    expect(stdout.match(/--secrets-file/g)).toHaveLength(1);
  });
});
