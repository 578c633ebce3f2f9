import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, LoomError } from '../errors.js';
import { jsonOrUndefined } from '../json-values.js';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Path of the project's own wrangler, to run with Node. */
export function findWrangler(dir: string): string | undefined {
  for (let at = dir; ; at = dirname(at)) {
    const bin = join(at, 'node_modules/wrangler/bin/wrangler.js');
    if (existsSync(bin)) {
      return bin;
    }
    if (dirname(at) === at) {
      return undefined;
    }
  }
}

export class Wrangler {
  readonly #bin: string;
  readonly #dir: string;

  /** @param dir the server's folder, which contains its config */
  constructor(dir: string) {
    const bin = findWrangler(dir);
    if (bin === undefined) {
      throw new LoomError(
        'wrangler is not installed in this project.',
        'Install it: npm install --save-dev wrangler',
        EXIT.failed,
      );
    }
    this.#bin = bin;
    this.#dir = dir;
  }

  /** Runs a command. It has no input, so wrangler rejects instead of asking. */
  run(args: readonly string[], echo = false): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [this.#bin, ...args], {
        cwd: this.#dir,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, CI: process.env['CI'] ?? '1', WRANGLER_HIDE_BANNER: 'true', FORCE_COLOR: '0' },
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
        if (echo) {
          process.stderr.write(text);
        }
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
        if (echo) {
          process.stderr.write(text);
        }
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
    });
  }

  /** Runs a command, and throws unless it succeeds. */
  async runOrThrow(args: readonly string[], echo = false): Promise<CommandResult> {
    const ran = await this.run(args, echo);
    if (ran.code !== 0) {
      const last = `${ran.stderr}\n${ran.stdout}`.trim().split('\n').slice(-12).join('\n');
      throw new LoomError(
        `\`wrangler ${args.join(' ')}\` failed:\n${last}`,
        'Fix that, then run the same command again. Completed steps are skipped.',
        EXIT.remote,
      );
    }
    return ran;
  }
}

/** The JSON in a command's output. Wrangler may print other lines before it. */
export function jsonIn(text: string): unknown {
  const at = text.search(/^[[{]/m);
  return at < 0 ? undefined : jsonOrUndefined(text.slice(at));
}
