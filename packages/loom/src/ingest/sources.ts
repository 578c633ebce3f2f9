import { type Dirent, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Agent } from './agents/entry.js';
import { FORMATS } from './agents/formats.js';

/** Agents whose transcripts are read. Also the `source` of their sessions. */
export const AGENTS = ['claude-code', 'codex', ...FORMATS.map(({ agent }) => agent)] as const;

export interface TranscriptFile {
  readonly agent: Agent;
  readonly path: string;
}

/** A file or folder that could not be read, with the reason. */
export interface UnreadableFile {
  readonly path: string;
  readonly reason: string;
}

/**
 * All transcripts of agents on this machine, for any project, oldest first. A resumed session repeats the
 * first one, so the first must be read before it. Links are followed, and each real file is read once.
 */
export function findTranscripts(env: NodeJS.ProcessEnv): {
  files: TranscriptFile[];
  unread: UnreadableFile[];
} {
  const search = new Search();
  const claude = claudeRoots(env)
    .flatMap((root) => search.under(join(root, 'projects'), isTranscript))
    .sort(byAge)
    // Subagents come after their sessions, because they use the sessions' turns.
    .sort((a, b) => Number(isSubagent(a.path)) - Number(isSubagent(b.path)));
  const codex = ['sessions', 'archived_sessions'].flatMap((folder) =>
    codexRoots(env).flatMap((root) =>
      search.under(join(root, folder), (name) => /^rollout-.*\.jsonl(\.zst)?$/.test(name)).sort(byAge),
    ),
  );
  const files: TranscriptFile[] = [
    ...claude.map(({ path }) => ({ agent: 'claude-code' as const, path })),
    ...codex.map(({ path }) => ({ agent: 'codex' as const, path })),
  ];
  for (const { agent, roots, selects: wanted } of FORMATS) {
    const found = roots(env).flatMap((root) => search.under(root, () => true));
    files.push(
      ...found
        .filter(({ path }) => wanted(path))
        .sort(byAge)
        .map(({ path }) => ({ agent, path })),
    );
  }
  return { files, unread: search.unread };
}

/** The transcript that an agent named, and those of its subagents. */
export function transcriptAt(path: string): TranscriptFile[] {
  const agent = /^rollout-/.test(basename(path)) ? 'codex' : 'claude-code';
  if (!existsSync(path)) {
    return [];
  }
  const under =
    agent === 'codex' ? [] : new Search().under(path.replace(/\.jsonl$/, ''), isTranscript).sort(byAge);
  return [{ agent, path }, ...under.map((found) => ({ agent, path: found.path }) as const)];
}

function isTranscript(name: string): boolean {
  return name.endsWith('.jsonl');
}

/** Claude Code's data folders: CLAUDE_CONFIG_DIR (comma-separated), or both default folders. */
export function claudeRoots(env: NodeJS.ProcessEnv): string[] {
  return (
    folders(env.CLAUDE_CONFIG_DIR) ?? [
      join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'claude'),
      join(homedir(), '.claude'),
    ]
  );
}

function codexRoots(env: NodeJS.ProcessEnv): string[] {
  return folders(env.CODEX_HOME) ?? [join(homedir(), '.codex')];
}

/** Comma-separated folders. A `~` is expanded here, because no shell does it. */
function folders(list: string | undefined): string[] | undefined {
  const named = list
    ?.split(',')
    .map((folder) => folder.trim())
    .filter(Boolean)
    .map((folder) => folder.replace(/^~(?=[\\/]|$)/, homedir()));
  return named && named.length > 0 ? [...new Set(named.map((folder) => resolve(folder)))] : undefined;
}

function isSubagent(path: string): boolean {
  return /[\\/]subagents[\\/]/.test(path);
}

interface Found {
  readonly path: string;
  /** Time of the last change, in Unix ms. */
  readonly at: number;
}

function byAge(a: Found, b: Found): number {
  return a.at - b.at || (a.path < b.path ? -1 : 1);
}

/** Longer than any path (limits.h, PATH_MAX). */
const PATH_BYTES = 4096;

/**
 * Target of a link that is stored as text. Git writes a link into a small file if links are off
 * (git-config(1), core.symlinks), and so do programs that copy folders. Undefined for every other file.
 */
function linkIn(path: string): string | undefined {
  if (statSync(path).size > PATH_BYTES) {
    return undefined;
  }
  const text = readFileSync(path, 'utf8').trim();
  if (text === '' || /^[{[]|[\0\n]/.test(text)) {
    return undefined;
  }
  const target = resolve(dirname(path), text);
  return existsSync(target) ? target : undefined;
}

/** Continues if a folder can't be read. */
class Search {
  readonly unread: UnreadableFile[] = [];
  /** Real folders and files seen so far: links can form a cycle, or lead to files of another root. */
  readonly #met = new Set<string>();

  under(dir: string, wanted: (name: string) => boolean): Found[] {
    let entries: Dirent[];
    try {
      if (!this.#isNew(realpathSync(dir))) {
        return [];
      }
      entries = readdirSync(dir, { withFileTypes: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.unread.push({ path: dir, reason: (error as Error).message });
      }
      return [];
    }
    return entries.flatMap((entry) => this.#entry(join(dir, entry.name), entry, wanted));
  }

  #entry(path: string, entry: Dirent, wanted: (name: string) => boolean): Found[] {
    if (entry.isDirectory()) {
      return this.under(path, wanted);
    }
    if (!entry.isFile() && !entry.isSymbolicLink()) {
      return [];
    }
    try {
      const target = entry.isFile() ? linkIn(path) : path;
      if (target === undefined && !wanted(entry.name)) {
        return [];
      }
      const real = target ?? path;
      const file = statSync(real);
      if (file.isDirectory()) {
        return this.under(real, wanted);
      }
      // Two names of the same file count once.
      const key = file.ino === 0 ? realpathSync(real) : `${file.dev}:${file.ino}`;
      return file.isFile() && wanted(entry.name) && this.#isNew(key)
        ? [{ path: real, at: file.mtimeMs }]
        : [];
    } catch (error) {
      this.unread.push({ path, reason: (error as Error).message });
      return [];
    }
  }

  #isNew(key: string): boolean {
    const isNew = !this.#met.has(key);
    this.#met.add(key);
    return isNew;
  }
}
