import type { Argv } from 'yargs';
import type { TraceFilter } from '../dashboard/contract/filter.js';
import { readTime } from './times.js';
import { REMOTE } from './views.js';

const SPAN = /^[1-9]\d{0,3}[mhdw]$/;

/** Options for the period and the dimensions of a view. */
export function withDimensionFilter<T>(yargs: Argv<T>) {
  return yargs
    .option('remote', REMOTE)
    .option('since', {
      type: 'string',
      describe: 'From this date, for this long (15m, 24h, 7d), or from the last `release`',
    })
    .option('until', { type: 'string', describe: 'Up to this date, or until this long ago' })
    .option('server', { type: 'string', describe: 'Only this MCP server' })
    .option('tool', { type: 'string', describe: 'Only this tool, resource or prompt' })
    .option('method', { type: 'string', describe: 'Only this MCP method, such as tools/call' })
    .option('status', { choices: ['ok', 'error'] as const, describe: 'Only these' })
    .option('error-type', { type: 'string', describe: 'Such as invalid_arguments, tool_error or timeout' })
    .option('client', { type: 'string', describe: 'Only this MCP client' })
    .option('client-version', { type: 'string', describe: 'Only this version of the client' })
    .option('release', { type: 'string', describe: 'Only this release of the server' })
    .option('environment', { type: 'string', describe: 'Only this environment' });
}

/** All filters of the Traces page. */
export function withTraceFilter<T>(yargs: Argv<T>) {
  return withDimensionFilter(yargs)
    .option('session', { type: 'string', describe: 'Only this session, of a client or of an agent' })
    .option('user', { type: 'string', describe: 'Only this user' })
    .option('model', { type: 'string', describe: 'Only with a generation of this model' })
    .option('min-ms', { type: 'number', describe: 'Only traces that took at least this long' })
    .option('search', { type: 'string', describe: 'Words in name, id, input, output or message' });
}

export interface TraceFilterArgs {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly server?: string | undefined;
  readonly tool?: string | undefined;
  readonly method?: string | undefined;
  readonly status?: 'ok' | 'error' | undefined;
  readonly errorType?: string | undefined;
  readonly client?: string | undefined;
  readonly clientVersion?: string | undefined;
  readonly release?: string | undefined;
  readonly environment?: string | undefined;
  readonly session?: string | undefined;
  readonly user?: string | undefined;
  readonly model?: string | undefined;
  readonly minMs?: number | undefined;
  readonly search?: string | undefined;
}

/** The filter in the form that views take. */
export function filterOf(args: TraceFilterArgs, now: number): TraceFilter {
  const { since, until, search, server, tool, method, status, errorType, client, clientVersion } = args;
  const { release, environment, session, user, model, minMs } = args;
  return {
    ...timeOf(since, now),
    to: until === undefined ? undefined : readTime(until, now),
    server,
    tool,
    method,
    status,
    errorType,
    client,
    clientVersion,
    release,
    environment,
    session,
    user,
    model,
    minMs,
    q: search,
  };
}

/** A span is passed on unchanged, so that the figures match those of the page. */
function timeOf(since: string | undefined, now: number): Pick<TraceFilter, 'last' | 'since' | 'from'> {
  if (since === undefined) {
    return {};
  }
  if (since === 'release') {
    return { since };
  }
  return SPAN.test(since) ? { last: since } : { from: readTime(since, now) };
}

/** Options of views that count by dimensions only. */
export function dimensionsOf(filter: TraceFilter): TraceFilter {
  const { q: _q, session: _s, user: _u, model: _m, issue: _i, atlas: _a, minMs: _ms, ...rest } = filter;
  return rest;
}
