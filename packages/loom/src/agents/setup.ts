import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hookCommands, lmPath, readSettings, settingsPath } from '../hooks/settings.js';
import {
  HOOK_EVENTS,
  type HookCommands,
  type HookEventName,
  withHooks,
  withoutHooks,
} from '../hooks/settings-text.js';
import { withBlock, withoutBlock } from './block.js';

export const AGENTS = [
  'claude',
  'codex',
  'gemini',
  'cursor',
  'copilot',
  'windsurf',
  'opencode',
  'amp',
  'agents-md',
] as const;
export type AgentName = (typeof AGENTS)[number];

/** One file as it is and as it is to be. */
export interface FileEdit {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly what: string;
}

/** In seconds for Claude Code and Codex, in milliseconds for Gemini CLI. */
const TIMEOUT_S = 10;

interface Plan {
  /** A JSON file of hooks: its events, and the command as the agent runs it. */
  readonly hooks?: (dir: string) => {
    readonly path: string;
    readonly events: readonly HookEventName[];
    readonly commands: HookCommands;
    readonly timeout: number;
  };
  /** A text that the agent reads at its start. */
  readonly text?: string;
}

const PLANS: Readonly<Record<AgentName, Plan>> = {
  claude: {
    hooks: (dir) => ({
      path: settingsPath(dir, false),
      events: HOOK_EVENTS,
      commands: hookCommands(dir),
      timeout: TIMEOUT_S,
    }),
  },
  // developers.openai.com/codex/hooks: the model reads what a SessionStart hook prints.
  codex: {
    hooks: (dir) => ({
      path: join(dir, '.codex/hooks.json'),
      events: ['SessionStart'],
      commands: primeCommand(dir, 'text'),
      timeout: TIMEOUT_S,
    }),
    text: 'AGENTS.md',
  },
  // geminicli.com/docs/hooks/reference: stdout has to be JSON, and timeouts are milliseconds.
  gemini: {
    hooks: (dir) => ({
      path: join(dir, '.gemini/settings.json'),
      events: ['SessionStart'],
      commands: primeCommand(dir, 'hook'),
      timeout: TIMEOUT_S * 1000,
    }),
    text: 'GEMINI.md',
  },
  cursor: { text: '.cursor/rules/loom.mdc' },
  copilot: { text: '.github/copilot-instructions.md' },
  windsurf: { text: '.windsurf/rules/loom.md' },
  opencode: { text: 'AGENTS.md' },
  amp: { text: 'AGENTS.md' },
  'agents-md': { text: 'AGENTS.md' },
};

/** What has to be written, or written back, for an agent to use Loom. Nothing is written here. */
export function planSetup(agent: AgentName, dir: string, remove: boolean): FileEdit[] {
  const { hooks, text } = PLANS[agent];
  const edits: FileEdit[] = [];
  if (hooks) {
    const { path, events, commands, timeout } = hooks(dir);
    const before = readSettings(path);
    const after = remove ? withoutHooks(before, path) : withHooks(before, commands, path, events, timeout);
    edits.push({ path, before, after, what: `hooks: ${events.join(', ')}` });
  }
  if (text) {
    const path = join(dir, text);
    const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
    edits.push({
      path,
      before,
      after: remove ? withoutBlock(before, path) : withBlock(before, INSTRUCTIONS, path),
      what: 'instructions',
    });
  }
  return edits;
}

/** Runs the `lm` that the hooks of Claude Code run, without its project variable. */
function primeCommand(dir: string, as: 'text' | 'hook'): string {
  const path = lmPath(dir).replace('$CLAUDE_PROJECT_DIR', '$(git rev-parse --show-toplevel)');
  return `node "${path}" prime --for ${as} 2>/dev/null || true # loom`;
}

const INSTRUCTIONS = `## Loom

This project keeps its issues, checkpoints and cost in Loom (command: \`lm\`).

- Start with \`lm prime\`: your issue, the last checkpoint, decisions, budget. Run it again after your context was compacted.
- \`lm ready\` lists what can be started. \`lm claim <id>\` before work; only one worker gets an issue.
- \`lm checkpoint "where the work stands"\` at each milestone.
- \`lm create "…" --discovered-from <id>\` for what you find on the way.
- \`lm done <id> --evidence "…"\` when it is done and you have seen that it is.
- \`lm remember "…" --kind decision\` for what the next session must know.`;
