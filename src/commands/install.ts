import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { CancelledError, InstallFailedError } from '../core/errors.js';
import type { PackageManager, PackageManagerName } from '../project/package-manager.js';

/** CI makes pnpm, yarn and bun refuse a lockfile that has to change; here it has to. */
const INSTALL: Readonly<Record<PackageManagerName, readonly string[]>> = {
  npm: ['install', '--no-audit', '--no-fund'],
  pnpm: ['install', '--no-frozen-lockfile'],
  yarn: ['install', '--no-immutable'],
  bun: ['install'],
};

export function installCommand(manager: PackageManager): string {
  return `${manager.name} install`;
}

/**
 * Runs the project's package manager where its lockfile is.
 * @param signal ends it; whoever gave the signal knows
 * @throws InstallFailedError with what it printed last
 * @throws CancelledError when it was ended
 */
export async function install(manager: PackageManager, signal: AbortSignal): Promise<void> {
  const args = manager.name === 'yarn' ? yarnArguments(manager) : INSTALL[manager.name];
  const { code, interrupted, missing, output } = await run(manager, args, signal);
  if (signal.aborted || interrupted) {
    const fix = `Everything was restored except node_modules: ${installCommand(manager)} restores it.`;
    throw new CancelledError('Stopped during the install.', fix);
  }
  if (code === 0) return;
  throw new InstallFailedError(
    `\`${manager.name} ${args.join(' ')}\` failed, and everything was restored. Its output:\n  ${causeOf(output).join('\n  ')}`,
    missing
      ? `Put ${manager.name} on the PATH, or add --no-install and install it yourself.`
      : `Run it there by hand first: ${manager.root}. If the registry can’t be reached: --packages <folder of tarballs> (made by \`npm pack\`), --runtime vendor, or --no-install and your own install.`,
  );
}

/** Yarn 1 does not know `--no-immutable`; it has a .yarnrc and no .yarnrc.yml. */
function yarnArguments(manager: PackageManager): readonly string[] {
  return manager.isYarnClassic ? ['install'] : INSTALL.yarn;
}

interface Ended {
  readonly code: number | null;
  /** Ended by Ctrl-C, which a terminal sends to it as well. */
  readonly interrupted: boolean;
  /** There is no such program. */
  readonly missing: boolean;
  readonly output: string;
}

/** Characters of a program's output: the cause comes before hints and paths of logs. */
const MOST_KEPT = 100_000;
const MOST_LINES = 8;

/** How each package manager begins a line that says what went wrong. */
const CAUSE = /^(?:npm (?:error|ERR!)|error\b|.*\bERR_PNPM_|➤ YN(?!0000)\d+: .*|Internal Error:|Error:)/;
/** Lines of package managers that do not help to find the cause. */
const NOISE = /^(?:npm (?:error|ERR!)\s*(?:A complete log|$|.*-debug-0\.log)|.*(?:funding|warn(?:ing)?\b))/i;

/** The lines that say why, in their order; the last ones where none is known to. */
export function causeOf(output: string): string[] {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const said = [...new Set(lines.filter((line) => CAUSE.test(line) && !NOISE.test(line)))];
  return said.length > 0 ? said.slice(0, MOST_LINES) : lines.slice(-6);
}

/** Milliseconds that a package manager has to end by itself. */
const PATIENCE = 5_000;

function run({ name, root }: PackageManager, args: readonly string[], signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve) => {
    let output = '';
    const isWindows = process.platform === 'win32';
    const child = spawn(isWindows ? `${name}.cmd` : name, [...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: isWindows,
    });
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-MOST_KEPT);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const end = () => endSoon(child);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    const finish = (code: number | null, interrupted: boolean, missing = false) => {
      signal.removeEventListener('abort', end);
      resolve({ code, interrupted, missing, output });
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      output += error.message;
      finish(1, false, error.code === 'ENOENT');
    });
    child.on('close', (code, by) => finish(code, code === 130 || by === 'SIGINT'));
  });
}

/** Asks first. Its child processes may keep our pipes open, so they are closed at the end. */
function endSoon(child: ChildProcessByStdio<null, Readable, Readable>): void {
  child.kill('SIGINT');
  const insist = setTimeout(() => {
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
  }, PATIENCE);
  child.once('close', () => clearTimeout(insist));
}
