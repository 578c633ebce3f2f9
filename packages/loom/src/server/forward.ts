import type { ObservationRow, ScoreRow } from '../receiver/sqlite/rows.js';
import { sha256 } from '../sha256.js';
import type { Sql } from '../store/sql.js';
import type { LangfuseClient, Outcome } from '../sync/client.js';
import {
  type ForwardedIds,
  forwardedScore,
  forwardedSpan,
  SETTLED_MS,
  type StableId,
  unsettled,
} from '../sync/forwarded.js';
import {
  type ForwardState,
  LeaseLost,
  MAX_SPANS,
  readState,
  releaseLease,
  takeLease,
  writeState,
} from './forward-state.js';

const SCORES = 100;
/** Characters of one request. An isolate has 128 MB for all its work. */
const MAX_CHARACTERS = 4_000_000;
/**
 * Requests of one run. With the statements of each request, a run stays below the free plan's limit of 50.
 */
const REQUESTS = 6;
/**
 * Traces to look up on Langfuse in parallel after a response was lost. Such a step counts as {@link DOUBT}
 * requests.
 */
const LOOKUPS = 15;
const DOUBT = 3;
/** How long one run may take, in ms: `waitUntil` ends after 30 seconds. */
const RUN_MS = 22_000;
/**
 * Timeout of one request to Langfuse, in ms. The last request starts early enough to end within the lease.
 */
export const REQUEST_MS = 8000;
const LAST_START_MS = RUN_MS - REQUEST_MS - 2000;

export interface ForwardOptions {
  readonly client: Pick<LangfuseClient, 'sendSpans' | 'sendScores' | 'findSpans'>;
  /** The project's part of each generated id. */
  readonly project: string;
  readonly now: () => number;
}

/** Options and deadlines of one run. */
interface Run extends ForwardOptions {
  readonly sql: Sql;
  readonly lease: number;
  /** Whether another request can finish in time. */
  readonly hasTime: () => boolean;
}

/**
 * Forwards data to Langfuse in the order of arrival, from the time when forwarding began. The state is
 * written before each request. If a response is lost, the next run first looks up what Langfuse has.
 */
export async function forward(sql: Sql, options: ForwardOptions): Promise<void> {
  const startedAt = options.now();
  const lease = startedAt + RUN_MS;
  if (!(await takeLease(sql, startedAt, lease))) {
    return;
  }
  const run: Run = { ...options, sql, lease, hasTime: () => options.now() < startedAt + LAST_START_MS };
  try {
    await sendAll(run);
  } catch (error) {
    if (!(error instanceof LeaseLost)) {
      throw error;
    }
  } finally {
    await releaseLease(sql, lease);
  }
}

async function sendAll(run: Run): Promise<void> {
  let state = await readState(run.sql);
  for (let requests = 0; state && requests < REQUESTS && run.hasTime(); ) {
    requests += state.sending === null ? 1 : DOUBT;
    const step: Step = await sendSpans(run, state);
    state = step.state;
    if (step.next === 'later') {
      return;
    }
    if (step.next === 'scores') {
      break;
    }
  }
  if (state && run.hasTime()) {
    await sendScores(run, state);
  }
}

interface Step {
  readonly state: ForwardState;
  readonly next: 'spans' | 'scores' | 'later';
}

async function sendSpans(run: Run, state: ForwardState): Promise<Step> {
  const rows = await nextObservations(run, state);
  const last = rows.at(-1)?.seq;
  if (last === undefined) {
    const over = {
      ...state,
      sending: (await isDoubtful(run.sql, state)) ? state.sending : null,
      problem: null,
    };
    const isSame = over.sending === state.sending && state.problem === null;
    return { state: isSame ? state : await writeState(run.sql, over, run.lease), next: 'scores' };
  }
  const arrived = state.sending === null ? undefined : await findArrived(run, rows, state.sending);
  if (arrived === 'unsure' || !run.hasTime()) {
    return { state, next: 'later' };
  }
  const open = await writeState(
    run.sql,
    { ...state, sending: Math.max(last, state.sending ?? 0) },
    run.lease,
  );
  const spans = await withHashes(run.project, (ids) => rows.map((row) => forwardedSpan(row, ids)));
  const missing = spans.filter(({ spanId }) => !arrived?.has(spanId));
  const outcome: Outcome = missing.length > 0 ? await run.client.sendSpans(missing) : { kind: 'accepted' };
  const { next, ...changed } = stateAfter(state, rows, last, outcome, run.now());
  return { state: await writeState(run.sql, { ...open, ...changed }, run.lease), next };
}

/** The state after a response. */
function stateAfter(
  state: ForwardState,
  { length }: readonly ObservationRow[],
  last: number,
  outcome: Outcome,
  now: number,
): Partial<ForwardState> & Pick<Step, 'next'> {
  const done = {
    after: last,
    sending: state.sending !== null && last < state.sending ? state.sending : null,
  };
  switch (outcome.kind) {
    case 'accepted':
      return {
        ...done,
        sent: state.sent + length,
        lastSentAt: now,
        problem: outcome.rejectedReason ?? null,
        most: Math.min(MAX_SPANS, state.most * 2),
        next: 'spans',
      };
    case 'refused':
      // Langfuse stored nothing of a rejected request.
      return length > 1
        ? { sending: state.sending, most: length >> 1, next: 'spans' }
        : { ...done, failed: state.failed + 1, problem: null, most: MAX_SPANS, next: 'spans' };
    case 'unknown':
      return { problem: outcome.reason, next: 'later' };
    default:
      return { sending: state.sending, problem: outcome.reason, next: 'later' };
  }
}

