import { homedir } from 'node:os';
import { join } from 'node:path';
import { countOrZero, recordsIn, textOrNull } from '../../json-values.js';
import type { Entry, Format } from './entry.js';
import { type Json, recordAt, recordIn, timeOf } from './json.js';

/**
 * Amp: `threads/T-*.json`, one document for each thread. A ledger has each request's input and output. The
 * resulting message has the cache tokens. Amp bills credits, so dollars are calculated from list prices.
 */
export const amp: Format = {
  agent: 'amp',
  unit: 'file',
  roots: (env) => [
    join(env.AMP_DATA_DIR || join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'amp'), 'threads'),
  ],
  selects: (path) => /[\\/]T-[^\\/]*\.json$/.test(path),
  read: (text) => {
    const thread = recordIn(text);
    const session = textOrNull(thread?.id);
    const ledger = recordsIn(recordAt(thread, 'usageLedger'), 'events');
    if (!thread || !session) {
      return [];
    }
    const startedAt = timeOf(thread.created);
    const at = Number.isNaN(startedAt) ? timeOf(ledger[0]?.timestamp) : startedAt;
    if (Number.isNaN(at)) {
      return [];
    }
    const messages = recordsIn(thread, 'messages');
    return [
      { session, at, cwd: folderOf(thread), title: textOrNull(thread.title) ?? undefined },
      ...ledger.flatMap((event) => readEvent(event, session, messages)),
    ];
  },
};

function readEvent(event: Json, session: string, messages: readonly Json[]): Entry[] {
  const [id, model, at] = [textOrNull(event.id), textOrNull(event.model), timeOf(event.timestamp)];
  if (!id || !model || Number.isNaN(at)) {
    return [];
  }
  const answer = messages.find(
    (message) => message.role === 'assistant' && message.messageId === event.toMessageId,
  );
  const usage = event.toMessageId === undefined ? {} : recordAt(answer, 'usage');
  const tokens = recordAt(event, 'tokens');
  return [
    {
      at,
      call: {
        id: `amp:${session}:${id}`,
        model,
        provider: null,
        kinds: {
          input: countOrZero(tokens.input),
          output: countOrZero(tokens.output),
          cache_read: countOrZero(usage.cacheReadInputTokens),
          cache_write: countOrZero(usage.cacheCreationInputTokens),
        },
        dollars: null,
      },
    },
  ];
}

/** `env.initial.trees[0].uri`, a file URL. */
function folderOf(thread: Json): string | undefined {
  const [tree] = recordsIn(recordAt(thread, 'env', 'initial'), 'trees');
  const uri = textOrNull(tree?.uri);
  return uri?.startsWith('file://') ? decodeURIComponent(new URL(uri).pathname) : undefined;
}
