import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface TranscriptFile {
  readonly agent: 'claude-code' | 'codex';
  readonly path: string;
}

/** All transcripts that the agents have left on this machine, for any project. */
export function findTranscripts(env: NodeJS.ProcessEnv): TranscriptFile[] {
  const claude = claudeRoots(env)
    .flatMap((root) => filesUnder(join(root, 'projects'), (name) => name.endsWith('.jsonl')))
    // Subagents after the sessions they belong to, whose turns they are counted in.
    .sort((a, b) => Number(isSubagent(a)) - Number(isSubagent(b)) || (a < b ? -1 : 1));
  const codexHome = env.CODEX_HOME || join(homedir(), '.codex');
  const codex = ['sessions', 'archived_sessions'].flatMap((folder) =>
    filesUnder(join(codexHome, folder), (name) => /^rollout-.*\.jsonl(\.zst)?$/.test(name)).sort(),
  );
  return [
    ...claude.map((path) => ({ agent: 'claude-code' as const, path })),
    ...codex.map((path) => ({ agent: 'codex' as const, path })),
  ];
}

/** Where Claude Code keeps its data: CLAUDE_CONFIG_DIR (several with commas), else both of its usual places. */
function claudeRoots(env: NodeJS.ProcessEnv): string[] {
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

function filesUnder(dir: string, wanted: (name: string) => boolean): string[] {
  if (!existsSync(dir)) {
    return [];
  }
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && wanted(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
