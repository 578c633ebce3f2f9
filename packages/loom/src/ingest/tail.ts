import type { Unrecorded } from '../budgets/status.js';
import { Ledger } from '../ledger/calls.js';
import { costOf } from '../ledger/cost.js';
import type { Witness } from '../ledger/witness.js';
import type { PriceCall } from '../prices/price.js';
import { loadPricer } from '../prices/pricer.js';
import type { Database } from '../store/database.js';
import { foldersOf } from './belonging.js';
import { mergeRows, type PartialResponse, witnessesOf } from './claude-response.js';
import { CLAUDE_MARKS, type ClaudeRow, readClaudeRow } from './claude-rows.js';
import { loadCursor } from './cursor.js';
import { linesOf } from './packed.js';
import { transcriptAt } from './sources.js';

/** Cost of a session that is not recorded yet, by Loom's session id. */
export type Tail = (sessionId: string) => Unrecorded[];

/**
 * Reads the end of a Claude Code transcript, and of its subagents' transcripts, while another process
 * records. Writes nothing. Subtracts cost that is recorded in the meantime.
 */
export async function readTail(db: Database, loomDir: string, transcript: string): Promise<Tail> {
  const price = await loadPricer(loomDir);
  const folders = foldersOf(db, loomDir);
  const responses = new Map<string, PartialResponse>();
  for (const { agent, path } of transcriptAt(transcript)) {
    const from = agent === 'claude-code' ? loadCursor(db, path).offset : Number.POSITIVE_INFINITY;
    for (const { text } of Number.isFinite(from) ? linesOf(path, from, () => CLAUDE_MARKS) : []) {
      const row = text ? rowIn(text) : undefined;
      if (row?.response && (row.cwd === null || folders.of(row.cwd, row.branch) !== 'other')) {
        const { response, at } = row;
        const now = { response, sessionId: '', iteration: null, agentId: row.agentId, at, endedAt: at };
        const before = responses.get(response.id);
        responses.set(response.id, before ? mergeRows(before, now) : now);
      }
    }
  }
  return (sessionId) =>
    unrecorded(
      db,
      price,
      [...responses.values()].flatMap((one) => witnessesOf({ ...one, sessionId }, false)),
    );
}

function unrecorded(db: Database, price: PriceCall, witnesses: readonly Witness[]): Unrecorded[] {
  const ledger = new Ledger(db, price);
  return witnesses.flatMap((witness): Unrecorded[] => {
    const known = ledger.find(witness);
    // An event is complete, and a result covers all calls of its run.
    if (known?.source === 'otel' || (!known && isInResult(db, witness))) {
      return [];
    }
    const had = known && db.get<{ micros: number | null }>(RECORDED, known.id);
    const { micros } = costOf(price, witness);
    if (micros === null) {
      return known ? [] : [{ at: witness.at, micros }];
    }
    const more = micros - (had?.micros ?? 0);
    return more > 0 ? [{ at: witness.at, micros: more }] : [];
  });
}

const RECORDED = 'SELECT cost_micros AS micros FROM llm_calls WHERE id = ?';

function isInResult(db: Database, { sessionId, at }: Witness): boolean {
  return (
    db.get(
      "SELECT 1 FROM llm_calls WHERE session_id = ? AND source = 'sdk' AND ended_at >= ? LIMIT 1",
      sessionId,
      at,
    ) !== undefined
  );
}

function rowIn(text: string): ClaudeRow | undefined {
  try {
    return readClaudeRow(text);
  } catch {
    return undefined;
  }
}
