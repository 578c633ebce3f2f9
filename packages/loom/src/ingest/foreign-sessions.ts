import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../store/database.js';
import { foldersOf } from './belonging.js';
import { claudeRoots } from './sources.js';

/** One of a session's first lines has its folder. */
const READ_BYTES = 64 * 1024;

/**
 * Claude Code sessions of other projects: their transcript has a folder elsewhere. Sessions without a
 * transcript, and those already recorded here, are not included.
 */
export function foreignSessions(
  db: Database,
  loomDir: string,
  env: NodeJS.ProcessEnv,
): (sessionId: string) => boolean {
  const known = new Map<string, boolean>();
  const folders = foldersOf(db, loomDir);
  // The owner of a deleted folder is unknown.
  const isOurs = (cwd: string) => ['ours', 'gone'].includes(folders.of(cwd, null));
  return (sessionId) => {
    const before = known.get(sessionId);
    if (before !== undefined) {
      return before;
    }
    if (db.get("SELECT 1 FROM sessions WHERE source = 'claude-code' AND source_session_id = ?", sessionId)) {
      return false;
    }
    const cwd = folderOf(sessionId, env);
    if (cwd === undefined) {
      return false;
    }
    known.set(sessionId, !isOurs(cwd));
    return !isOurs(cwd);
  };
}

function folderOf(sessionId: string, env: NodeJS.ProcessEnv): string | undefined {
  // Text from the network must not be used as a path.
  if (!/^[\w-]{1,100}$/.test(sessionId)) {
    return undefined;
  }
  for (const root of claudeRoots(env)) {
    const projects = join(root, 'projects');
    for (const folder of existsSync(projects) ? readdirSync(projects) : []) {
      const path = join(projects, folder, `${sessionId}.jsonl`);
      if (existsSync(path)) {
        return firstFolder(path);
      }
    }
  }
  return undefined;
}

function firstFolder(path: string): string | undefined {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(READ_BYTES);
    const text = bytes.toString('utf8', 0, readSync(file, bytes, 0, READ_BYTES, 0));
    const [, cwd] = /"cwd":("(?:[^"\\]|\\.)*")/.exec(text) ?? [];
    return cwd === undefined ? undefined : (JSON.parse(cwd) as string);
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
