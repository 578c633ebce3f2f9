import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { CancelledError, InstallFailedError } from '../core/errors.js';
import type { PackageManager, PackageManagerName } from '../project/package-manager.js';

/** In CI, pnpm, yarn and bun reject a lockfile that has to change, but here it must change. */
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
 * @param signal ends the install
 * @throws InstallFailedError with the end of its output
 * @throws CancelledError if the signal ended it
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
  /** Ended by Ctrl-C, which the terminal also sends to the package manager. */
  readonly interrupted: boolean;
  /** The program does not exist. */
  readonly missing: boolean;
  readonly output: string;
}

/** The number of characters of output that are shown. The cause comes before hints and paths of logs. */
const MOST_KEPT = 100_000;
const MOST_LINES = 8;

/** Starts of lines with an error message, for each package manager. */
const CAUSE = /^(?:npm (?:error|ERR!)|error\b|.*\bERR_PNPM_|➤ YN(?!0000)\d+: .*|Internal Error:|Error:)/;
/** Lines of package managers that do not help to find the cause. */
const NOISE = /^(?:npm (?:error|ERR!)\s*(?:A complete log|$|.*-debug-0\.log)|.*(?:funding|warn(?:ing)?\b))/i;

/** The lines with the cause, in order. Without a known one, the last lines. */
export function causeOf(output: string): string[] {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const said = [...new Set(lines.filter((line) => CAUSE.test(line) && !NOISE.test(line)))];
  return said.length > 0 ? said.slice(0, MOST_LINES) : lines.slice(-6);
}

/** Time limit for a package manager to end by itself, in milliseconds. */
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

/** First asks it to end. Its child processes may keep our pipes open, so they are closed at the end. */
function endSoon(child: ChildProcessByStdio<null, Readable, Readable>): void {
  child.kill('SIGINT');
  const insist = setTimeout(() => {
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
  }, PATIENCE);
  child.once('close', () => clearTimeout(insist));
}
