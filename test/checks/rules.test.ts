import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFixable, type Level, RULE_IDS, RULES, type RuleId, rulePage } from '../../src/core/rules.js';
import { compareReadings } from '../../src/project/config-compare.js';
import type { ConfigReading } from '../../src/project/config-proof.js';
import { installWrangler, jsonc, repository, toolNamed, worker } from '../commands/repository.js';
import { root } from '../harness/root.js';
import { filesBelow } from '../support/cases.js';
import { INIT, observeHere } from './in-process.js';

/** A project with a finding of a rule. */
interface Case {
  readonly files: Record<string, string>;
  /** The command that says it; `check` where nothing else is said. */
  readonly says?: readonly [command: string, ...args: string[]];
  /** A change of the project before the command. */
  readonly after?: (dir: string) => unknown;
  /** The level, if it is lower than the default. */
  readonly level?: Level;
}

const SOURCE = 'src/index.ts';
const CONFIG = 'wrangler.jsonc';

const project = (files: Record<string, string> = {}) => ({
  ...worker('.', { [CONFIG]: jsonc('calc') }),
  ...files,
});
const config = (more: string) => ({ files: project({ [CONFIG]: jsonc('calc', `,\n  ${more}`) }) });
const source = (lines: string) => ({ files: project({ [SOURCE]: toolNamed('add') + lines }) });
const without = (path: string, files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));

const initialised = (dir: string) => observeHere(INIT[0], dir, ...INIT.slice(1));
const editSync = async (dir: string) => {
  await initialised(dir);
  appendFileSync(join(dir, '.loom/sync.mjs'), '// mine\n');
};
/** A Wrangler that reports traces as off for every config. */
const BLIND =
  'exports.unstable_readConfig = () => ({ name: "calc", observability: { traces: { enabled: false } } });';
const REDIRECT = '.wrangler/deploy/config.json';

