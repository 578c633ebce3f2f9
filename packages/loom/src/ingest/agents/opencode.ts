import { homedir } from 'node:os';
import { join } from 'node:path';
import { countOrZero, textOrNull } from '../../json-values.js';
import { dollarsOrNull } from '../../money.js';
import { loadDriver } from '../../store/driver.js';
import type { Entry, Format } from './entry.js';
import { type Json, recordAt, recordIn, timeOf } from './json.js';

/**
 * OpenCode: a SQLite database. Input excludes the cache, and output excludes reasoning. It has its own
 * prices, or 0.
 */
export const opencode: Format = {
  agent: 'opencode',
  unit: 'database',
  roots: (env) => [join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'opencode')],
  selects: (path) => /[\\/]opencode\.db$/.test(path),
  read: (text) => {
    const row = recordIn(text);
    const [id, session] = [textOrNull(row?.id), textOrNull(row?.session)];
    return row && id && session ? readMessage(row, id, session) : [];
  },
};

/** Messages written since a time (ms), each as one JSON text with the data of its session and tools. */
export function* messagesSince(path: string, since: number): Generator<{ text: string; at: number }> {
  const db = loadDriver().open(path, { readOnly: true });
  try {
    db.exec('PRAGMA busy_timeout = 2000');
    const messages = db.prepare(
      `SELECT m.id, m.session_id AS session, m.time_updated AS updated, m.data, s.parent_id AS parent, s.directory, s.title
       FROM message m JOIN session s ON s.id = m.session_id WHERE m.time_updated >= ? ORDER BY m.time_created, m.id`,
    );
    const parts = db.prepare('SELECT data FROM part WHERE message_id = ? ORDER BY id');
    for (const row of messages.all(since) as Json[]) {
      const own = (parts.all(String(row.id)) as { data: string }[]).map(({ data }) => JSON.parse(data));
      yield {
        text: JSON.stringify({ ...row, data: JSON.parse(String(row.data)), parts: own }),
        at: Number(row.updated),
      };
    }
  } finally {
    db.close();
  }
}

function readMessage(row: Json, id: string, session: string): Entry[] {
  const data = recordAt(row, 'data');
  const time = recordAt(data, 'time');
  const at = timeOf(time.created);
  if (Number.isNaN(at)) {
    return [];
  }
  const base = {
    session,
    at,
    parent: textOrNull(row.parent) ?? undefined,
    cwd: textOrNull(recordAt(data, 'path').cwd) ?? textOrNull(row.directory) ?? undefined,
    title: textOrNull(row.title) ?? undefined,
  };
  if (data.role === 'user') {
    return [{ ...base, prompt: { id: `opencode:${id}` } }];
  }
  const tokens = recordAt(data, 'tokens');
  const model = textOrNull(data.modelID);
  if (data.role !== 'assistant' || !model) {
    return [];
  }
  const cache = recordAt(tokens, 'cache');
  const completed = timeOf(time.completed);
  return [
    {
      ...base,
      tools: toolsOf(row.parts),
      call: {
        id: `opencode:${id}`,
        model,
        provider: textOrNull(data.providerID),
        kinds: {
          input: countOrZero(tokens.input),
          output: countOrZero(tokens.output),
          reasoning: countOrZero(tokens.reasoning),
          cache_read: countOrZero(cache.read),
          cache_write: countOrZero(cache.write),
        },
        ...(Number.isNaN(completed) ? {} : { endedAt: completed }),
        // 0 means a subscription or a model without a price.
        dollars: dollarsOrNull(data.cost) || null,
        complete: !Number.isNaN(completed),
      },
    },
  ];
}

function toolsOf(parts: unknown): NonNullable<Entry['tools']> {
  return (Array.isArray(parts) ? parts : []).flatMap((part) => {
    const [id, state] = [textOrNull(recordAt(part).callID), recordAt(part, 'state')];
    if (recordAt(part).type !== 'tool' || !id) {
      return [];
    }
    const done = state.status === 'completed' || state.status === 'error';
    const end = timeOf(recordAt(state, 'time').end);
    return [
      {
        id: `opencode:${id}`,
        name: textOrNull(recordAt(part).tool) ?? 'unknown',
        ok: done ? state.status === 'completed' : null,
        path: textOrNull(recordAt(state, 'input').filePath),
        ...(Number.isNaN(end) ? {} : { endedAt: end }),
      },
    ];
  });
}
