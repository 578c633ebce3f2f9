import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a program with this terminal and resolves with its exit code.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

/** The same npm that started us, so that `npm test` does not run another one. */
export function npm(args, options) {
  const caller = process.env.npm_execpath ?? '';
  // pnpm and yarn also set this variable, but have no or another `ci`.
  return caller.endsWith('npm-cli.js')
    ? run(process.execPath, [caller, ...args], options)
    : run('npm', args, { shell: process.platform === 'win32', ...options });
}

/** A script by its path in the repository, such as the file in a package's `bin`. */
export function nodeProgram(file, args, options) {
  return run(process.execPath, [file, ...args], options);
}

/** The same without this terminal: returns the output of both streams. */
export async function quietly(file, args) {
  let output = '';
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
  return { code, output };
}
