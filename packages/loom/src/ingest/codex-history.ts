import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { type History, totalKey } from './codex-replay.js';
import { readCodexRow } from './codex-rows.js';
import { linesOf } from './packed.js';

/** The first line has the id. The line may be long, but the id is at its start. */
const HEAD_BYTES = 2048;
/** Every relevant row contains one of these. */
const MARKS: readonly string[] = ['"task_started"', '"token_count"', '"token_usage_record"'];

/** Finds the rollouts of sessions by Codex's ids, and reads their histories on demand. */
export class Rollouts {
  readonly #paths: readonly string[];
  #byId: Map<string, string[]> | undefined;
  readonly #histories = new Map<string, History | undefined>();

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** Content of another session's files; undefined without files. */
  history(id: string): History | undefined {
    return this.#read(this.#of(id));
  }

  /** Content of earlier files of the same session; undefined for the first. */
  before(id: string, path: string): History | undefined {
    const order = [...this.#of(id)].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    return this.#read(order.slice(0, Math.max(0, order.indexOf(path))));
  }

  #read(others: readonly string[]): History | undefined {
    const key = others.join('\n');
    if (others.length > 0 && !this.#histories.has(key)) {
      this.#histories.set(key, historyOf(others));
    }
    return this.#histories.get(key);
  }

  #of(id: string): readonly string[] {
    if (!this.#byId) {
      this.#byId = new Map();
      for (const path of this.#paths) {
        const found = idIn(path);
        if (found) {
          this.#byId.set(found, [...(this.#byId.get(found) ?? []), path]);
        }
      }
    }
    return this.#byId.get(id) ?? [];
  }
}

/** The file name starts with the time. */
function orderOf(path: string): string {
  return `${basename(path)}\n${path}`;
}

function idIn(path: string): string | undefined {
  if (path.endsWith('.zst')) {
    return /-([0-9a-f]{8}-[0-9a-f-]{27})\.jsonl\.zst$/.exec(path)?.[1];
  }
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      const text = head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0)).toString('utf8');
      return /"session_meta"[\s\S]*?"id"\s*:\s*"([^"]+)"/.exec(text)?.[1];
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

function historyOf(paths: readonly string[]): History | undefined {
  const [turns, totals, responses] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const path of paths) {
    try {
      for (const { text } of linesOf(path, 0, () => MARKS)) {
        const row = text ? rowIn(text) : undefined;
        if (row?.type === 'turn-start' && row.turnId) {
          turns.add(row.turnId);
        } else if (row?.type === 'usage' && row.total) {
          totals.add(totalKey(row.total));
        } else if (row?.type === 'record') {
          responses.add(row.responseId);
        }
      }
    } catch {
      // If the file can't be read, the run that reads it reports that.
    }
  }
  return totals.size + turns.size === 0 ? undefined : { turns, totals, responses };
}

function rowIn(text: string): ReturnType<typeof readCodexRow> {
  try {
    return readCodexRow(text);
  } catch {
    return undefined;
  }
}
