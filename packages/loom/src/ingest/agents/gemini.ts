import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { normalise } from '@create-something/observability/usage';
import { recordsOf, textOrNull } from '../../json-values.js';
import type { Entry, EntryTool, Format } from './entry.js';
import { type Json, recordAt, recordIn, timeOf } from './json.js';

/**
 * Gemini CLI: `tmp/<project>/chats/session-*.jsonl`. The first row names the session. A message may have
 * several rows, and only the last one counts. The project folder is in `tmp/<project>/.project_root`.
 */
export const gemini: Format = {
  agent: 'gemini-cli',
  unit: 'line',
  roots: () => [join(homedir(), '.gemini', 'tmp')],
  selects: (path) => /[\\/]chats[\\/]session-[^\\/]*\.jsonl$/.test(path),
  read: (text, path) => {
    const row = recordIn(text);
    const session = row && textOrNull(row.sessionId);
    if (row && session && row.startTime) {
      return [{ session, at: timeOf(row.startTime), cwd: projectRoot(path) }];
    }
    return row ? messagesIn(row).flatMap(readMessage) : [];
  },
};

/** A row is a message, or a change of messages: `{ "$set": { messages: [...] } }`. */
function messagesIn(row: Json): Json[] {
  return row.$set === undefined ? [row] : recordsOf(recordAt(row, '$set').messages);
}

function readMessage(message: Json): Entry[] {
  const [id, at] = [textOrNull(message.id), timeOf(message.timestamp)];
  if (!id || Number.isNaN(at)) {
    return [];
  }
  if (message.type === 'user') {
    return [{ at, prompt: { id: `gemini:${id}` } }];
  }
  const { input, output, cached, thoughts, tool, total } = recordAt(message, 'tokens');
  const model = textOrNull(message.model);
  if (message.type !== 'gemini' || !model || total === undefined) {
    return [];
  }
  // Input includes the cached tokens. Thoughts and tool prompts are separate.
  const usage = {
    promptTokenCount: input,
    candidatesTokenCount: output,
    cachedContentTokenCount: cached,
    thoughtsTokenCount: thoughts,
    toolUsePromptTokenCount: tool,
    totalTokenCount: total,
  };
  const call = {
    id: `gemini:${id}`,
    model,
    provider: 'google',
    kinds: normalise(usage).kinds,
    dollars: null,
  };
  return [{ at, call, tools: recordsOf(message.toolCalls).flatMap(readTool) }];
}

function readTool(tool: Json): EntryTool[] {
  const id = textOrNull(tool.id);
  const path = textOrNull(recordAt(tool, 'args').file_path);
  return id
    ? [
        {
          id: `gemini:${id}`,
          name: textOrNull(tool.name) ?? 'unknown',
          ok: tool.status === undefined ? null : tool.status === 'success',
          path,
        },
      ]
    : [];
}

function projectRoot(path: string): string | undefined {
  try {
    return readFileSync(join(dirname(dirname(path)), '.project_root'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
