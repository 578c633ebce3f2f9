import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeExport } from '../../../packages/loom/src/receiver/decode.js';
import { readAgain } from '../../../packages/loom/src/receiver/read-again.js';
import { decodeAgain } from '../../../packages/loom/src/receiver/sqlite/decode-again.js';
import { SqliteTraceStore } from '../../../packages/loom/src/receiver/sqlite/store.js';
import { data, lm, project } from '../project.js';
import { exportOf, ROOT_ID, span, TRACE_ID } from './exports.js';

const json = JSON.stringify;
const pricer = () => ({ micros: null, version: null });
const START = 1_763_800_000_000;

const chat = span({
  name: 'chat gpt-4o',
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.input.messages': json([{ role: 'user' }]),
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.cache_read.input_tokens': 60,
    'gen_ai.conversation.id': 'c-1',
    'session.id': 's-1',
    'langfuse.trace.name': 'ask',
    'langfuse.observation.metadata.plan': 'pro',
  },
  status: { code: 2, message: 'overloaded' },
});

describe('a span that is read again', () => {
  it('is unchanged, whatever names it had', () => {
    const runtime = {
      resourceSpans: [
        {
          scopeSpans: [
            {
              scope: { name: 'langfuse-sdk-create-something' },
              spans: [
                span({
                  attributes: {
                    'langfuse.observation.type': 'tool',
                    'langfuse.observation.input': json({ a: 1 }),
                    'langfuse.observation.metadata.mcp.method.name': 'tools/call',
                    'langfuse.trace.tags': ['x'],
                    'langfuse.internal.is_app_root': 'true',
                    'user.id': 'u',
                  },
                }),
              ],
            },
          ],
        },
      ],
    };
    for (const body of [exportOf(chat), runtime]) {
      const [read] = decodeExport(body);
      expect(read && readAgain(read)).toEqual(read);
    }
  });

  // Recorded payloads of the emitters: test/loom/receiver/recorded/README.md.
  it.each(readdirSync(new URL('recorded/', import.meta.url)).filter((name) => name.endsWith('.json')))(
    'of %s',
    (name) => {
      const { body } = JSON.parse(readFileSync(new URL(`recorded/${name}`, import.meta.url), 'utf8'));
      const all = decodeExport(body);
      expect(all.length).toBeGreaterThan(0);
      expect(all.map((read) => readAgain(read))).toEqual(all);
    },
  );
});

// A command for the database of a laptop.
describe('lm decode', () => {
  /** The data that an older version stored: the received attributes, and a plain span. */
  function stored(detail: (known: Record<string, unknown>) => Record<string, unknown>) {
    const { db, dir } = project();
    new SqliteTraceStore(db, { pricer, now: () => START }).add({ spans: decodeExport(exportOf(chat)) });
    const known = JSON.parse(String(db.get('SELECT detail FROM observations')?.detail));
    db.run(
      `UPDATE observations SET type = 'span', model = NULL, input = NULL, input_tokens = NULL, total_tokens = NULL,
         cost_basis = NULL, detail = ?`,
      json(detail(known)),
    );
    db.run('UPDATE traces SET generations = 0, tokens = 0, session_id = NULL, fields = \'{"metadata":{}}\'');
    return { db, dir };
  }
  const row = (db: ReturnType<typeof project>['db']) =>
    db.get('SELECT type, model, input, input_tokens, level FROM observations WHERE id = ?', ROOT_ID);

  it('reads attributes that an earlier table ignored, and counts the trace again', () => {
    const { db, dir } = stored((known) => ({
      ...known,
      usage: null,
      trace: { name: 'ask', sessionId: 's-1', metadata: {} },
    }));
    expect(data(lm(dir, ['decode', '--json']))).toEqual({ read: 1, changed: 1, sent: 0 });
    expect(row(db)).toEqual({
      type: 'generation',
      model: 'gpt-4o',
      input: json([{ role: 'user' }]),
      input_tokens: 100,
      level: 'ERROR',
    });
    expect(
      db.get(
        'SELECT name, session_id, generations, tokens, errors, updated_at FROM traces WHERE id = ?',
        TRACE_ID,
      ),
    ).toEqual({
      name: 'ask',
      session_id: 's-1',
      generations: 1,
      tokens: 100,
      errors: 1,
      updated_at: START,
    });
    const detail = JSON.parse(String(db.get('SELECT detail FROM observations')?.detail));
    expect(detail).toMatchObject({
      usage: { input: 40, input_cached_tokens: 60 },
      metadata: { plan: 'pro' },
    });
    expect(decodeAgain(db, pricer)).toEqual({ read: 1, changed: 0, sent: 0 });
  });

  it('only adds to data of versions that did not store the read names', () => {
    const { db } = stored((known) => ({
      ...known,
      wire: null,
      usage: { input: 1 },
      trace: { metadata: { kept: true } },
    }));
    db.run('UPDATE observations SET sync = 2');
    expect(decodeAgain(db, pricer)).toEqual({ read: 1, changed: 1, sent: 1 });
    expect(row(db)).toMatchObject({ type: 'generation', model: 'gpt-4o' });
    const detail = JSON.parse(String(db.get('SELECT detail FROM observations')?.detail));
    expect(detail).toMatchObject({
      usage: { input: 1 },
      trace: { sessionId: 'c-1', metadata: { kept: true } },
    });
  });
});
