import { homedir } from 'node:os';
import { join } from 'node:path';
import { countOrZero, recordsOf, textOrNull } from '../../json-values.js';
import { dollarsOrNull } from '../../money.js';
import type { Entry, Format } from './entry.js';
import { recordAt, recordIn, timeOf } from './json.js';

/**
 * pi: `agent/sessions/<folder>/<time>_<id>.jsonl`: a header, then messages. Kinds of tokens do not overlap.
 * It has its own prices.
 */
export const pi: Format = {
  agent: 'pi',
  unit: 'line',
  roots: (env) => [join(env.PI_AGENT_DIR || join(homedir(), '.pi', 'agent'), 'sessions')],
  selects: (path) => path.endsWith('.jsonl'),
  read: (text) => {
    const row = recordIn(text);
    const at = timeOf(row?.timestamp);
    if (!row || Number.isNaN(at)) {
      return [];
    }
    if (row.type === 'session') {
      const session = textOrNull(row.id);
      return session ? [{ session, at, cwd: textOrNull(row.cwd) ?? undefined }] : [];
    }
    return row.type === 'message' ? readMessage(row, at) : [];
  },
};

function readMessage(row: Record<string, unknown>, at: number): Entry[] {
  const message = recordAt(row, 'message');
  const id = textOrNull(row.id) ?? `${at}`;
  if (message.role === 'user') {
    return [{ at, prompt: { id: `pi:${id}` } }];
  }
  if (message.role === 'toolResult') {
    const tool = textOrNull(message.toolCallId);
    return tool ? [{ at, tools: [{ id: `pi:${tool}`, name: 'unknown', ok: message.isError !== true }] }] : [];
  }
  const usage = recordAt(message, 'usage');
  const model = textOrNull(message.model);
  if (message.role !== 'assistant' || !model || usage.input === undefined) {
    return [];
  }
  const tools = recordsOf(message.content).flatMap((part) => {
    const tool = part.type === 'toolCall' ? textOrNull(part.id) : null;
    const path = textOrNull(recordAt(part, 'arguments').path);
    return tool ? [{ id: `pi:${tool}`, name: textOrNull(part.name) ?? 'unknown', ok: null, path }] : [];
  });
  return [
    {
      at,
      tools,
      call: {
        id: `pi:${textOrNull(message.responseId) ?? id}`,
        model,
        provider: textOrNull(message.provider),
        kinds: {
          input: countOrZero(usage.input),
          output: countOrZero(usage.output),
          cache_read: countOrZero(usage.cacheRead),
          cache_write: countOrZero(usage.cacheWrite),
        },
        dollars: dollarsOrNull(recordAt(usage, 'cost').total) || null,
      },
    },
  ];
}
