import { homedir } from 'node:os';
import { join } from 'node:path';
import { normalise } from '@create-something/observability/usage';
import { isRecord, textOrNull } from '../../json-values.js';
import type { Entry, Format } from './entry.js';
import { recordAt, recordIn, timeOf } from './json.js';

/**
 * GitHub Copilot CLI: `session-state/<session>/events.jsonl`. It has no usage of single requests. The end of
 * a session has the sums by model, so each model is one call. Copilot bills requests, so dollars are from
 * list prices.
 */
export const copilot: Format = {
  agent: 'copilot-cli',
  unit: 'line',
  roots: (env) => [join(env.COPILOT_HOME || join(homedir(), '.copilot'), 'session-state')],
  selects: (path) => /[\\/]events\.jsonl$/.test(path) || /session-state[\\/][^\\/]+\.jsonl$/.test(path),
  read: (text) => {
    const row = recordIn(text);
    const at = timeOf(row?.timestamp);
    return row && !Number.isNaN(at) ? readEvent(row, recordAt(row, 'data'), at) : [];
  },
};

function readEvent(row: Record<string, unknown>, data: Record<string, unknown>, at: number): Entry[] {
  const id = textOrNull(row.id) ?? `${at}`;
  switch (row.type) {
    case 'session.start':
    case 'session.resume': {
      const context = recordAt(data, 'context');
      const session = textOrNull(data.sessionId);
      return [
        {
          ...(session ? { session } : {}),
          at,
          cwd: textOrNull(context.cwd) ?? undefined,
          branch: textOrNull(context.branch) ?? undefined,
        },
      ];
    }
    case 'user.message':
      return [{ at, prompt: { id: `copilot:${id}` } }];
    case 'tool.execution_start':
      return [
        {
          at,
          tools: [
            { id: `copilot:${data.toolCallId}`, name: textOrNull(data.toolName) ?? 'unknown', ok: null },
          ],
        },
      ];
    case 'tool.execution_complete':
      return [
        { at, tools: [{ id: `copilot:${data.toolCallId}`, name: 'unknown', ok: data.success === true }] },
      ];
    case 'session.shutdown':
      return [
        ...Object.entries(recordAt(data, 'modelMetrics')).map(
          ([model, metric]): Entry => ({
            at,
            call: {
              id: `copilot:${id}:${model}`,
              model,
              provider: null,
              kinds: normalise(usageOf(metric)).kinds,
              dollars: null,
            },
          }),
        ),
        { at, ends: true },
      ];
    default:
      return [];
  }
}

function usageOf(metric: unknown): Record<string, unknown> {
  const usage = isRecord(metric) ? recordAt(metric, 'usage') : {};
  return {
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    inputTokenDetails: { cacheReadTokens: usage.cacheReadTokens, cacheWriteTokens: usage.cacheWriteTokens },
  };
}
