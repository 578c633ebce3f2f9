import { type Finding, finding } from '../core/findings.js';
import type { WranglerDocument } from './document.js';
import { DEFAULT_SAMPLING, isSamplingRate } from './sampling.js';
import { isTable } from './worker-settings.js';

/** How a Worker serves MCP; it decides how many spans a call costs. */
export type McpTransport = 'McpAgent' | 'stateless';

/**
 * Spans that Cloudflare records, counted on a local workerd with agents 0.32 and Wrangler 4.164; a few
 * of the storage spans are the local simulator's own.
 */
const SPANS = {
  McpAgent: { call: '24 to 27', initialize: '113 to 116' },
  stateless: { call: '1 to 3', initialize: '1 to 3' },
} as const;

/** Number of spans per tool call; Cloudflare bills each as one event. */
export function spanVolumeNote(
  config: WranglerDocument,
  transport: McpTransport,
  sampling?: number,
): Finding {
  const rate = writtenRate(config) ?? sampling ?? DEFAULT_SAMPLING;
  const { call, initialize } = SPANS[transport];
  const dear = transport === 'McpAgent';
  return finding({
    rule: 'wrangler/span-volume',
    file: config.path,
    line: config.lineOf(['observability', 'traces', 'head_sampling_rate']),
    message: `A traced tool call records ${call} spans${dear ? ` and a new session ${initialize}, most of them Durable Object storage` : ''}; each is billed as one event. At ${percent(rate)} of requests that is what you pay for.`,
    fix: dear
      ? 'Keep the sampling rate low in production; Langfuse still gets every tool call.'
      : 'Lower the sampling rate when traffic grows; Langfuse still gets every tool call.',
  });
}

function writtenRate(config: WranglerDocument): number | undefined {
  const block = config.observability;
  const traces = isTable(block) ? block.traces : undefined;
  if (!isTable(traces) || traces.enabled !== true) return undefined;
  return isSamplingRate(traces.head_sampling_rate) ? traces.head_sampling_rate : 1;
}

function percent(rate: number): string {
  return `${Number((rate * 100).toPrecision(3))} %`;
}
