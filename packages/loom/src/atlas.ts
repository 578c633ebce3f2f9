import { ATLAS_DIMENSION } from './atlas-dimension.js';
import { EXIT, LoomError } from './errors.js';
import type { Database } from './store/database.js';

/** Entities that can have Atlas terms. */
export type TaggedEntity = 'session' | 'llm_call' | 'tool_call' | 'routing' | 'issue';

/** The AI Interaction Atlas task types, the terms that a person types most. */
export const AI_TASK_TYPES: readonly string[] = [
  'generate',
  'classify',
  'verify',
  'transform',
  'summarize',
  'extract',
  'compare',
  'recommend',
  'predict',
  'explain',
  'translate',
  'rewrite',
  'analyze',
  'route',
  'orchestrate',
];

/** One term per dimension; a later one replaces it. */
export function tag(
  db: Database,
  entity: TaggedEntity,
  id: string,
  terms: Readonly<Record<string, string>>,
): void {
  for (const [dimension, term] of Object.entries(terms)) {
    db.run(
      `INSERT INTO atlas_tags(entity, entity_id, dimension, term) VALUES (?, ?, ?, ?)
       ON CONFLICT(entity, entity_id, dimension) DO UPDATE SET term = excluded.term`,
      entity,
      id,
      dimension,
      term,
    );
  }
}

/** Reads `--task generate` and `--atlas touchpoint.type=cli` into terms. */
export function readTerms(task: string | undefined, pairs: readonly string[]): Record<string, string> {
  const terms: Record<string, string> = {};
  for (const pair of task === undefined ? pairs : [`ai_task.type=${task}`, ...pairs]) {
    const at = pair.indexOf('=');
    const dimension = pair.slice(0, at);
    if (at < 1 || !ATLAS_DIMENSION.test(dimension) || at === pair.length - 1) {
      throw new LoomError(
        `"${pair}" is not an Atlas term.`,
        'Write dimension=term, such as ai_task.type=generate or touchpoint.type=cli.',
        EXIT.usage,
      );
    }
    const term = pair.slice(at + 1);
    if (dimension === 'ai_task.type' && !AI_TASK_TYPES.includes(term)) {
      // A misspelt task would be missing from every sum over it.
      throw new LoomError(
        `"${term}" is not an Atlas task type.`,
        `Use one of ${AI_TASK_TYPES.join(', ')}.`,
        EXIT.usage,
      );
    }
    terms[dimension] = term;
  }
  return terms;
}
