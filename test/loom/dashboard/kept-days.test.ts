import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLoomForReading } from '../../../packages/loom/src/store/open.js';
import { HOMES } from '../homes/homes.js';
import { asker, NOW, seeded } from './seeded.js';

const VIEWS = [
  'trend?last=90d',
  'trend?last=7d&by=ai_task.type',
  'atlas?last=90d',
  'atlas?last=90d&dimension=touchpoint.type',
  'agents?last=90d',
  'overview?last=90d',
  'curves?last=90d',
  'facets?last=90d',
  'facets?last=90d&names=model,task',
] as const;

/** Without the sending state, which belongs to the home. */
const figures = (answer: object) => ({ ...answer, sync: undefined });

describe.each(HOMES)('on %s', (_name, open) => {
  const { db, ask, run } = seeded(open(), 300, 300);

  const call = db.get<{ id: string; session_id: string }>(
    'SELECT id, session_id FROM llm_calls WHERE started_at < ? ORDER BY started_at DESC LIMIT 1',
    NOW - 3 * 86_400_000,
  );
  const trace = db.get<{ seq: number; id: string }>(
    'SELECT seq, id FROM traces WHERE generations > 0 AND cost_micros IS NOT NULL AND started_us < ? ORDER BY started_us DESC LIMIT 1',
    (NOW - 3 * 86_400_000) * 1000,
  );
  const tagged = (term: string) => () =>
    run(
      `INSERT INTO atlas_tags(entity, entity_id, dimension, term) VALUES ('llm_call', ?, 'ai_task.type', ?)
       ON CONFLICT DO UPDATE SET term = excluded.term`,
      call?.id,
      term,
    );

  /** Changes in a day long ago whose sums were read before. */
  const CHANGES: Readonly<Record<string, () => Promise<unknown>>> = {
    'a call gets another price': () =>
      run("UPDATE llm_calls SET cost_micros = 77, cost_basis = 'estimated' WHERE id = ?", call?.id),
    'a call grows': () =>
      run('UPDATE llm_calls SET output_tokens = output_tokens + 1000 WHERE id = ?', call?.id),
    'a call gets its own term': tagged('verify'),
    'that term changes': tagged('extract'),
    'that term is removed': () =>
      run("DELETE FROM atlas_tags WHERE entity = 'llm_call' AND entity_id = ?", call?.id),
    'its session gets another term': () =>
      run("UPDATE atlas_tags SET term = 'plan' WHERE entity = 'session' AND entity_id = ?", call?.session_id),
    'a call moves to another day': () =>
      run('UPDATE llm_calls SET started_at = started_at - 86400000 WHERE id = ?', call?.id),
    'a call is deleted': () => run('DELETE FROM llm_calls WHERE id = ?', call?.id),
    'a generation gets another price': async () => {
      await run(
        "UPDATE observations SET cost_micros = cost_micros + 5 WHERE trace_id = ? AND cost_basis = 'calculated'",
        trace?.id,
      );
      await run('UPDATE traces SET cost_micros = cost_micros + 5 WHERE seq = ?', trace?.seq);
    },
    'a trace gets another term': async () => {
      await run('UPDATE traces SET errors = errors WHERE seq = ?', trace?.seq);
      await run(
        "UPDATE trace_atlas SET term = 'plan' WHERE trace_seq = ? AND dimension = 'ai_task.type'",
        trace?.seq,
      );
    },
    'a trace is deleted like an old one': async () => {
      await run('DELETE FROM observations WHERE trace_id = ?', trace?.id);
      await run('DELETE FROM traces WHERE seq = ?', trace?.seq);
    },
  };

  it.each(Object.entries(CHANGES))('stored sums of days long ago are updated: %s', async (_, change) => {
    const before = await Promise.all(VIEWS.map((view) => ask(view).then(figures)));
    await change();
    const after = await Promise.all(VIEWS.map((view) => ask(view).then(figures)));
    expect(after).not.toEqual(before);
    // A connection without stored sums.
    const fresh = openLoomForReading(dirname(db.path));
    expect(after).toEqual(await Promise.all(VIEWS.map((view) => asker(fresh)(view).then(figures))));
    fresh.close();
  });
});
