import type { Database } from '../../store/database.js';
import { insertOf } from './query-steps.js';
import { OBSERVATION_COLUMNS, type ObservationRow, type ScoreRow } from './rows.js';

const SCORE_COLUMNS = [
  'id',
  'trace_id',
  'observation_id',
  'session_id',
  'name',
  'data_type',
  'value',
  'text_value',
  'comment',
  'metadata',
  'at',
  'received_at',
];

const UPDATED = OBSERVATION_COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ');

/**
 * Adds missing rows of {@link observationValues}. Checking for a conflict would take SQLite a fifth longer.
 */
export const ADD_OBSERVATION = insertOf('observations', OBSERVATION_COLUMNS);

/** Adds or replaces rows of {@link observationValues}. The sending state of a row stays unchanged. */
export const SAVE_OBSERVATION = insertOf(
  'observations',
  OBSERVATION_COLUMNS,
  `ON CONFLICT(trace_id, id) DO UPDATE SET ${UPDATED}`,
);

/** Rows of {@link scoreValues}. */
export const SAVE_SCORE = insertOf('scores', SCORE_COLUMNS, '', 'INSERT OR REPLACE');

/** In order of arrival. */
export function observationsOf(db: Database, traceId: string): ObservationRow[] {
  return db.all<ObservationRow>('SELECT * FROM observations WHERE trace_id = ? ORDER BY seq', traceId);
}

export const SCORES_OF = 'SELECT * FROM scores WHERE trace_id = ? ORDER BY at, id';

export function scoresOf(db: Database, traceId: string): ScoreRow[] {
  return db.all<ScoreRow>(SCORES_OF, traceId);
}
