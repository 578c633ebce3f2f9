import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The addresses of the recipe's programs: `lm dashboard`, and `wrangler dev`. */
export const PORTS = [4319, 8787] as const;

interface Done {
  readonly command: string;
  readonly exit: string;
}

/** Reads the recipe in the output of the first command, and returns its commands in turn. */
export class Script {
  readonly #home: string;
  readonly #reviews: boolean;
  readonly done: Done[] = [];
  traced: string | undefined;
  #open: string[] | undefined;
  #running = '';

  /** @param reviews true if it creates a plan file instead of the first step */
  constructor(home: string, reviews: boolean) {
    this.#home = home;
    this.#reviews = reviews;
  }

  get isOver(): boolean {
    return this.#open?.length === 0;
  }

  /** @param result the output of the last command; undefined before the first */
  next(result: string | undefined): string | undefined {
    if (result !== undefined) this.#note(result);
    if (this.#open === undefined && result !== undefined) this.#open = stepsIn(result, this.#reviews);
    const step = this.#open === undefined ? 'npx create-something-observe --no-install' : this.#open.shift();
    if (step === undefined) return undefined;
    this.#running = step;
    return `${asRun(step, this.#home)}; echo "exit code $?"`;
  }

  #note(result: string): void {
    const [, exit = 'unknown'] = /exit code (\d+)/.exec(result) ?? [];
    this.done.push({ command: this.#running, exit });
    if (this.#running.includes('lm traces')) this.traced = /.*list_notes.*/.exec(result)?.[0].trim();
  }

  /** Ends the programs of the recipe. */
  stop(): void {
    for (const port of PORTS) {
      try {
        const pids = readFileSync(join(this.#home, `${port}.pid`), 'utf8').trim();
        process.kill(-Number(pids));
      } catch {
        // It has ended already.
      }
    }
  }
}

/** The numbered commands, and one for "then call a tool". */
function stepsIn(printed: string, reviews: boolean): string[] {
  const steps = [...printed.matchAll(/^ *\d+\. (.+)$/gm)].map(([, command = '']) => command);
  const [, detect] = /^To review a plan .*?: (.+)$/m.exec(printed) ?? [];
  const [, plan] = /^Then, instead of step 1: (.+)$/m.exec(printed) ?? [];
  if (reviews) {
    if (!detect || !plan) throw new Error('The recipe has no commands for a plan file.');
    const isLocal = detect.replace('--json', '--json --local');
    steps.splice(0, 1, isLocal, plan, 'rm plan.json');
  }
  return steps.flatMap((step) => (step.includes('wrangler dev') ? [step, CALL] : [step]));
}

/** The Worker gets a call from a normal client. */
const CALL = 'node call.mjs list_notes';

/** A background program gets its own process group, and the conversation continues when it listens. */
function asRun(step: string, home: string): string {
  if (!step.endsWith('&')) return step;
  const port = step.includes('dashboard') ? PORTS[0] : PORTS[1];
  const words = step.slice(0, -1).trim();
  return [
    `setsid ${words} > ${home}/${port}.log 2>&1 < /dev/null & echo $! > ${home}/${port}.pid`,
    `for i in $(seq 90); do curl -s -o /dev/null http://127.0.0.1:${port}/ && break; sleep 1; done`,
  ].join('\n');
}
