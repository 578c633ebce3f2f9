import type { Database } from '../../store/database.js';
import type { ReceivedScore, ReceivedSpan } from '../trace.js';
import type { Costs } from './costs.js';
import {
  OBSERVATION_COLUMNS,
  type ObservationRow,
  observationValues,
  type ScoreRow,
  scoreValues,
} from './rows.js';

const places = (count: number) => Array<string>(count).fill('?').join(', ');

const INSERT = `INSERT INTO observations(${OBSERVATION_COLUMNS.join(', ')}) VALUES (${places(OBSERVATION_COLUMNS.length)})
  ON CONFLICT(trace_id, id) DO NOTHING`;
const UPDATE = `UPDATE observations SET ${OBSERVATION_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE seq = ?`;
const SCORE_COLUMNS =
  'id, trace_id, observation_id, session_id, name, data_type, value, text_value, comment, metadata, at, received_at';
const SAVE_SCORE = `INSERT OR REPLACE INTO scores(${SCORE_COLUMNS}) VALUES (${places(12)})`;

/** False where one with its id is there already. */
export function insertObservation(db: Database, span: ReceivedSpan, costs: Costs): boolean {
  return db.run(INSERT, ...observationValues(span, costs)) === 1;
}

export function replaceObservation(db: Database, seq: number, span: ReceivedSpan, costs: Costs): void {
  db.run(UPDATE, ...observationValues(span, costs), seq);
}

export function findObservation(db: Database, traceId: string, id: string): ObservationRow | undefined {
  return db.get<ObservationRow>('SELECT * FROM observations WHERE trace_id = ? AND id = ?', traceId, id);
}

/** In the order in which they came. */
export function observationsOf(db: Database, traceId: string): ObservationRow[] {
  return db.all<ObservationRow>('SELECT * FROM observations WHERE trace_id = ? ORDER BY seq', traceId);
}

/** @param now Unix ms */
export function saveScore(db: Database, score: ReceivedScore, now: number): void {
  db.run(SAVE_SCORE, ...scoreValues(score, now));
}

export const SCORES_OF = 'SELECT * FROM scores WHERE trace_id = ? ORDER BY at, id';

export function scoresOf(db: Database, traceId: string): ScoreRow[] {
  return db.all<ScoreRow>(SCORES_OF, traceId);
}
