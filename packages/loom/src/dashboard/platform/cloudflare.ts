import { isRecord, recordsIn, textOrNull } from '../../json-values.js';
import { type PlatformRecord, platformRecord } from './span.js';

/** Cloudflare's public API. wrangler reads the same variable to override it. */
const API_URL = 'https://api.cloudflare.com/client/v4';
const TIMEOUT_MS = 15_000;
/**
 * Margin before and after a trace when searching its spans, in ms: clocks differ, and Durable Objects may
 * continue to run.
 */
const AROUND_MS = 15 * 60_000;
const MAX_EVENTS = 2000;

export interface CloudflareAccess {
  readonly accountId: string;
  /** A token that may read Workers Observability. */
  readonly token: string;
  /** Without a slash at the end. */
  readonly apiUrl: string;
}

export function cloudflareAccess(env: NodeJS.ProcessEnv): CloudflareAccess | undefined {
  const { CLOUDFLARE_ACCOUNT_ID: accountId, CLOUDFLARE_API_TOKEN: token } = env;
  return accountId && token
    ? { accountId, token, apiUrl: (env.CLOUDFLARE_API_BASE_URL || API_URL).replace(/\/+$/, '') }
    : undefined;
}

/** The spans of a trace from Workers Observability, masked. A text is the reason for a failure. */
export async function askCloudflare(
  { accountId, token, apiUrl }: CloudflareAccess,
  traceId: string,
  startedAt: number,
): Promise<readonly PlatformRecord[] | string> {
  try {
    const response = await fetch(
      `${apiUrl}/accounts/${encodeURIComponent(accountId)}/workers/observability/telemetry/query`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(queryFor(traceId, startedAt)),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    );
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok || !isRecord(body) || body.success !== true) {
      return `Cloudflare answered ${response.status}${reasonOf(body)}.`;
    }
    return eventsOf(body.result)
      .map((event) => spanOf(event, traceId))
      .filter((span) => span !== undefined);
  } catch (error) {
    return `The request to Cloudflare failed: ${(error as Error).message}.`;
  }
}

function queryFor(traceId: string, startedAt: number): unknown {
  return {
    queryId: `loom-${traceId}`,
    // Do not save this query in the account.
    dry: true,
    view: 'events',
    limit: MAX_EVENTS,
    timeframe: { from: Math.floor(startedAt - AROUND_MS), to: Math.ceil(startedAt + AROUND_MS) },
    parameters: {
      datasets: ['cloudflare-workers'],
      filters: [{ key: '$metadata.traceId', operation: 'eq', type: 'string', value: traceId }],
      limit: MAX_EVENTS,
    },
  };
}

function reasonOf(body: unknown): string {
  const [first] = isRecord(body) && Array.isArray(body.errors) ? body.errors : [];
  return isRecord(first) && typeof first.message === 'string' ? `: ${first.message}` : '';
}

function eventsOf(result: unknown): Record<string, unknown>[] {
  return isRecord(result) ? recordsIn(result.events, 'events') : [];
}

/** The span of an event. Log lines of the trace have no span of their own. */
function spanOf(event: Record<string, unknown>, traceId: string): PlatformRecord | undefined {
  const metadata = isRecord(event.$metadata) ? event.$metadata : {};
  const workers = isRecord(event.$workers) ? event.$workers : {};
  if (metadata.spanName === undefined) {
    return undefined;
  }
  return platformRecord({
    traceId,
    id: metadata.spanId,
    parentId: metadata.parentSpanId,
    service: textOrNull(metadata.service) ?? textOrNull(workers.scriptName),
    name: String(metadata.spanName),
    startedMs: Number(metadata.startTime ?? event.timestamp),
    durationMs: metadata.duration,
    outcome: workers.outcome,
    error: metadata.error,
    attributes: isRecord(event.source) ? event.source : {},
  });
}
