import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { agentLogs } from '../../../packages/loom/src/commands/agent-logs.js';
import { project, tempDir } from '../project.js';

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

it('takes requests of this project’s sessions and of unknown ones, and not those of another project', () => {
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
