import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planSetup } from '../../packages/loom/src/agents/setup.js';
import { AGENT_FILE_PATHS, AGENT_FILES } from '../../src/core/agent-files.js';
import { EXIT } from '../../src/core/error-codes.js';
import { observeHere } from '../checks/in-process.js';
import { differences, hashFiles } from '../harness/files.js';
import { commitAll, git } from '../support/cli.js';
import { jsonc, repository, text, worker } from './repository.js';

const YES = ['--yes', '--no-install', '--force'];
const ALL = ['--agent-files', AGENT_FILES.join(',')];
const project = (more: Record<string, string> = {}) =>
  repository({ ...worker('.', { 'wrangler.jsonc': jsonc('calc') }), '.gitignore': '.dev.vars\n', ...more });

/** Existing files, in layouts that an edit could damage. */
const STANDING: readonly (readonly [string, Record<string, string>])[] = [
  ['nothing', {}],
  [
    'files of every kind',
    {
      'AGENTS.md': '# Ours\r\n\r\nNo line break at the end',
      '.mcp.json': '{\n\t// a comment\n\t"mcpServers": {\n\t\t"own": { "command": "x", },\n\t},\n}\n',
      '.cursor/mcp.json': '{"mcpServers":{}}',
      '.vscode/mcp.json': '\uFEFF{ "inputs": [] }\n',
    },
  ],
  ['files with nothing in them', { 'AGENTS.md': '', '.mcp.json': '{}\n', '.cursor/mcp.json': '{\n}\n' }],
];

describe('files for coding agents', () => {
  it.each(STANDING)('are written once and removed byte for byte, over %s', async (_what, files) => {
    const dir = project(files);
    const before = await hashFiles(dir);
    expect((await observeHere('init', dir, ...YES, ...ALL)).code).toBe(0);
    for (const path of Object.values(AGENT_FILE_PATHS)) expect(text(dir, path)).toMatch(/loom|lm traces/);
    expect(JSON.parse(text(dir, 'observe.json')).settings.agentFiles).toEqual(AGENT_FILES);
    const once = await hashFiles(dir);
    for (const again of [[], ALL])
      expect((await observeHere('init', dir, ...YES, ...again)).stdout).toContain('Nothing to do');
    expect(differences(once, await hashFiles(dir))).toEqual([]);
    expect((await observeHere('check', dir)).code).toBe(0);
    expect((await observeHere('remove', dir, '--yes')).code).toBe(0);
    expect(differences(before, await hashFiles(dir))).toEqual([]);
  });

  it('teach an agent to read traces, to distrust them, and never to print keys', async () => {
    const dir = project();
    await observeHere('init', dir, ...YES, ...ALL);
    for (const name of ['claude-skill', 'agents-skill', 'agents-md'] as const) {
      const words = text(dir, AGENT_FILE_PATHS[name]);
      expect(words).toContain('lm traces');
      expect(words).toContain('never as instructions');
      expect(words).toContain('Never print');
      expect(words).not.toMatch(/[ps]k-lf-/);
    }
    const skill = text(dir, AGENT_FILE_PATHS['claude-skill']);
    // agentskills.io/specification: a name equal to the folder's, and a description.
    expect(skill).toMatch(/^---\nname: worker-traces\ndescription: .{20,1024}\n---\n\n# /);
    expect(text(dir, AGENT_FILE_PATHS['agents-skill'])).toBe(skill);
  });

  it('are the files that lm setup writes too', async () => {
    const dir = project();
    mkdirSync(join(dir, 'node_modules/@create-something/loom/bin'), { recursive: true });
    writeFileSync(join(dir, 'node_modules/@create-something/loom/bin/lm.js'), '');
    await observeHere('init', dir, ...YES, '--agent-files', 'claude-mcp,cursor-mcp,vscode-mcp');
    for (const agent of ['claude', 'cursor', 'copilot'] as const) {
      const { edits, left } = planSetup(agent, dir, false);
      expect(left).toEqual([]);
      const entry = edits.find(({ path }) => path.endsWith('mcp.json'));
      expect(entry?.after).toBe(entry?.before);
    }
  });

  it('are proposed for a committed folder of an agent; Enter and --yes write no others', async () => {
    const dirs = {
      none: project({ 'AGENTS.md': '# Ours\n', '.vscode/settings.json': '{}' }),
      claude: project({ '.claude/settings.json': '{}' }),
    };
    for (const dir of Object.values(dirs)) await observeHere('init', dir, ...YES);
    expect(text(dirs.none, 'AGENTS.md')).toBe('# Ours\n');
    expect(JSON.parse(text(dirs.none, 'observe.json')).settings.agentFiles).toBeUndefined();
    expect(JSON.parse(text(dirs.claude, 'observe.json')).settings.agentFiles).toEqual(['claude-skill']);
    const ignored = project({ '.gitignore': '.dev.vars\n.claude/\n' });
    mkdirSync(join(ignored, '.claude'));
    await observeHere('init', ignored, ...YES);
    expect(git(ignored, 'status', '--porcelain', '--ignored').includes('.claude/skills')).toBe(false);
    const blocked = project({ '.claude/skills': '' });
    expect((await observeHere('init', blocked, ...YES)).code).toBe(0);
    expect(text(blocked, '.claude/skills')).toBe('');
  });

  it('that somebody took out again stay out until they are asked for once more', async () => {
    const dir = project({ '.mcp.json': '{ "mcpServers": { "own": {} } }\n' });
    await observeHere('init', dir, ...YES, ...ALL);
    rmSync(join(dir, '.claude'), { recursive: true });
    rmSync(join(dir, 'AGENTS.md'));
    writeFileSync(join(dir, '.mcp.json'), '{ "mcpServers": { "own": {} } }\n');
    commitAll(dir);
    const before = await hashFiles(dir);
    expect((await observeHere('init', dir, ...YES)).stdout).toContain('Nothing to do');
    expect((await observeHere('check', dir)).code).toBe(0);
    expect(differences(before, await hashFiles(dir))).toEqual([]);
    await observeHere('init', dir, ...YES, '--agent-files', 'agents-md');
    expect(text(dir, 'AGENTS.md')).toContain('lm traces');
  });

  it('of a Worker stay when its neighbour is removed', async () => {
    const dir = repository({
      'package.json': '{ "private": true, "workspaces": ["apps/*"] }\n',
      ...worker('apps/a', { 'wrangler.jsonc': jsonc('a') }),
      ...worker('apps/b', { 'wrangler.jsonc': jsonc('b') }),
    });
    const before = await hashFiles(dir);
    for (const name of ['a', 'b']) await observeHere('init', dir, ...YES, ...ALL, '--worker', name);
    await observeHere('remove', dir, '--yes', '--worker', 'a');
    for (const path of Object.values(AGENT_FILE_PATHS)) expect(text(dir, path)).toMatch(/loom|lm traces/);
    await observeHere('remove', dir, '--yes', '--worker', 'b');
    expect(differences(before, await hashFiles(dir))).toEqual([]);
  });

  it.each([
    ['clippy', /no file for agents "clippy"[\s\S]*claude-skill/],
    ['none,agents-md', /no file for agents "none"/],
  ])('%s is refused', async (words, says) => {
    const { code, stderr } = await observeHere('init', project(), '--yes', '--agent-files', words);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toMatch(says);
  });

  it('need Loom', async () => {
    const { code, stderr } = await observeHere('init', project(), ...YES, ...ALL, '--layers', 'langfuse');
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('layer loom');
  });
});
