import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, isInScope } from '../../harness/port.js';
import { type Finished, printed, run, startGroup, stopGroup } from '../../harness/process.js';
import { root } from '../../harness/root.js';
import type { CommandBlock } from './read-guide.js';

/** Ports that guides name: those of `lm dashboard` and `wrangler dev`. */
const NAMED = ['4319', '8787'];

/** The terminals of a person who follows a guide: commands run in turn, and programs keep running. */
export class GuideSession {
  readonly #env: NodeJS.ProcessEnv;
  readonly #home: string;
  readonly #running: { stop(): Promise<void> }[] = [];
  /** A free port for each named port that another program uses. */
  readonly #ports = new Map<string, string>();
  #cwd: string;

  constructor(dir: string, home: string, env: NodeJS.ProcessEnv) {
    this.#cwd = dir;
    this.#home = home;
    this.#env = env;
  }

  /** Runs a block. Returns its output and exit code. */
  async follow({ how, text }: CommandBlock): Promise<Finished> {
    for (const port of NAMED) {
      if (!this.#ports.has(port) && this.#running.length === 0 && (await isInScope(Number(port))))
        this.#ports.set(port, String(await freePort()));
    }
    const own = this.#withOwnPorts(text);
    if (how === 'stays') return this.#start(own);
    return how === 'account' ? this.#wordsOnly(text) : this.#run(own);
  }

  #withOwnPorts(text: string): string {
    const dashboard = this.#ports.get('4319');
    const ported =
      dashboard === undefined ? text : text.replace(/\blm dashboard\b/, `$& --port ${dashboard}`);
    return [...this.#ports].reduce((all, [port, own]) => all.replaceAll(port, own), ported);
  }

  /** `init --local` writes the address of the dashboard where local runs read it. */
  async #moveLocalAddress(): Promise<void> {
    const file = join(this.#cwd, '.dev.vars');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const own = text === undefined ? undefined : this.#withOwnPorts(text);
    if (own !== undefined && own !== text) await writeFile(file, own);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((program) => program.stop()));
  }

  async #run(text: string): Promise<Finished> {
    const where = join(this.#home, 'cwd');
    // A `cd` in one block stays for the next.
    const script = `set -e\n${text}\npwd > "${where}"\n`;
    const finished = await run('bash', ['-c', script], { cwd: this.#cwd, env: this.#env });
    this.#cwd = (await readFile(where, 'utf8').catch(() => this.#cwd)).trim();
    await this.#moveLocalAddress();
    return finished;
  }

  /** Resolves when the program has printed its address. */
  async #start(text: string): Promise<Finished> {
    const child = startGroup('bash', ['-c', `exec ${text.trim()}`], { cwd: this.#cwd, env: this.#env });
    this.#running.push({ stop: () => stopGroup(child) });
    try {
      const { input } = await printed(child, /https?:\/\/(127\.0\.0\.1|localhost):\d+/);
      return { code: 0, stdout: input, stderr: '' };
    } catch (error) {
      return { code: 1, stdout: String(error), stderr: '' };
    }
  }

  /** No command reaches an account. The real Wrangler only checks that the flags exist. */
  async #wordsOnly(text: string): Promise<Finished> {
    const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js');
    for (const line of text.trim().split('\n')) {
      const [program, name, ...words] = line.split(' ');
      if (program !== 'npx' || name !== 'wrangler') continue;
      const command = words.filter((word) => /^[a-z]+$/.test(word));
      const help = await run(process.execPath, [wrangler, ...command, '--help'], { cwd: this.#cwd });
      const unknown = words.filter((word) => word.startsWith('--') && !help.stdout.includes(word));
      if (help.code !== 0 || unknown.length > 0) {
        return { code: 1, stdout: `Wrangler does not know: ${line}`, stderr: help.stderr };
      }
    }
    return { code: 0, stdout: '', stderr: '' };
  }
}
