import { type Finding, finding } from '../core/findings.js';
import type { WranglerDocument } from './document.js';
import { DEFAULT_SAMPLING, isSamplingRate } from './sampling.js';
import { isTable } from './worker-settings.js';

/** How a Worker serves MCP, which decides the number of spans for each call. */
export type McpTransport = 'McpAgent' | 'stateless';

/**
 * The number of spans that Cloudflare records. They were counted on a local workerd with agents 0.32 and
 * Wrangler 4.164. A few storage spans come from the local simulator.
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
  const isExpensive = transport === 'McpAgent';
  return finding({
    rule: 'wrangler/span-volume',
    file: config.path,
    line: config.lineOf(['observability', 'traces', 'head_sampling_rate']),
    message: `A traced tool call records ${call} spans${isExpensive ? ` and a new session ${initialize}, most of them Durable Object storage` : ''}; each is billed as one event. The sampling rate is ${percent(rate)}.`,
    fix: isExpensive
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
