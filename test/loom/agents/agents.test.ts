import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withBlock, withoutBlock } from '../../../packages/loom/src/agents/block.js';
import { forget, recall, remember } from '../../../packages/loom/src/agents/memory.js';
import { primer } from '../../../packages/loom/src/agents/prime.js';
import { AGENTS, type AgentName, planSetup } from '../../../packages/loom/src/agents/setup.js';
import { setBudget } from '../../../packages/loom/src/budgets/store.js';
import { writeSettings } from '../../../packages/loom/src/hooks/settings.js';
import { NO_SETTINGS } from '../../../packages/loom/src/hooks/settings-text.js';
import { claimIssue } from '../../../packages/loom/src/issues/changes.js';
import { blockIssue } from '../../../packages/loom/src/issues/dependencies.js';
import { createIssue, requireIssue } from '../../../packages/loom/src/issues/store.js';
import { attribute } from '../../../packages/loom/src/sessions/attribution.js';
import { addCheckpoint } from '../../../packages/loom/src/sessions/checkpoints.js';
import { requireSession, startSession } from '../../../packages/loom/src/sessions/store.js';
import { tempDir } from '../../support/folder.js';
import { data, lm, project } from '../project.js';

const ana = { name: 'ana', sessionId: null };

describe('the text that an agent gets', () => {
  function working() {
    const { db, dir } = project();
    const issue = createIssue(
      db,
      { title: 'Login', description: 'why', acceptance: 'tests pass', type: 'bug' },
      ana,
      1000,
    );
    const session = startSession(db, {
      agent: 'claude-code',
      source: 'claude-code',
      sourceSessionId: 'cc-1',
      cwd: dir,
      startedAt: 1000,
    });
    attribute(db, session.id, issue.id, 'claim', 1000);
    return { db, dir, issue, session: requireSession(db, session.id) };
  }

  it('has its issue, blockers, checkpoint, notes and budget', () => {
    const { db, issue, session } = working();
    const blocker = createIssue(db, { title: 'Key' }, ana, 1000);
    blockIssue(db, issue.id, blocker.id, undefined, ana, 1500);
    addCheckpoint(db, session, 'half way', { next: ['tests'] }, 2000);
    remember(db, 'Use pnpm', 'decision', undefined, ana, 2000);
    remember(db, 'of another issue', 'note', blocker.id, ana, 2000);
    setBudget(db, { scope: 'session', scope_id: session.id, limit_micros: 5e6, stop: true }, 2000);
    db.run(
      "INSERT INTO llm_calls(id, session_id, model, started_at, cost_micros, cost_basis) VALUES ('c', ?, 'm', 2000, 1250000, 'calculated')",
      session.id,
    );
    const { text } = primer(db, { session, now: 3000 });
    for (const part of [
      `Issue ${issue.id}: Login`,
      'Done when: tests pass',
      `Waits for: ${blocker.id}`,
      'half way',
      '"next":["tests"]',
      'decision: Use pnpm',
      'session: $3.75 of $5.00 left; at 100 % the agent is stopped',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('of another issue');
    // A later session on this issue also finds the checkpoint.
    expect(primer(db, { issueId: issue.id, now: 3000 }).text).toContain('half way');
  });

  it('stays below 2,000 tokens, however much data there is', () => {
    const { db, issue, session } = working();
    const long = 'word '.repeat(50_000);
    db.run('UPDATE issues SET description = ?1, design = ?1, acceptance = ?1 WHERE id = ?2', long, issue.id);
    addCheckpoint(db, session, long, { all: long }, 2000);
    for (let n = 0; n < 50; n += 1) {
      remember(db, `${n} ${'x'.repeat(1900)}`, 'decision', undefined, ana, n);
    }
    const { text } = primer(db, { session, now: 3000 });
    expect(text.length).toBeLessThan(8000);
    expect(text).toContain('more characters');
    expect(text).toContain('lm checkpoint');
  });

  it('is sent by the hook at the start and before compaction, and is empty without data', () => {
    const { dir } = working();
    const event = (name: string, id: string) =>
      lm(
        dir,
        ['hook'],
        {},
        JSON.stringify({ hook_event_name: name, session_id: id, cwd: dir, source: 'compact' }),
      ).stdout;
    expect(event('SessionStart', 'cc-1')).toContain('Login');
    expect(event('PreCompact', 'cc-1')).toContain('Login');
    expect(event('Stop', 'cc-1')).toBe('');
    expect(lm(project().dir, ['prime', '--for', 'text']).stdout).toBe('');
    expect(JSON.parse(lm(dir, ['prime', '--for', 'hook', '--session', 'cc-1']).stdout)).toMatchObject({
      hookSpecificOutput: {
        hookEventName: 'SessionStart',
        additionalContext: expect.stringContaining('Login'),
      },
    });
  });

  it('moves from one agent to another with the issue', () => {
    const { db, dir, issue, session } = working();
    claimIssue(db, issue.id, { name: 'claude-code', sessionId: session.id }, 2000);
    const ran = lm(dir, ['session', 'handoff', 'codex', '-m', 'tests are red', '--session', 'cc-1']);
    expect(ran.stdout).toContain('tests are red');
    expect(requireIssue(db, issue.id)).toMatchObject({ status: 'pending', assignee: 'codex' });
    expect(requireSession(db, session.id)).toMatchObject({
      status: 'complete',
      termination_reason: 'assigned to codex',
    });
    expect(data(lm(dir, ['start', issue.id, '--json'], { LOOM_AGENT: 'codex' }))).toMatchObject({
      issue: { assignee: 'codex', status: 'in_progress' },
    });
  });
});

it('notes are stored once, found by their words, and removed', () => {
  const { db } = project();
  const { id } = remember(db, 'Tests need Redis', 'gotcha', undefined, ana, 1);
  expect(remember(db, ' Tests need Redis ', 'gotcha', undefined, ana, 2).id).toBe(id);
  expect(recall(db, ['redis', 'TESTS'], { limit: 5 })).toMatchObject({ total: 1 });
  expect(recall(db, ['redis'], { kind: 'note', limit: 5 }).total).toBe(0);
  expect(() => remember(db, 'x'.repeat(2001), 'note', undefined, ana, 3)).toThrow('2001 characters');
  forget(db, id);
  expect(() => forget(db, id)).toThrow('There is no note');
});

describe('lm setup', () => {
  it('writes files for every agent; undo restores every byte, and a second run changes nothing', () => {
    for (const agent of AGENTS) {
      const dir = tempDir();
      mkdirSync(join(dir, '.gemini'));
      writeFileSync(join(dir, '.gemini/settings.json'), '{ "theme": "dark",\r\n\t"hooks": {} }');
      writeFileSync(join(dir, 'AGENTS.md'), '# Rules\r\n\r\nBe kind.');
      const before = { gemini: text(dir, '.gemini/settings.json'), agents: text(dir, 'AGENTS.md') };
      const files = setUp(agent, dir, false);
      expect([agent, files.length > 0]).toEqual([agent, true]);
      const once = files.map((path) => readFileSync(path, 'utf8'));
      expect(setUp(agent, dir, false)).toEqual([]);
      expect(files.map((path) => readFileSync(path, 'utf8'))).toEqual(once);
      setUp(agent, dir, true);
      expect({ gemini: text(dir, '.gemini/settings.json'), agents: text(dir, 'AGENTS.md') }).toEqual(before);
      for (const path of files) {
        const kept = path.endsWith('AGENTS.md') || dirname(path).endsWith('.gemini');
        expect([path, existsSync(path)]).toEqual([path, kept]);
      }
    }
  });

  it('refuses a block with only one marker', () => {
    const { dir } = project();
    writeFileSync(join(dir, 'AGENTS.md'), 'a\n<!-- loom:begin 1 -->\nb\n');
    expect(lm(dir, ['setup', 'amp'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('only one of the two markers'),
    });
  });
});

it('a block does not change the text around it', () => {
  for (const before of ['', 'a', 'a\n', 'a\n\n\n', 'a\r\nb\r\n', '\n', '# x\n\ntext']) {
    const put = withBlock(before, 'one\ntwo', 'F.md');
    expect(withoutBlock(put, 'F.md')).toBe(before);
    expect(withoutBlock(`${put}after\n`, 'F.md')).toBe(`${before}after\n`);
    expect(withBlock(put, 'three', 'F.md')).toBe(withBlock(before, 'three', 'F.md'));
  }
});

describe('the MCP server in an agent’s own config', () => {
  const servers: Record<string, { path: string; command: (text: string) => unknown }> = {
    claude: { path: '.mcp.json', command: (text) => JSON.parse(text).mcpServers.loom },
    gemini: { path: '.gemini/settings.json', command: (text) => JSON.parse(text).mcpServers.loom },
    cursor: { path: '.cursor/mcp.json', command: (text) => JSON.parse(text).mcpServers.loom },
    copilot: { path: '.vscode/mcp.json', command: (text) => JSON.parse(text).servers.loom },
    opencode: { path: 'opencode.json', command: (text) => JSON.parse(text).mcp.loom },
    amp: { path: '.amp/settings.json', command: (text) => JSON.parse(text)['amp.mcpServers'].loom },
    codex: { path: '.codex/config.toml', command: codexCommand },
  };

  it('is where each agent looks, and can be started from there', () => {
    for (const [agent, { path, command }] of Object.entries(servers)) {
      const { dir } = project();
      lm(dir, ['setup', agent]);
      const said = JSON.stringify(command(text(dir, path)));
      expect([agent, said]).toEqual([agent, expect.stringMatching(/"node".*loom\/bin\/lm\.js","mcp"/)]);
    }
  });

  it('leaves all other bytes unchanged, in every layout', () => {
    const layouts = [
      '{}',
      '{ }',
      '{\n}',
      '{\r\n\t"a": [1, 2]\r\n}',
      '\uFEFF{"a":1}\n',
      '{"a":1,}',
      '// of ana\n{\n  "a": 1 // one\n}\n',
      ...['mcpServers', 'servers', 'mcp', 'amp.mcpServers'].flatMap((holder) => [
        `{"${holder}":{}}`,
        `{\n  "${holder}": {\n  },\n  "z": 1\n}\n`,
        `{\n\t"${holder}": { "other": { "command": "x" } }\n}`,
        `{\n  "${holder}": {\n    "other": {\n      "command": "x"\n    },\n  },\n}\n`,
      ]),
    ];
    for (const [agent, { path }] of Object.entries(servers)) {
      for (const before of agent === 'codex' ? ['model = "m"', '# a\r\n[x]\r\ny = 1\r\n', '\n'] : layouts) {
        const dir = tempDir();
        mkdirSync(dirname(join(dir, path)), { recursive: true });
        writeFileSync(join(dir, path), before);
        setUp(agent as AgentName, dir, false);
        const once = text(dir, path);
        expect(once).not.toBe(before);
        setUp(agent as AgentName, dir, false);
        expect(text(dir, path)).toBe(once);
        setUp(agent as AgentName, dir, true);
        expect([agent, text(dir, path)]).toEqual([agent, before]);
      }
    }
  });

  it('never replaces another server with the same name', () => {
    const { dir } = project();
    const own = '{ "mcpServers": { "loom": { "command": "loom-mcp" } } }';
    writeFileSync(join(dir, '.mcp.json'), own);
    expect(lm(dir, ['setup', 'claude']).stdout).toContain('already has another MCP server called loom');
    lm(dir, ['setup', 'claude', '--remove']);
    expect(text(dir, '.mcp.json')).toBe(own);
    for (const toml of ['[mcp_servers.loom]\ncommand = "x"\n', 'mcp_servers = { a = { command = "x" } }\n']) {
      mkdirSync(join(dir, '.codex'), { recursive: true });
      writeFileSync(join(dir, '.codex/config.toml'), toml);
      expect(lm(dir, ['setup', 'codex']).stdout).toContain('already has another MCP server called loom');
      expect(text(dir, '.codex/config.toml')).toBe(toml);
    }
  });
});

/** Runs the command's code in this process. Returns the written files. */
function setUp(agent: AgentName, dir: string, remove: boolean): string[] {
  const changed = planSetup(agent, dir, remove).edits.filter(({ before, after }) => before !== after);
  for (const { path, after } of changed) {
    writeSettings(path, after === '' ? NO_SETTINGS : after);
  }
  return changed.map(({ path }) => path);
}

/** The table in the form of JSON. */
function codexCommand(toml: string): unknown {
  const [, program, args] = /\[mcp_servers\.loom\]\ncommand = (".*")\nargs = (.*)\n/.exec(toml) ?? [];
  return { command: JSON.parse(program ?? ''), args: JSON.parse(args ?? '') };
}

function text(dir: string, path: string): string {
  return readFileSync(join(dir, path), 'utf8');
}