const CASES: Record<Exclude<RuleId, 'wrangler/proof-failed'>, Case> = {
  'agents/by-hand': {
    files: project({ '.mcp.json': '{ "mcpServers": { "loom": { "command": "mine" } } }\n' }),
    says: [...INIT, '--agent-files', 'claude-mcp'],
  },
  'check/ignore-unused': source('// observe-ignore langfuse/tool-untraced: nothing of the kind is here\n'),
  'check/ignore-without-reason': source('// observe-ignore langfuse/tool-untraced\n'),
  'ci/job-not-included': {
    files: project({ '.gitlab-ci.yml': 'test:\n  script: npm test\n' }),
    says: [...INIT, '--ci', 'gitlab'],
  },
  'langfuse/also-instrumented': source("import * as Sentry from '@sentry/cloudflare';\nSentry.flush();\n"),
  'langfuse/file-unreadable': {
    files: project({ 'src/draft.ts': 'export const draft = { inputSchema: {}, handler: ( => };\n' }),
  },
  'langfuse/model-call-unobserved': {
    files: project({
      [SOURCE]: "export default { fetch: (r, env) => env.AI.run('@cf/meta/llama-3.1-8b-instruct', {}) };\n",
    }),
  },
  'langfuse/model-call-unseen': source("export const ask = (env) => env.AI?.run('@cf/x', {});\n"),
  'langfuse/no-tools': {
    files: project({
      [SOURCE]:
        "import { createMcpHandler } from 'agents/mcp';\nimport { notes } from 'notes-mcp';\nexport default { fetch: createMcpHandler(notes) };\n",
    }),
  },
  'langfuse/registrar-unused': { files: project(), says: [...INIT, '--registrar', 'accountTool'] },
  'langfuse/registration-patched': source('const plain = server.tool;\nserver.tool = plain;\n'),
  'langfuse/retired-client': {
    files: project({
      'package.json': '{\n  "name": "w",\n  "dependencies": { "langfuse": "^3.38.0" }\n}\n',
      [SOURCE]: `import { traces } from './traces';\n${toolNamed('add')}traces();\n`,
      'src/traces.ts':
        "import { Langfuse } from 'langfuse';\nexport const traces = () => new Langfuse().trace();\n",
    }),
  },
  'langfuse/server-from-package': source(
    "import { createMcpServer } from 'notes-mcp';\nexport const mcpServer = createMcpServer();\n",
  ),
  'langfuse/tool-manual': source("server.tool('each', async function* () { yield 1; });\n"),
  'langfuse/server-unobserved': { files: project() },
  'langfuse/tool-untraced': { files: project() },
  'loom/earlier-folder': { files: project({ '.loom/work.db': '' }) },
  'loom/file-missing': { files: project() },
  'loom/schema-drifted': {
    files: project(),
    after: async (dir) => {
      await initialised(dir);
      appendFileSync(join(dir, '.loom/migrations/0001_init.sql'), 'DROP TABLE sessions;\n');
    },
  },
  'loom/several-folders': {
    files: project({
      'package.json': '{\n  "name": "w",\n  "workspaces": ["packages/*"]\n}\n',
      'packages/old/package.json': '{\n  "name": "old"\n}\n',
      'packages/old/.loom/.gitignore': 'loom.db*\n',
    }),
  },
  'package/dependency-missing': { files: project() },
  'project/package-manager-differs': {
    files: project({ 'package.json': '{ "packageManager": "pnpm@10.0.0" }\n', 'package-lock.json': '{}' }),
  },
  'package/not-in-clone': {
    files: project({
      'package.json':
        '{ "dependencies": { "@create-something/observability": "file:../packed/observability.tgz" } }\n',
    }),
  },
  'project/not-in-clone': { files: project({ '.gitignore': '.loom/\n.dev.vars\n' }) },
  'project/plans-conflict': {
    files: {
      'package.json': '{ "private": true }\n',
      '.gitignore': '.dev.vars\n',
      ...without('apps/a/package.json', worker('apps/a', { [CONFIG]: jsonc('a') })),
      ...without('apps/b/package.json', worker('apps/b', { [CONFIG]: jsonc('b') })),
    },
    // Each Worker has its layers in its observe.json, and both have lost their entries in package.json.
    after: async (dir) => {
      await observeHere('init', dir, '--yes', '--no-install', '--worker', 'a', '--layers', 'langfuse');
      await observeHere('init', dir, '--yes', '--no-install', '--force', '--worker', 'b');
      writeFileSync(join(dir, 'package.json'), '{ "private": true }\n');
    },
  },
  'project/shared-code': {
    files: {
      'package.json': '{ "private": true, "workspaces": ["apps/*", "packages/*"] }\n',
      ...worker('apps/a', { [CONFIG]: jsonc('a') }, "import '@w/tools';\n"),
      'apps/b/package.json': '{ "name": "b", "dependencies": { "@w/tools": "*" } }\n',
      'packages/tools/package.json': '{ "name": "@w/tools", "exports": "./index.ts" }\n',
      'packages/tools/index.ts': toolNamed('add'),
    },
  },
  'project/several-lockfiles': { files: project({ 'package-lock.json': '{}', 'yarn.lock': '' }) },
  'project/stray-lockfile': {
    files: {
      'package.json': '{ "private": true }\n',
      'pnpm-workspace.yaml': 'packages:\n  - apps/*\n',
      'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
      ...worker('apps/mcp', { [CONFIG]: jsonc('calc') }),
      'apps/mcp/package-lock.json': '{}',
    },
  },
  'remove/file-kept': { files: project(), after: editSync, says: ['remove', '--yes'] },
  'runtime/vendored-copy-stale': { files: project(), says: ['check', '--runtime', 'vendor'] },
  'scaffold/file-edited': { files: project(), after: editSync },
  'scaffold/file-missing': { files: project() },
  'secrets/keys-stay': {
    files: project({ '.gitignore': '.dev.vars\n' }),
    after: (dir) => writeFileSync(join(dir, '.dev.vars'), 'LANGFUSE_SECRET_KEY=test\n'),
    says: [...INIT, '--local'],
  },
  'secrets/local-file-committed': { files: project({ '.dev.vars': 'OTHER=1\n' }) },
  'secrets/no-local-file': { files: project({ '.env.example': 'A=\n' }), says: [...INIT, '--local'] },
  'wrangler/config-example': {
    files: { ...without(CONFIG, project()), 'wrangler.jsonc.example': jsonc('calc') },
  },
  'wrangler/config-shadowed': { files: project({ 'wrangler.toml': 'name = "old"\n' }) },
  'wrangler/destination-missing': {
    ...config('"observability": { "traces": { "enabled": true, "head_sampling_rate": 1 } }'),
    says: ['check', '--destination', 'grafana'],
  },
  'wrangler/server-missing': { files: project(), says: ['check', '--server', 'loom-shop'] },
  'wrangler/env-not-importable': config('"compatibility_flags": ["disallow_importable_env"]'),
  'wrangler/invalid-before': { ...config('"workers_dev": "perhaps"'), after: installWrangler, says: INIT },
  'wrangler/new-style-config': { files: project({ 'cloudflare.config.ts': 'export default {};\n' }) },
  'wrangler/nodejs-compat-off': { files: project() },
  'wrangler/not-editable': {
    ...config('"compatibility_flags": "nodejs_als"'),
    says: [...INIT, '--nodejs-compat'],
    level: 'warning',
  },
  'wrangler/observability-disabled': config('"observability": { "enabled": false }'),
  'wrangler/observability-invalid': config('"observability": { "enabled": "yes" }'),
  'wrangler/pages': {
    files: project({ [CONFIG]: '{ "name": "site", "pages_build_output_dir": "dist" }' }),
  },
  'wrangler/process-env-empty': {
    files: project({
      [CONFIG]:
        '{ "name": "calc", "main": "src/index.ts", "compatibility_date": "2024-09-23", "compatibility_flags": ["nodejs_compat"] }',
    }),
  },
  'wrangler/redaction-unknown': {
    files: project(),
    after: (dir) => installWrangler(dir, { code: '' }),
    says: [...INIT, '--redact-query-string'],
  },
  'wrangler/redirect-broken': { files: project({ [REDIRECT]: '{ "configPath": "gone.json" }' }) },
  'wrangler/redirect-elsewhere': {
    files: { ...worker('app', { [CONFIG]: jsonc('calc') }), [REDIRECT]: '{ "configPath": "x.json" }' },
    says: ['check', '--cwd', 'app'],
  },
  'wrangler/redirected': {
    files: project({ [REDIRECT]: '{ "configPath": "../../dist.json" }', 'dist.json': '{}' }),
  },
  'wrangler/required-secrets': config('"secrets": { "required": ["OTHER"] }'),
  'wrangler/sampling-invalid': config(
    '"observability": { "traces": { "enabled": true, "head_sampling_rate": 7 } }',
  ),
  'wrangler/sampling-kept': {
    ...config('"observability": { "traces": { "enabled": true, "head_sampling_rate": 0.5 } }'),
    says: ['check', '--sampling', '0.2'],
  },
  'wrangler/sampling-unset': config('"observability": { "traces": { "enabled": true } }'),
  'wrangler/sampling-zero': config(
    '"observability": { "traces": { "enabled": true, "head_sampling_rate": 0 } }',
  ),
  'wrangler/secret-in-vars': config('"vars": { "LANGFUSE_SECRET_KEY": "sk-lf-test" }'),
  'wrangler/span-volume': source('export class Calc extends McpAgent {}\n'),
  'wrangler/traces-disabled': config('"observability": { "traces": { "enabled": false } }'),
  'wrangler/traces-missing': { files: project() },
  'wrangler/traces-off': {
    files: project(),
    after: (dir) => installWrangler(dir, { code: BLIND }),
    says: INIT,
  },
  'wrangler/tracing-misspelled': config('"observability": { "enabled": true, "tracing": true }'),
  'wrangler/wrangler-too-old': {
    files: project(),
    after: (dir) => installWrangler(dir, { code: BLIND, keys: ['enabled', 'logs'] }),
    says: INIT,
  },
};

