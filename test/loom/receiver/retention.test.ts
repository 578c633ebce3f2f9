import { describe, expect, it } from 'vitest';
import { decodeExport } from '../../../packages/loom/src/receiver/decode.js';
import { SqliteTraceStore } from '../../../packages/loom/src/receiver/sqlite/store.js';
import type { Arrivals } from '../../../packages/loom/src/receiver/trace.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { Outbox } from '../../../packages/loom/src/sync/outbox.js';
import { pricer } from '../homes/pricer.js';
import { project } from '../project.js';
import { exportOf, type SpanOptions, span } from './exports.js';

const START = 1_763_800_000_000;

function opened(options: Partial<ConstructorParameters<typeof SqliteTraceStore>[1]> = {}) {
  const { db } = project();
  return { db, store: new SqliteTraceStore(db, { pricer, now: () => START, ...options }) };
}

const spans = (...options: SpanOptions[]): Arrivals => ({
  spans: decodeExport(exportOf(...options.map(span))),
});

// A laptop deletes old traces with each request. A team's server uses a cron trigger: test/loom/server.
describe('retention', () => {
  const traces = (db: Database) =>
    db.all<{ id: string }>('SELECT id FROM traces ORDER BY seq').map((t) => t.id[0]);

  it('keeps the newest traces, with all their data', () => {
    const { db, store } = opened({ keep: { traces: 2, days: 30 } });
    for (const letter of ['a', 'b', 'c', 'd']) {
      store.add({
        ...spans({
          traceId: letter.repeat(32),
          attributes: { 'langfuse.observation.metadata.ai_task.type': 'route' },
        }),
        scores: [score(letter.repeat(32))],
      });
    }
    expect(traces(db)).toEqual(['c', 'd']);
    for (const table of ['observations', 'scores', 'trace_atlas']) {
      expect([table, db.get(`SELECT COUNT(*) AS n FROM ${table}`)]).toEqual([table, { n: 2 }]);
    }
  });

  it('deletes old traces, in small steps', () => {
    let now = START;
    const { db, store } = opened({ keep: { traces: 1e6, days: 1 }, now: () => now });
    store.add(
      spans(...Array.from({ length: 250 }, (_, n) => ({ traceId: (n + 1).toString(16).padStart(32, '0') }))),
    );
    now += 2 * 86_400_000;
    const left: unknown[] = [];
    for (const letter of ['a', 'b', 'c']) {
      store.add(spans({ traceId: letter.repeat(32) }));
      left.push(db.get('SELECT COUNT(*) AS n FROM traces')?.n);
    }
    expect(left).toEqual([150, 50, 3]);
  });

  describe('keeps data to be forwarded', () => {
    const letters = (db: Database) => traces(db).join('');
    function filled(text: string) {
      let now = START;
      const { db, store } = opened({ keep: { traces: 3, days: 30 }, now: () => now });
      const add = (letter: string) => {
        now += 10_000;
        store.add(spans({ traceId: letter.repeat(32) }));
      };
      for (const letter of text) {
        add(letter);
      }
      return { db, store, add };
    }

    it('until it is sent or given up', () => {
      const { db, store, add } = filled('abc');
      db.run('UPDATE observations SET sync = 0 WHERE trace_id IN (?, ?)', 'a'.repeat(32), 'b'.repeat(32));
      const [first] = new Outbox(db).claim('spans', START, 1);
      add('d');
      expect(letters(db)).toBe('abcd');
      new Outbox(db).dead(first ? [first] : [], 'refused');
      add('e');
      expect(letters(db)).toBe('bcde');
      expect(db.get('SELECT COUNT(*) AS n FROM outbox')).toEqual({ n: 0 });
      store.add({ scores: [score('d'.repeat(32))] });
      db.run('UPDATE scores SET sync = 0');
      db.run('UPDATE observations SET sync = 2');
      for (const letter of '1234') {
        add(letter);
      }
      expect(letters(db)).toBe('d234');
    });

    it('up to the same number again, because the disk is limited', () => {
      const { db, add } = filled('abc');
      for (const letter of 'def123') {
        db.run('UPDATE observations SET sync = 0');
        add(letter);
      }
      expect(letters(db)).toBe('def123');
    });
  });
});

function score(traceId: string) {
  return {
    id: `of ${traceId}`,
    name: 'quality',
    value: 1,
    dataType: null,
    comment: null,
    traceId,
    observationId: null,
    sessionId: null,
    metadata: null,
    atMs: START,
  };
}
