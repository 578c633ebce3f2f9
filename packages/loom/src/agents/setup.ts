import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hookCommands, lmPath, settingsPath } from '../hooks/settings.js';
import {
  HOOK_EVENTS,
  type HookCommands,
  type HookEventName,
  NO_SETTINGS,
  withHooks,
  withoutHooks,
} from '../hooks/settings-text.js';
import { TOML, withBlock, withoutBlock } from './block.js';
import { JSON_CLIENTS, type JsonClient, type ServerCommand, serverCommand } from './mcp-clients.js';
import { type McpFile, SERVER, withMcpEntry, withoutMcpEntry } from './mcp-entry.js';

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

/** A file's current and planned text. */
export interface FileEdit {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly what: string;
}

/** In seconds for Claude Code and Codex, in milliseconds for Gemini CLI. */
const TIMEOUT_S = 10;

interface Plan {
  /** A JSON file of hooks: its events, and the command for the agent. */
  readonly hooks?: (dir: string) => {
    readonly path: string;
    readonly events: readonly HookEventName[];
    readonly commands: HookCommands;
    readonly timeout: number;
  };
  /** Text that the agent reads at its start. */
  readonly text?: string;
  /** Where the agent looks for the project's MCP servers. `toml` is Codex' own format. */
  readonly mcp?: JsonClient | { readonly path: string; readonly of: 'toml' };
}

/** A file that can't be written, and the reason. */
export interface ManualStep {
  readonly path: string;
  readonly says: string;
}

const PLANS: Readonly<Record<AgentName, Plan>> = {
  claude: {
    hooks: (dir) => ({
      path: settingsPath(dir, false),
      events: HOOK_EVENTS,
      commands: hookCommands(dir),
      timeout: TIMEOUT_S,
    }),
    mcp: JSON_CLIENTS.claude,
  },
  // developers.openai.com/codex/hooks: the model reads the output of a SessionStart hook.
  codex: {
    hooks: (dir) => ({
      path: join(dir, '.codex/hooks.json'),
      events: ['SessionStart'],
      commands: primeCommand(dir, 'text'),
      timeout: TIMEOUT_S,
    }),
    text: 'AGENTS.md',
    // developers.openai.com/codex/mcp: read in projects that the user trusts.
    mcp: { path: '.codex/config.toml', of: 'toml' },
  },
  // geminicli.com/docs/hooks/reference: stdout must be JSON, and timeouts are in milliseconds.
  gemini: {
    hooks: (dir) => ({
      path: join(dir, '.gemini/settings.json'),
      events: ['SessionStart'],
      commands: primeCommand(dir, 'hook'),
      timeout: TIMEOUT_S * 1000,
    }),
    text: 'GEMINI.md',
    mcp: JSON_CLIENTS.gemini,
  },
  cursor: { text: '.cursor/rules/loom.mdc', mcp: JSON_CLIENTS.cursor },
  copilot: { text: '.github/copilot-instructions.md', mcp: JSON_CLIENTS.vscode },
  windsurf: { text: '.windsurf/rules/loom.md' },
  opencode: { text: 'AGENTS.md', mcp: JSON_CLIENTS.opencode },
  amp: { text: 'AGENTS.md', mcp: JSON_CLIENTS.amp },
  'agents-md': { text: 'AGENTS.md' },
};

/** Plans the edits that set up Loom for an agent, or undo that. Writes nothing. */
export function planSetup(
  agent: AgentName,
  dir: string,
  remove: boolean,
): { readonly edits: readonly FileEdit[]; readonly left: readonly ManualStep[] } {
  const { hooks, text, mcp } = PLANS[agent];
  const edits = new Map<string, FileEdit>();
  const left: ManualStep[] = [];
  const edit = (path: string, what: string, missing: string, change: (before: string) => string) => {
    const earlier = edits.get(path);
    const before = earlier?.before ?? (existsSync(path) ? readFileSync(path, 'utf8') : missing);
    const from = earlier?.after ?? before;
    const after = change(from);
    const did = [earlier?.what, after === from ? undefined : what].filter(Boolean).join('; ');
    edits.set(path, { path, before, after, what: did });
  };
  if (hooks) {
    const { path, events, commands, timeout } = hooks(dir);
    edit(path, `hooks: ${events.join(', ')}`, NO_SETTINGS, (before) =>
      remove ? withoutHooks(before, path) : withHooks(before, commands, path, events, timeout),
    );
  }
  if (text) {
    const path = join(dir, text);
    edit(path, 'instructions', '', (before) =>
      remove ? withoutBlock(before, path) : withBlock(before, INSTRUCTIONS, path),
    );
  }
  if (mcp) {
    const path = join(dir, mcp.path);
    const { of } = mcp;
    const command = mcpCommand(dir);
    edit(path, 'MCP server', of === 'toml' ? '' : NO_SETTINGS, (before) => {
      const after =
        of === 'toml' ? inToml(before, command, path, remove) : inJson(before, of(command), path, remove);
      if (after === undefined) {
        left.push({
          path,
          says: `${path} already has another MCP server called ${SERVER}, which was kept. The command of Loom's server is: ${command.join(' ')}`,
        });
      }
      return after ?? before;
    });
  } else if (!remove) {
    left.push({
      path: '',
      says: `The MCP servers of ${agent} are not in the project. Add this one there: ${mcpCommand(dir).join(' ')}`,
    });
  }
  return { edits: [...edits.values()], left };
}

function inJson(before: string, file: McpFile, path: string, remove: boolean): string | undefined {
  return remove ? withoutMcpEntry(before, file.holder, path) : withMcpEntry(before, file, path);
}

function inToml(
  before: string,
  command: readonly string[],
  path: string,
  remove: boolean,
): string | undefined {
  const others = withoutBlock(before, path, TOML);
  if (remove) {
    return others;
  }
  // TOML allows a table only once, and not together with an inline table of the same name.
  if (/^\s*\[\s*["']?mcp_servers["']?\s*\.\s*["']?loom["']?\s*[.\]]|^\s*mcp_servers\s*[.=]/m.test(others)) {
    return undefined;
  }
  const [program, ...args] = command;
  const block = [
    `[mcp_servers.${SERVER}]`,
    `command = ${JSON.stringify(program)}`,
    `args = [${args.map((arg) => JSON.stringify(arg)).join(', ')}]`,
  ];
  return withBlock(before, block.join('\n'), path, TOML);
}

/** Agents start a project's servers in the project's folder. */
function mcpCommand(dir: string): ServerCommand {
  return serverCommand(lmPath(dir).replace('$CLAUDE_PROJECT_DIR/', ''));
}

/** Runs the same `lm` as the hooks of Claude Code, but without its project variable. */
function primeCommand(dir: string, as: 'text' | 'hook'): string {
  const path = lmPath(dir).replace('$CLAUDE_PROJECT_DIR', '$(git rev-parse --show-toplevel)');
  return `node "${path}" prime --for ${as} 2>/dev/null || true # loom`;
}

const INSTRUCTIONS = `## Loom

Loom stores the issues, checkpoints and cost of this project (command: \`lm\`).

- Start with \`lm prime\`. It shows your issue, the last checkpoint, decisions and budget. Run it again after a compaction.
- \`lm ready\` lists the issues that you can start. Run \`lm claim <id>\` before you work on one; only one worker gets it.
- Run \`lm checkpoint "state of the work"\` at each milestone.
- Run \`lm create "…" --discovered-from <id>\` for work that you discover.
- Run \`lm done <id> --evidence "…"\` after you have finished and verified the work.
- Run \`lm remember "…" --kind decision\` for information that the next session needs.`;
