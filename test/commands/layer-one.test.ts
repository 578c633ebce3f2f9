import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { hashFiles } from '../harness/files.js';
import { git } from '../support/cli.js';
import { observe } from '../support/in-process.js';
import { INIT, installWrangler, jsonc, repository, text, worker } from './repository.js';

const IGNORE = { '.gitignore': 'node_modules\n.dev.vars\n.env*\nwrangler.jsonc.local\n' };
const single = (config: string, more: Record<string, string> = {}) =>
  repository({ ...worker('.', { 'wrangler.jsonc': config }), ...IGNORE, ...more });

describe('disabled traces', () => {
  const OFF = jsonc('calc', ',\n  "observability": { "traces": { "enabled": false } }');

  it('are enabled on request, and init reports it', async () => {
    const dir = single(OFF);
    const init = await observe([...INIT, '--no-keep-disabled'], dir);
    expect(init.stdout).toMatch(/wrangler\.jsonc:5 .*turned off by hand.*wrangler\/traces-disabled/);
    expect(init.stdout).toContain('--keep-disabled');
    expect(text(dir, 'wrangler.jsonc')).toContain('"enabled": true');
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
    expect(await observe(['remove', '--yes'], dir)).toMatchObject({ code: 0 });
    expect(git(dir, 'status', '--porcelain')).toBe('');
  });

  it('stay off with --yes, like Enter, and init explains how to enable them', async () => {
    const dir = single(OFF);
    const init = await observe(INIT, dir);
    expect(init.stdout).toMatch(/wrangler\/traces-disabled\n.*--no-keep-disabled/);
    expect(text(dir, 'wrangler.jsonc')).toBe(OFF);
    expect(text(dir, 'observe.json')).toContain('keepDisabled');
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
  });

  it('stay off on request, are recorded, and can be enabled later', async () => {
    const dir = single(OFF);
    expect((await observe([...INIT, '--keep-disabled'], dir)).stdout).toContain('It stays off, as you chose');
    expect(text(dir, 'wrangler.jsonc')).toBe(OFF);
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
    await observe([...INIT, '--no-keep-disabled', '--force'], dir);
    expect(text(dir, 'wrangler.jsonc')).toContain('"enabled": true');
  });

  it('are not enabled by check --fix', async () => {
    const dir = single(OFF);
    expect(await observe(['check', '--fix'], dir)).toMatchObject({ code: EXIT.findings });
    expect(text(dir, 'wrangler.jsonc')).toBe(OFF);
    expect(text(dir, 'observe.json')).not.toContain('keepDisabled');
    expect((await observe(['check'], dir)).stdout).toContain('wrangler/traces-disabled');
    // A decision alone is recorded too.
    await observe([...INIT, '--keep-disabled', '--force'], dir);
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
  });
});

describe('sampling and redaction', () => {
  const UNSET = jsonc('calc', ',\n  "observability": { "traces": { "enabled": true } }');

  it('adds a rate only on request', async () => {
    const dir = single(UNSET);
    await observe(INIT, dir);
    expect(text(dir, 'wrangler.jsonc')).toBe(UNSET);
    await observe([...INIT, '--sampling', '0.2', '--force'], dir);
    expect(text(dir, 'wrangler.jsonc')).toContain('"head_sampling_rate": 0.2');
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
  });

  it('redacts on request, if Wrangler can', async () => {
    const dir = single(jsonc('calc'));
    await observe([...INIT, '--redact-query-string'], dir);
    expect(text(dir, 'wrangler.jsonc')).toContain('"redact_query_string": true');
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
    await observe(['remove', '--yes'], dir);
    expect(git(dir, 'status', '--porcelain')).toBe('');
  });

  it('reports that the project’s Wrangler is too old for it', async () => {
    const dir = single(jsonc('calc'));
    installWrangler(dir);
    const init = await observe([...INIT, '--redact-query-string'], dir);
    expect(init.stdout).toContain('wrangler/redaction-unknown');
    expect(text(dir, 'wrangler.jsonc')).not.toContain('redact_query_string');
  });

  it('reports the cost of an McpAgent, once', async () => {
    const agent = `import { McpAgent } from 'agents/mcp';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
export class Calc extends McpAgent {
  server = new McpServer({ name: 'calc', version: '1.0.0' });
  async init() { this.server.tool('add', async () => ({ content: [] })); }
}
`;
    const dir = repository({ ...worker('.', { 'wrangler.jsonc': jsonc('calc') }, agent), ...IGNORE });
    expect((await observe(INIT, dir)).stdout).toMatch(/24 to 27 spans.*10 %/);
    expect((await observe(['check'], dir)).stdout).not.toContain('span-volume');
    expect((await observe([...INIT, '--force'], dir)).stdout).not.toContain('span-volume');
  });
});

