import { spawn } from 'node:child_process';
import { CancelledError, InstallFailedError } from '../errors.js';
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
 * @throws InstallFailedError with what it printed last
 * @throws CancelledError when Ctrl-C ended it
 */
export async function install(manager: PackageManager): Promise<void> {
  const args = manager.name === 'yarn' ? yarnArguments(manager) : INSTALL[manager.name];
  const { code, signal, output } = await run(manager.name, args, manager.root);
  if (code === 0) return;
  if (signal === 'SIGINT') throw new CancelledError('Stopped.', 'Nothing was changed.');
  const last = output.trim().split('\n').slice(-6).join('\n  ');
  throw new InstallFailedError(
    `\`${manager.name} ${args.join(' ')}\` failed, and everything was put back as it was. It said:\n  ${last}`,
    'Try again with --packages <folder of tarballs> (made by `npm pack`), --runtime vendor, or --no-install.',
  );
}

/** Yarn 1 does not know `--no-immutable`; it has a .yarnrc and no .yarnrc.yml. */
function yarnArguments(manager: PackageManager): readonly string[] {
  return manager.isYarnClassic ? ['install'] : INSTALL.yarn;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    let output = '';
    const isWindows = process.platform === 'win32';
    const child = spawn(isWindows ? `${command}.cmd` : command, [...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: isWindows,
    });
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    // Ctrl-C reaches the child by itself; we only wait for it, to put things back afterwards.
    const wait = () => {};
    process.on('SIGINT', wait);
    const end = (ended: Ended) => {
      process.off('SIGINT', wait);
      resolve(ended);
    };
    child.on('error', (error) => end({ code: 1, signal: null, output: `${output}${error.message}` }));
    child.on('close', (code, signal) => end({ code, signal: code === 130 ? 'SIGINT' : signal, output }));
  });
}