/**
 * The next observations, up to the first that may still change, as many as fit into a request. After a lost
 * response, only as many traces as Langfuse can look up.
 */
async function nextObservations(
  { sql, now }: Run,
  { after, sending, most }: ForwardState,
): Promise<ObservationRow[]> {
  const rows = await sql.all<ObservationRow & { readonly unsettled: number }>(
    `WITH sizes AS (SELECT seq, SUM(COALESCE(length(input), 0) + COALESCE(length(output), 0) + length(detail))
         OVER (ORDER BY seq) AS size
       FROM (SELECT seq, input, output, detail FROM observations WHERE seq > ?1 ORDER BY seq LIMIT ?2))
     SELECT o.*, ${unsettled('?3')} AS unsettled
     FROM observations o WHERE o.seq > ?1 AND o.seq <=
       (SELECT COALESCE(MAX(CASE WHEN size <= ${MAX_CHARACTERS} THEN seq END), MIN(seq)) FROM sizes) ORDER BY o.seq`,
    after,
    most,
    now() - SETTLED_MS,
  );
  const traces = new Set<string>();
  const end = rows.findIndex(
    ({ unsettled: mayChange, seq, trace_id }) =>
      mayChange === 1 || (sending !== null && (seq > sending || traces.add(trace_id).size > LOOKUPS)),
  );
  return end === -1 ? rows : rows.slice(0, end);
}

/** Whether any observation that may have arrived still exists. Deleted ones can't be sent again. */
async function isDoubtful(sql: Sql, { after, sending }: ForwardState): Promise<boolean> {
  const row =
    sending !== null &&
    (await sql.get('SELECT 1 AS yes FROM observations WHERE seq > ? AND seq <= ? LIMIT 1', after, sending));
  return Boolean(row);
}

/** Finds out which of the observations that may have arrived Langfuse has. */
async function findArrived(
  { client, project, hasTime }: Run,
  rows: readonly ObservationRow[],
  sending: number,
): Promise<ReadonlySet<string> | 'unsure'> {
  const doubtful = rows.filter(({ seq }) => seq <= sending);
  const spans = await withHashes(project, (ids) => doubtful.map((row) => forwardedSpan(row, ids)));
  const first = Math.min(...doubtful.map(({ started_us }) => started_us)) / 1000;
  const arrived = new Set<string>();
  for (const traceId of new Set(spans.map((span) => span.traceId))) {
    const lookup = hasTime() ? await client.findSpans(traceId, first - 1) : undefined;
    if (lookup?.kind === 'found') {
      for (const id of lookup.spans.keys()) {
        arrived.add(id);
      }
    } else if (lookup?.kind !== 'unsupported') {
      return 'unsure';
    }
  }
  return arrived;
}

/** Scores overwrite themselves by id, so one that may have arrived is sent again. */
async function sendScores({ sql, client, project, now, lease }: Run, state: ForwardState): Promise<void> {
  const rows = await sql.all<ScoreRow & { readonly rowid: number }>(
    'SELECT rowid, * FROM scores WHERE rowid > ? ORDER BY rowid LIMIT ?',
    state.scoresAfter,
    SCORES,
  );
  const last = rows.at(-1)?.rowid;
  if (last === undefined) {
    return;
  }
  const scores = await withHashes(project, (ids) => rows.map((row) => forwardedScore(row, ids)));
  const all = [...(await client.sendScores(scores)).values()];
  const waits = all.find(({ kind }) => kind !== 'accepted' && kind !== 'refused');
  if (waits) {
    const problem = 'reason' in waits ? waits.reason : 'Langfuse rejected the scores';
    await writeState(sql, { ...state, problem }, lease);
    return;
  }
  const failed = all.filter(({ kind }) => kind === 'refused').length;
  const sent = state.sent + rows.length - failed;
  await writeState(
    sql,
    { ...state, scoresAfter: last, sent, failed: state.failed + failed, lastSentAt: now() },
    lease,
  );
}

/**
 * SHA-256 is asynchronous in a Worker. The first round collects the values to hash, and the second uses the
 * hashes.
 */
async function withHashes<T>(project: string, make: (ids: ForwardedIds) => T): Promise<T> {
  const texts = new Set<string>();
  const collect: StableId = (input, length) => {
    texts.add(input);
    return '0'.repeat(length);
  };
  const first = make({ project, stableId: collect });
  if (texts.size === 0) {
    return first;
  }
  const hashes = new Map(
    await Promise.all([...texts].map(async (text) => [text, await sha256(text)] as const)),
  );
  return make({ project, stableId: (input, length) => (hashes.get(input) ?? '').slice(0, length) });
}
