import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { EXIT, LoomError } from '../errors.js';
import { packageRoot } from '../package.js';

/** Each of these costs the agent one start of Node, so only what is needed: begin, heartbeat, gate, end. */
export const HOOK_EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'Stop',
  'SubagentStop',
  'SessionEnd',
] as const;

/** By this a hook is known as ours again. A shell takes it for a comment. */
const MARK = '# loom';
/** In seconds. Without one, Claude Code gives all SessionEnd hooks together 1.5 s. */
const TIMEOUT_S = 10;

interface HookGroup {
  matcher?: string;
  hooks?: { type?: string; command?: string; timeout?: number }[];
}

type Settings = Record<string, unknown> & { hooks?: Record<string, HookGroup[]> };

export function settingsPath(projectDir: string, shared: boolean): string {
  return join(projectDir, '.claude', shared ? 'settings.json' : 'settings.local.json');
}

/** Adds our hooks to a settings text, in place of older ones of ours; all else stays. */
export function withHooks(text: string, command: string, path: string): string {
  if (holds(parse(text, path), command)) {
    return text;
  }
  const settings = parse(withoutHooks(text, path), path);
  const hooks: Record<string, HookGroup[]> = { ...settings.hooks };
  for (const event of HOOK_EVENTS) {
    const ours: HookGroup = { hooks: [{ type: 'command', command, timeout: TIMEOUT_S }] };
    hooks[event] = [...(hooks[event] ?? []), ours];
  }
  return format({ ...settings, hooks }, text);
}

export function withoutHooks(text: string, path: string): string {
  const settings = parse(text, path);
  if (!settings.hooks) {
    return text;
  }
  const hooks: Record<string, HookGroup[]> = {};
  let changed = false;
  for (const [event, groups] of Object.entries(settings.hooks)) {
    const kept = groups.flatMap((group) => {
      const others = (group.hooks ?? []).filter((hook) => !hook.command?.endsWith(MARK));
      changed ||= others.length !== (group.hooks ?? []).length;
      return others.length > 0 || (group.hooks ?? []).length === 0 ? [{ ...group, hooks: others }] : [];
    });
    if (kept.length > 0 || groups.length === 0) {
      hooks[event] = kept;
    }
  }
  if (!changed) {
    return text;
  }
  const { hooks: _, ...rest } = settings;
  return format(Object.keys(hooks).length > 0 ? { ...rest, hooks } : rest, text);
}

/** Whether each event has our hook already, as it would be written now. */
function holds(settings: Settings, command: string): boolean {
  const ours = (event: string) =>
    (settings.hooks?.[event] ?? [])
      .flatMap((group) => group.hooks ?? [])
      .filter((hook) => hook.command?.endsWith(MARK));
  return HOOK_EVENTS.every((event) => {
    const [hook, ...more] = ours(event);
    return hook?.command === command && hook.timeout === TIMEOUT_S && more.length === 0;
  });
}

/** What the agent's shell runs. It can't fail the agent: without Node or without us it is a success too. */
export function hookCommand(projectDir: string): string {
  const bin = join(packageRoot, 'bin', 'lm.js');
  const inside = relative(projectDir, bin).replaceAll('\\', '/');
  const local = existsSync(join(projectDir, 'node_modules/@create-something/loom/bin/lm.js'));
  const path = local
    ? '$CLAUDE_PROJECT_DIR/node_modules/@create-something/loom/bin/lm.js'
    : inside.startsWith('..')
      ? bin.replaceAll('\\', '/')
      : `$CLAUDE_PROJECT_DIR/${inside}`;
  return `node "${path}" hook 2>/dev/null || true ${MARK}`;
}

export function readSettings(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '{}\n';
}

/** Written beside and renamed: an agent that reads its settings meanwhile sees the old or the new, whole. */
export function writeSettings(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

function parse(text: string, path: string): Settings {
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch (error) {
    throw new LoomError(
      `${path} is no JSON: ${(error as Error).message}`,
      'Correct it, then run the command again. Nothing was changed.',
      EXIT.usage,
    );
  }
  const hooks = (settings as Settings | null)?.hooks;
  const sound =
    typeof settings === 'object' &&
    settings !== null &&
    !Array.isArray(settings) &&
    (hooks === undefined ||
      (typeof hooks === 'object' &&
        hooks !== null &&
        Object.values(hooks).every((groups) => Array.isArray(groups))));
  if (!sound) {
    throw new LoomError(
      `${path} does not look like Claude Code's settings.`,
      'Correct its "hooks", then run the command again. Nothing was changed.',
      EXIT.usage,
    );
  }
  return settings as Settings;
}

/** In the file's own indentation. */
function format(settings: Settings, like: string): string {
  const indent = /^[\t ]+(?=")/m.exec(like)?.[0] ?? '  ';
  return `${JSON.stringify(settings, null, indent)}\n`;
}
