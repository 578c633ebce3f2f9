import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { LoomError } from '../errors.js';
import { packageRoot } from '../package.js';
import { GATE } from './gate.js';
import { type HookEventName, MARK, NO_SETTINGS } from './settings-text.js';

export function settingsPath(projectDir: string, shared: boolean): string {
  return join(projectDir, '.claude', shared ? 'settings.json' : 'settings.local.json');
}

/**
 * Command that the agent's shell runs at an event. It can't fail the agent: without Node or without us it is
 * a success too. Recording continues in the background, so the agent waits for a shell and not for Node. The
 * budget check only runs if a budget is set. For a git worktree `main` is the folder of the project's main
 * one.
 */
export function hookCommands(
  projectDir: string,
  path: string = lmPath(projectDir),
  main?: string,
): (event: HookEventName) => readonly string[] {
  const run = `node "${path}" hook`;
  const dir = '$CLAUDE_PROJECT_DIR';
  // A worktree has no .loom of its own. Where these commands are its own too, they name the main one's; else it is asked always.
  const free = main
    ? `[ ! -e "${main.replaceAll('\\', '/')}/${GATE}" ]`
    : `[ ! -e "${dir}/${GATE}" ] && [ ! -f "${dir}/.git" ]`;
  const gate = `${free} || ${run} 2>/dev/null || true ${MARK}`;
  const record = `{ LOOM_HOOK_PARENT=$PPID ${run} <&3 >/dev/null 2>&1 & } 3<&0 || true ${MARK}`;
  // The model reads this output, so the agent must wait for it.
  const tell = `${run} 2>/dev/null || true ${MARK}`;
  return (event) =>
    event === 'SessionStart' || event === 'PreCompact'
      ? [tell]
      : event === 'PreToolUse'
        ? [gate]
        : event === 'UserPromptSubmit'
          ? [record, gate]
          : [record];
}

/** Path of `lm` that works in any folder, for git worktrees, which usually have no node_modules. */
export function lmFromAnywhere(): string {
  return join(packageRoot, 'bin', 'lm.js').replaceAll('\\', '/');
}

export function lmPath(projectDir: string): string {
  const bin = join(packageRoot, 'bin', 'lm.js');
  const inside = relative(projectDir, bin).replaceAll('\\', '/');
  const local = existsSync(join(projectDir, 'node_modules/@create-something/loom/bin/lm.js'));
  return local
    ? '$CLAUDE_PROJECT_DIR/node_modules/@create-something/loom/bin/lm.js'
    : inside.startsWith('..')
      ? bin.replaceAll('\\', '/')
      : `$CLAUDE_PROJECT_DIR/${inside}`;
}

export function readSettings(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : NO_SETTINGS;
}

/**
 * Written to a temporary file and renamed: an agent that reads its settings meanwhile sees either the old or
 * the new text.
 */
export function writeSettings(path: string, text: string): void {
  try {
    // If the settings are a link into a dotfiles folder, the link stays.
    const target = existsSync(path) ? realpathSync(path) : path;
    if (text === NO_SETTINGS) {
      rmSync(target, { force: true });
      return;
    }
    mkdirSync(dirname(target), { recursive: true });
    const temporary = `${target}.${process.pid}.tmp`;
    writeFileSync(temporary, text);
    if (existsSync(target)) {
      chmodSync(temporary, statSync(target).mode);
    }
    renameSync(temporary, target);
  } catch (error) {
    throw new LoomError(
      `${path} can't be written: ${(error as Error).message}`,
      'Make the file and its folder writable, then run the command again. Nothing was changed.',
    );
  }
}
