import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { jsonc, repository, worker } from '../commands/repository.js';
import { INIT, observeHere } from './in-process.js';

/** A Worker with a set-up and one warning: a tool that only a person can trace. */
async function setUp(): Promise<string> {
  const source =
    "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nconst server = new McpServer({ name: 'c' });\nserver.tool('each', async function* () {});\n";
  const files = worker('.', { 'wrangler.jsonc': jsonc('calc') }, source);
  const dir = repository({ ...files, '.gitignore': '.dev.vars\n' });
  await observeHere(INIT[0], dir, ...INIT.slice(1));
  return dir;
}

/** Like a person: `rules` written into the record by hand. */
function setRules(dir: string, rules: unknown): void {
  const path = join(dir, 'observe.json');
  const record = JSON.parse(readFileSync(path, 'utf8'));
  record.settings.rules = rules;
  writeFileSync(path, JSON.stringify(record, null, 2));
}

const MANUAL = 'langfuse/tool-manual';

describe('exit codes', () => {
  it('errors fail, and warnings fail only above the limit', async () => {
    const dir = await setUp();
    const plain = await observeHere('check', dir);
    expect(plain).toMatchObject({ code: EXIT.ok });
    expect(plain.stdout).toMatch(/▲ No tool is traced yet: 1 left for manual tracing, 1 warning\./);
    expect(plain.stdout).not.toContain('✔');
    expect(await observeHere('check', dir, '--max-warnings', '1')).toMatchObject({ code: EXIT.ok });
    expect(await observeHere('check', dir, '--max-warnings', '0')).toMatchObject({ code: EXIT.findings });
    expect(await observeHere('check', dir, '--rule', `${MANUAL}=error`)).toMatchObject({
      code: EXIT.findings,
    });
  });

  it.each([
    [['--rule', 'langfuse/tool=off'], /no rule "langfuse\/tool"[\s\S]*langfuse\/tool-manual/],
    [['--rule', 'nothing'], /no rule "nothing"[\s\S]*wrangler\//],
    [['--rule', `${MANUAL}=loud`], /can't be set to "loud"[\s\S]*off, info, warning, error/],
    [['--max-warnings', '-1'], /whole number/],
    [['--fix', '--since', 'HEAD'], /Use only one of them/],
    [['--format', 'xml'], /format/],
    [['--format', 'sarif', '--format', 'junit'], /--format is given twice/],
  ])('%j could not run', async (args, words) => {
    const ended = await observeHere('check', await setUp(), ...args);
    expect(ended).toMatchObject({ code: EXIT.couldNotCheck, stdout: '' });
    expect(ended.stderr).toMatch(words);
  });

  it('--json prints JSON even with another format', async () => {
    const ended = await observeHere('check', await setUp(), '--json', '--format', 'sarif');
    expect(ended).toMatchObject({ code: EXIT.couldNotCheck });
    expect(JSON.parse(ended.stdout).error).toMatchObject({ code: 'usage' });
    expect(ended.stderr).toMatch(/both set the output format/);
  });
});

describe('levels', () => {
  it('come from the record, survive init, and are overridden by the command line', async () => {
    const dir = await setUp();
    setRules(dir, { [MANUAL]: 'off' });
    expect((await observeHere('check', dir, '--max-warnings', '0')).stdout).not.toContain(MANUAL);
    await observeHere(INIT[0], dir, ...INIT.slice(1), '--force', '--ci', 'github');
    expect(JSON.parse(readFileSync(join(dir, 'observe.json'), 'utf8')).settings.rules).toEqual({
      [MANUAL]: 'off',
    });
    const asked = await observeHere('check', dir, '--rule', `${MANUAL}=error`);
    expect(asked.stdout).toContain(`✖ src/index.ts:4`);
    expect(asked.code).toBe(EXIT.findings);
  });

  it.each([
    [{ 'langfuse/tool': 'off' }, /observe\.json:\d+ .*no rule "langfuse\/tool"/],
    [{ [MANUAL]: 2 }, /observe\.json:\d+ .*can't be set to 2/],
    [[MANUAL], /no rule "0"/],
    ['off', /must be an object/],
  ])('%j in the record is refused with file and line', async (rules, words) => {
    const dir = await setUp();
    setRules(dir, rules);
    const ended = await observeHere('check', dir);
    expect(ended.stderr).toMatch(words);
    expect(ended.code).toBe(EXIT.couldNotCheck);
    // Such a record must not prevent a removal.
    expect(await observeHere('remove', dir, '--yes')).toMatchObject({ code: EXIT.ok });
  });

  it('prevent check --fix in files for which a rule is off', async () => {
    const files = worker('.', { 'wrangler.jsonc': jsonc('calc') });
    const dir = repository({ ...files, '.gitignore': '.dev.vars\n' });
    const rules = ['langfuse/tool-untraced', 'langfuse/server-unobserved', 'wrangler/traces-missing'];
    const off = rules.flatMap((rule) => ['--rule', `${rule}=off`]);
    expect(await observeHere('check', dir, '--fix', ...off)).toMatchObject({ code: EXIT.ok });
    for (const path of ['src/index.ts', 'wrangler.jsonc'])
      expect(readFileSync(join(dir, path), 'utf8')).toBe(files[path]);
  });
});
