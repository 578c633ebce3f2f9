import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { agentLogs } from '../../../packages/loom/src/commands/agent-logs.js';
import { tempDir } from '../../support/folder.js';
import { project } from '../project.js';

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** One request of each session, as Claude Code exports it. */
function events(...sessions: string[]) {
  const logRecords = sessions.map((session, n) => ({
    timeUnixNano: `${1_763_800_000_000 + n}000000`,
    body: { stringValue: 'claude_code.api_request' },
    attributes: [text('session.id', session), text('model', 'claude-x'), text('event.sequence', '1')],
  }));
  return { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
}

it('accepts requests of this project’s sessions and of unknown ones, but not those of another project', () => {
  const { dir, db, loomDir } = project();
  const home = tempDir();
  for (const [session, cwd] of [
    ['ours', join(dir, 'src')],
    ['theirs', tempDir()],
  ] as const) {
    const folder = join(home, 'projects', cwd.replaceAll('/', '-'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, `${session}.jsonl`),
      `{"type":"summary"}\n{"type":"user","cwd":${JSON.stringify(cwd)}}\n`,
    );
  }
  mkdirSync(join(dir, 'src'));
  const take = agentLogs(db, loomDir, { CLAUDE_CONFIG_DIR: home });
  expect(take(events('ours', 'theirs', 'unknown', '../../theirs'))).toEqual({
    rejected: 1,
    message: '1 requests belong to sessions of another project',
  });
  expect(take(events('ours'))).toBeUndefined();
  expect(db.all('SELECT source_session_id AS id FROM sessions ORDER BY id').map((row) => row.id)).toEqual([
    '../../theirs',
    'ours',
    'unknown',
  ]);
});

it('prints the responses that Codex reports, and takes their cost from the transcript', () => {
  const { db, loomDir } = project();
  const lines: string[] = [];
  const take = agentLogs(db, loomDir, {}, (line) => lines.push(line));
  const event = (kind: string, more: object[] = []) => ({
    timeUnixNano: '1763800000000000000',
    attributes: [
      text('event.name', 'codex.sse_event'),
      text('event.kind', kind),
      text('conversation.id', '0197-session'),
      text('model', 'gpt-5.6-terra\u001b[31m'),
      ...more,
    ],
  });
  const tokens = [
    text('input_token_count', '12000'),
    text('output_token_count', '900'),
    { key: 'cached_token_count', value: { intValue: '8000' } },
  ];
  const logRecords = [event('response.output_item.done'), event('response.completed', tokens)];
  expect(take({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })).toBeUndefined();
  expect(lines).toEqual([
    'Codex: gpt-5.6-terra?[31m, 12000 tokens in, 900 out, session 0197-ses. Its cost comes from the transcript (lm ingest).',
  ]);
  expect(db.get('SELECT COUNT(*) AS n FROM llm_calls')).toEqual({ n: 0 });
});