describe('the project’s own Wrangler', () => {
  it('reads the result, environment by environment', async () => {
    const dir = single(
      jsonc('calc', ',\n  "env": { "production": { "observability": { "enabled": true } } }'),
    );
    installWrangler(dir);
    const init = await observe(INIT, dir);
    expect(init).toMatchObject({ code: 0 });
    expect(init.stdout).toContain('Wrangler 4.86.0 reads traces on in 2 of 2 environments');
  });

  it('reports a config that it refused before', async () => {
    const dir = single(jsonc('calc', ',\n  "workers_dev": "perhaps"'));
    installWrangler(dir);
    const init = await observe(INIT, dir);
    expect(init).toMatchObject({ code: 0 });
    expect(init.stdout).toContain('wrangler/invalid-before');
  });

  it('has every byte put back when it reads something else than was meant', async () => {
    const dir = single(jsonc('calc'));
    const code = `exports.unstable_readConfig = ({ config }) => {
      const text = require('node:fs').readFileSync(config, 'utf8');
      return { name: text.includes('traces') ? 'other' : 'calc', observability: { traces: { enabled: true } } };
    };`;
    installWrangler(dir, { code });
    const before = await hashFiles(dir);
    const init = await observe(INIT, dir);
    expect(init.stderr).toMatch(/wrangler\.jsonc - The change touched name.*restored/);
    expect(init.code).toBe(EXIT.bug);
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('is not run if no config changes', async () => {
    const dir = single(jsonc('calc', ',\n  "observability": { "traces": { "enabled": true } }'));
    installWrangler(dir, {
      code: `require('node:fs').writeFileSync(${JSON.stringify(join(dir, 'asked'))}, '');`,
    });
    expect(await observe(INIT, dir)).toMatchObject({ code: 0 });
    expect(existsSync(join(dir, 'asked'))).toBe(false);
  });
});

describe('other kinds of configs', () => {
  it('the committed template gets the same change as the git-ignored config', async () => {
    const dir = repository({
      ...worker('.', { 'wrangler.jsonc.example': jsonc('calc') }),
      '.gitignore': 'wrangler.jsonc\n.dev.vars\n',
    });
    writeFileSync(join(dir, 'wrangler.jsonc'), jsonc('mine'));
    const before = await hashFiles(dir);
    expect(await observe(INIT, dir)).toMatchObject({ code: 0 });
    for (const path of ['wrangler.jsonc', 'wrangler.jsonc.example'])
      expect(text(dir, path)).toContain('traces');
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
    rmSync(join(dir, 'wrangler.jsonc'));
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
    writeFileSync(join(dir, 'wrangler.jsonc'), jsonc('mine'));
    expect(await observe(['check', '--fix'], dir)).toMatchObject({ code: 0 });
    expect(await observe(['remove', '--yes'], dir)).toMatchObject({ code: 0 });
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('cloudflare.config.ts is reported, with the lines to add', async () => {
    const dir = repository({ 'package.json': '{}', 'cloudflare.config.ts': 'export default {};\n' });
    const init = await observe(INIT, dir);
    expect(init.code).toBe(EXIT.noConfig);
    expect(init.stderr).toMatch(
      /cloudflare\.config\.ts:1 - .*does not edit code[\s\S]*headSamplingRate: 0\.1[\s\S]*--layers langfuse,loom/,
    );
    expect(await observe(['check'], dir)).toMatchObject({ code: EXIT.couldNotCheck });
  });

  it('a built config for a redirected deploy is reported and unchanged', async () => {
    const built = jsonc('built');
    const dir = single(jsonc('calc'), {
      'dist/wrangler.json': built,
      '.wrangler/deploy/config.json': '{ "configPath": "../../dist/wrangler.json" }',
    });
    const init = await observe(INIT, dir);
    expect(init.stdout).toMatch(/wrangler\/redirected/);
    expect(text(dir, 'dist/wrangler.json')).toBe(built);
    expect(text(dir, 'wrangler.jsonc')).toContain('traces');
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
  });

  it('a Pages project has no findings without the layer that it can’t have', async () => {
    const config = '{ "name": "site", "pages_build_output_dir": "dist", "compatibility_date": "2026-04-20" }';
    const dir = single(config);
    const init = await observe(INIT, dir);
    expect(init.stdout).toMatch(/wrangler\/pages\n.*--layers langfuse,loom/);
    expect(init.stdout).toContain('npx wrangler pages secret put LANGFUSE_PUBLIC_KEY');
    expect(init.stdout).toContain('npx wrangler pages deploy');
    expect(init.stdout).not.toMatch(/wrangler (?:deploy|secret|dev)\b/);
    expect((await observe(['check'], dir)).stdout).toContain('wrangler/pages');
    expect(await observe(['check', '--max-warnings', '0'], dir)).toMatchObject({ code: EXIT.findings });
    expect(await observe(['check', '--layers', 'langfuse,loom'], dir)).toMatchObject({ code: 0 });
    await observe([...INIT, '--layers', 'langfuse,loom', '--force'], dir);
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
    expect(text(dir, 'wrangler.jsonc')).toBe(config);
  });

  it('two lockfiles are reported, with the one in use', async () => {
    const dir = single(jsonc('calc'), { 'pnpm-lock.yaml': '', 'package-lock.json': '{}' });
    const init = await observe(INIT, dir);
    expect(init.stdout).toMatch(/project\/several-lockfiles/);
    expect(init.stdout).toContain('pnpm exec wrangler secret put LANGFUSE_SECRET_KEY');
    expect(init.stdout).toContain('pnpm run observe:check');
  });
});

describe('check', () => {
  it('--fix applies all fixes, and reports when no finding is left', async () => {
    const dir = single(jsonc('calc', ',\n  "secrets": { "required": ["A"] }'));
    expect((await observe(['check'], dir)).stdout).toContain('wrangler/required-secrets');
    const fixed = await observe(['check', '--fix'], dir);
    expect(fixed).toMatchObject({ code: 0 });
    expect(fixed.stdout).toContain('npm install');
    expect(text(dir, 'wrangler.jsonc')).toContain(
      '"required": ["A", "LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"]',
    );
    expect(text(dir, 'src/index.ts')).toContain('createTrace');
    expect(existsSync(join(dir, '.dev.vars'))).toBe(false);
    expect(await observe(['check', '--fix'], dir)).toMatchObject({ code: 0 });
    expect(await observe(['remove', '--yes'], dir)).toMatchObject({ code: 0 });
    expect(git(dir, 'status', '--porcelain')).toBe('');
  });

  it('--fix leaves other findings, and has their exit code', async () => {
    const dir = single(jsonc('calc', ',\n  "vars": { "LANGFUSE_SECRET_KEY": "sk-lf-hidden" }'));
    const fixed = await observe(['check', '--fix'], dir);
    expect(fixed).toMatchObject({ code: EXIT.findings });
    expect(fixed.stdout).toMatch(/wrangler\.jsonc:\d+ .*wrangler\/secret-in-vars/);
    expect(fixed.stdout).not.toContain('hidden');
  });

  it('only check has --fix', async () => {
    expect(await observe(['init', '--fix'], single(jsonc('calc')))).toMatchObject({ code: EXIT.usage });
  });

  it('passes on a fresh clone, which has no .dev.vars', async () => {
    const dir = single(jsonc('calc'));
    await observe(INIT, dir);
    rmSync(join(dir, '.dev.vars'));
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
  });
});

describe('--nodejs-compat', () => {
  it('adds the flag on request if the date does not include it', async () => {
    const dir = single(jsonc('calc'));
    expect((await observe(INIT, dir)).stdout).toContain('wrangler/nodejs-compat-off');
    expect(text(dir, 'wrangler.jsonc')).not.toContain('nodejs_compat');
    await observe([...INIT, '--nodejs-compat', '--force'], dir);
    expect(text(dir, 'wrangler.jsonc')).toContain('"compatibility_flags": [');
    expect(text(dir, 'wrangler.jsonc')).toContain('"2026-04-20"');
    await observe(['remove', '--yes'], dir);
    expect(git(dir, 'status', '--porcelain')).toBe('');
  });
});
