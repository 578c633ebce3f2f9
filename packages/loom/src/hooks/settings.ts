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
import { MARK, NO_SETTINGS } from './settings-text.js';

export function settingsPath(projectDir: string, shared: boolean): string {
  return join(projectDir, '.claude', shared ? 'settings.json' : 'settings.local.json');
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
  return existsSync(path) ? readFileSync(path, 'utf8') : NO_SETTINGS;
}

/** Written beside and renamed: an agent that reads its settings meanwhile sees the old or the new, whole. */
export function writeSettings(path: string, text: string): void {
  try {
    // Where the settings are a link into somebody's dotfiles, they stay one.
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
