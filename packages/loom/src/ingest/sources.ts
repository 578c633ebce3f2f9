import { type Dirent, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface TranscriptFile {
  readonly agent: 'claude-code' | 'codex';
  readonly path: string;
}

/** A file or folder that could not be read, and why. */
export interface Unread {
  readonly path: string;
  readonly reason: string;
}

/**
 * All transcripts that the agents have left on this machine, for any project, the oldest first: a resumed session
 * repeats what the first one said, and the one that said it first is to be read first.
 */
export function findTranscripts(env: NodeJS.ProcessEnv): { files: TranscriptFile[]; unread: Unread[] } {
  const unread: Unread[] = [];
  const codexHome = env.CODEX_HOME || join(homedir(), '.codex');
  const claude = claudeRoots(env)
    .flatMap((root) => filesUnder(join(root, 'projects'), (name) => name.endsWith('.jsonl'), unread))
    .sort(byAge)
    // Subagents after the sessions they belong to, whose turns they are counted in.
    .sort((a, b) => Number(isSubagent(a.path)) - Number(isSubagent(b.path)));
  const codex = ['sessions', 'archived_sessions'].flatMap((folder) =>
    filesUnder(join(codexHome, folder), (name) => /^rollout-.*\.jsonl(\.zst)?$/.test(name), unread).sort(
      byAge,
    ),
  );
  const files = [
    ...claude.map(({ path }) => ({ agent: 'claude-code' as const, path })),
    ...codex.map(({ path }) => ({ agent: 'codex' as const, path })),
  ];
  return { files, unread };
}

/** Where Claude Code keeps its data: CLAUDE_CONFIG_DIR (several with commas), else both of its usual places. */
export function claudeRoots(env: NodeJS.ProcessEnv): string[] {
  if (env.CLAUDE_CONFIG_DIR) {
    return env.CLAUDE_CONFIG_DIR.split(',')
      .map((dir) => dir.trim())
      .filter(Boolean);
  }
  return [join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'claude'), join(homedir(), '.claude')];
}

function isSubagent(path: string): boolean {
  return /[\\/]subagents[\\/]/.test(path);
}

interface Found {
  readonly path: string;
  /** When it was last written to, in Unix ms. */
  readonly at: number;
}

function byAge(a: Found, b: Found): number {
  return a.at - b.at || (a.path < b.path ? -1 : 1);
}

/** One folder that is closed to us must not keep the others from being read. */
function filesUnder(dir: string, wanted: (name: string) => boolean, unread: Unread[]): Found[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      unread.push({ path: dir, reason: (error as Error).message });
    }
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) {
      return filesUnder(path, wanted, unread);
    }
    const file = entry.isFile() && wanted(entry.name) && statSync(path, { throwIfNoEntry: false });
    return file ? [{ path, at: file.mtimeMs }] : [];
  });
}
