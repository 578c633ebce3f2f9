import { ATLAS_DIMENSION } from '../../atlas-dimension.js';
import { cleanName } from '../limits.js';
import type { ReceivedSpan } from '../trace.js';
import { shapeOf, type WriteShape } from './query-steps.js';

/** Rows of {@link termValues}, one for each trace: SQLite takes twice as long for one row per term. */
export const ADD_TERMS: WriteShape = {
  one: addTerms('json_each(?) v', '?'),
  many: addTerms('json_each(?1) e CROSS JOIN json_each(e.value ->> 0) v', 'e.value ->> 1'),
};

function addTerms(from: string, id: string): string {
  return `INSERT INTO trace_atlas(dimension, term, trace_seq) SELECT v.value ->> 0, v.value ->> 1, t.seq
    FROM ${from} CROSS JOIN traces t WHERE t.id = ${id} ON CONFLICT DO NOTHING`;
}

/** Rows of a trace id. */
export const FORGET_TERMS = shapeOf(
  1,
  ([id], from) =>
    `DELETE FROM trace_atlas WHERE trace_seq IN (SELECT seq FROM traces WHERE id IN (SELECT ${id} ${from}))`,
);

/** The Atlas terms of observations, from their own metadata or their trace's. */
export function termValues(traceId: string, spans: readonly ReceivedSpan[]): string[][] {
  const terms = new Map<string, Set<string>>();
  for (const span of spans) {
    collectTerms(span.metadata, terms);
    collectTerms(span.trace.metadata, terms);
  }
  const pairs = [...terms].flatMap(([dimension, of]) => [...of].map((term) => [dimension, term]));
  return pairs.length > 0 ? [[JSON.stringify(pairs), traceId]] : [];
}

function collectTerms(metadata: Readonly<Record<string, unknown>>, terms: Map<string, Set<string>>): void {
  for (const [key, value] of Object.entries(metadata)) {
    if ((typeof value === 'string' || typeof value === 'number') && ATLAS_DIMENSION.test(key)) {
      terms.set(key, (terms.get(key) ?? new Set()).add(cleanName(String(value))));
    }
  }
}
