import { ATLAS_DIMENSION } from '../../atlas-dimension.js';
import type { Database } from '../../store/database.js';
import { cleanName } from '../limits.js';
import type { ReceivedSpan } from '../trace.js';

/** Adds the Atlas terms that observations carry, in their own metadata or their trace's, to those of the trace. */
export function addTerms(db: Database, traceSeq: number, spans: readonly ReceivedSpan[]): void {
  const terms = new Map<string, Set<string>>();
  for (const span of spans) {
    collectTerms(span.metadata, terms);
    collectTerms(span.trace.metadata, terms);
  }
  for (const [dimension, of] of terms) {
    for (const term of of) {
      db.run(
        'INSERT INTO trace_atlas(dimension, term, trace_seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        dimension,
        term,
        traceSeq,
      );
    }
  }
}

export function forgetTerms(db: Database, traceSeq: number): void {
  db.run('DELETE FROM trace_atlas WHERE trace_seq = ?', traceSeq);
}

function collectTerms(metadata: Readonly<Record<string, unknown>>, terms: Map<string, Set<string>>): void {
  for (const [key, value] of Object.entries(metadata)) {
    if ((typeof value === 'string' || typeof value === 'number') && ATLAS_DIMENSION.test(key)) {
      terms.set(key, (terms.get(key) ?? new Set()).add(cleanName(String(value))));
    }
  }
}
