import { readFileSync } from 'node:fs';
import { EXIT, LoomError } from '../../errors.js';
import { isRecord } from '../../json-values.js';

export type BeadsLine = Readonly<Record<string, unknown>> & { readonly id: string; readonly title: string };

export interface BeadsFile {
  readonly issues: readonly BeadsLine[];
  readonly memories: readonly { readonly key: string; readonly value: string }[];
  /** Invalid lines, each with its number and the reason. */
  readonly unreadable: readonly string[];
  /** Counts of valid lines that Loom does not support, by type. */
  readonly others: ReadonlyMap<string, number>;
}

/** Reads Beads' JSONL export (`bd export`): issues, memories, and lines about the file itself. */
export function readBeads(path: string): BeadsFile {
  const issues = new Map<string, BeadsLine>();
  const memories = new Map<string, string>();
  const unreadable: string[] = [];
  const others = new Map<string, number>();
  let header = false;
  for (const [at, line] of textOf(path).split('\n').entries()) {
    if (line.trim() === '') {
      continue;
    }
    const row = parsed(line);
    if (row === undefined) {
      unreadable.push(`line ${at + 1} is not a JSON object`);
    } else if ('_schema' in row) {
      header = true;
    } else if (row._type === 'memory' && typeof row.key === 'string') {
      memories.set(row.key, typeof row.value === 'string' ? row.value : JSON.stringify(row.value ?? null));
    } else if (typeof row._type === 'string' && row._type !== 'issue') {
      others.set(row._type, (others.get(row._type) ?? 0) + 1);
    } else if (typeof row.id !== 'string' || row.id === '') {
      unreadable.push(`line ${at + 1} has no id`);
    } else if (typeof row.title !== 'string') {
      unreadable.push(`line ${at + 1} (${row.id}) has no title`);
    } else {
      // Git merges of that file can duplicate an issue. The later update counts, or the later line.
      const known = issues.get(row.id);
      if (!known || String(known.updated_at ?? '') <= String(row.updated_at ?? '')) {
        issues.set(row.id, row as BeadsLine);
      }
    }
  }
  if (issues.size === 0 && memories.size === 0 && !header) {
    throw new LoomError(
      `${path} holds no issues${unreadable.length > 0 ? `: ${unreadable.slice(0, 3).join(', ')}` : ''}.`,
      'Run `bd export -o .beads/issues.jsonl` in the Beads project first. Nothing was changed.',
      EXIT.notFound,
    );
  }
  return {
    issues: [...issues.values()],
    memories: [...memories].map(([key, value]) => ({ key, value })),
    unreadable,
    others,
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    throw new LoomError(
      `${path} can't be read.`,
      'Name the file: lm import beads path/to/issues.jsonl (in Beads: `bd export`).',
      EXIT.notFound,
    );
  }
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const row: unknown = JSON.parse(line);
    return isRecord(row) ? row : undefined;
  } catch {
    return undefined;
  }
}
