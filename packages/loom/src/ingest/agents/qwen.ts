import { homedir } from 'node:os';
import { join } from 'node:path';
import { normalise } from '@create-something/observability/usage';
import { recordsOf, textOrNull } from '../../json-values.js';
import type { Entry, Format } from './entry.js';
import { recordAt, recordIn, timeOf } from './json.js';

/**
 * Qwen Code: `projects/<folder>/chats/<session>.jsonl`. Rows have their folder and branch. Usage is counted
 * like Gemini's.
 */
export const qwen: Format = {
  agent: 'qwen-code',
  unit: 'line',
  roots: (env) => [join(env.QWEN_HOME || join(homedir(), '.qwen'), 'projects')],
  selects: (path) => /[\\/]chats[\\/][^\\/]+\.jsonl$/.test(path),
  read: (text) => {
    const row = recordIn(text);
    const [session, uuid, at] = [textOrNull(row?.sessionId), textOrNull(row?.uuid), timeOf(row?.timestamp)];
    if (!row || !session || !uuid || Number.isNaN(at)) {
      return [];
    }
    const base = {
      session,
      at,
      cwd: textOrNull(row.cwd) ?? undefined,
      branch: textOrNull(row.gitBranch) ?? undefined,
    };
    return [{ ...base, ...messageOf(row, uuid) }];
  },
};

function messageOf(row: Record<string, unknown>, uuid: string): Partial<Entry> {
  const parts = recordsOf(recordAt(row, 'message').parts);
  switch (row.type) {
    case 'user':
      return { prompt: { id: `qwen:${uuid}` } };
    case 'assistant': {
      const model = textOrNull(row.model);
      const tools = parts.flatMap((part) => {
        const call = recordAt(part, 'functionCall');
        const id = textOrNull(call.id);
        return id
          ? [
              {
                id: `qwen:${id}`,
                name: textOrNull(call.name) ?? 'unknown',
                ok: null,
                path: pathOf(call.args),
              },
            ]
          : [];
      });
      return {
        tools,
        ...(model && row.usageMetadata
          ? {
              call: {
                id: `qwen:${uuid}`,
                model,
                provider: null,
                kinds: normalise(row.usageMetadata).kinds,
                dollars: null,
              },
            }
          : {}),
      };
    }
    case 'tool_result': {
      const result = recordAt(row, 'toolCallResult');
      const id = textOrNull(result.callId);
      return id ? { tools: [{ id: `qwen:${id}`, name: 'unknown', ok: result.status === 'success' }] } : {};
    }
    default:
      return {};
  }
}

function pathOf(args: unknown): string | null {
  return textOrNull(recordAt(args).file_path);
}