describe('each rule', () => {
  it.each(Object.entries(CASES))('%s', async (rule, { files, after, says = ['check'], level }) => {
    const dir = repository(files);
    await after?.(dir);
    const [command, ...args] = says;
    const at = args.indexOf('--cwd');
    const folder = at === -1 ? dir : join(dir, args.splice(at, 2)[1] as string);
    const { stdout } = await observeHere(command, folder, ...args, ...(after ? (FORCE[command] ?? []) : []));
    const line = stdout.split('\n').find((one) => one.endsWith(`  ${rule}`));
    expect(line?.[0]).toBe(GLYPHS[level ?? RULES[rule as RuleId].level]);
    expect(stdout).not.toContain('sk-lf-test');
  });

  it('wrangler/proof-failed', () => {
    const reading = (name: string): ConfigReading => ({
      version: '4.86.0',
      knownKeys: ['traces'],
      scopes: [{ env: undefined, valid: true, complaints: [], traces: true, settings: { name } }],
    });
    const [finding] = compareReadings(reading('before'), reading('after'), CONFIG);
    expect(finding).toMatchObject({ rule: 'wrangler/proof-failed', level: 'error' });
  });
});

const GLYPHS: Readonly<Record<Level, string>> = { error: '✖', warning: '▲', info: '●' };

/** The earlier change of the project is not committed. */
const FORCE: Readonly<Record<string, readonly string[]>> = { init: ['--force'] };

describe('the pages of rules', () => {
  const folder = join(root, 'docs/rules');

  const fixedBy = (id: RuleId) => (isFixable(id) ? ' Fixed by `check --fix`.' : '');

  it('exist for each rule, and there are no others', () => {
    const pages = filesBelow(folder).map((path) => `docs/rules/${path.replaceAll('\\', '/')}`);
    expect(pages.sort()).toEqual([...RULE_IDS.map(rulePage), 'docs/rules/README.md'].sort());
  });

  it.each(RULE_IDS)('%s has the problem, the reason and the fix', (id) => {
    const page = readFileSync(join(root, rulePage(id)), 'utf8');
    const { level, title } = RULES[id];
    expect(page.startsWith(`# ${id}\n\n${title}. Default level: \`${level}\`.${fixedBy(id)}\n`)).toBe(true);
    for (const part of ['**Why.**', '**Example.**', '**Fix.**']) expect(page).toContain(`\n${part}`);
  });

  it('are listed with level and title', () => {
    const list = readFileSync(join(folder, 'README.md'), 'utf8');
    const rows = RULE_IDS.map((id) => {
      const { level, title } = RULES[id];
      return `| [\`${id}\`](${id}.md) | ${level} | ${isFixable(id) ? 'yes' : ''} | ${title} |`;
    });
    expect(list.split('\n').filter((line) => line.startsWith('| [`'))).toEqual(rows);
  });
});
