import { type ChildProcess, spawn } from 'node:child_process';

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** Added to this process's environment; `undefined` takes a variable away. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds until the whole process group is killed. Default: 5 minutes. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end, without a terminal, and gives back what it said. Never rejects on a bad exit. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  const child = startGroup(command, args, options);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timeoutMs = options.timeoutMs ?? 300_000;
  const timer = setTimeout(() => {
    stderr += `\nkilled after ${timeoutMs} ms`;
    void stopGroup(child);
  }, timeoutMs);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status) => resolve(status ?? 1));
    });
    return { code, stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits until a program has printed what `pattern` matches, on either stream and in however many pieces.
 * Rejects with all that it printed when it ends before.
 */
export function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const found = pattern.exec(text);
        if (found) resolve(found);
      });
    }
    child.once('error', reject);
    child.once('close', (code) =>
      reject(new Error(`ended with ${code} before it printed ${pattern}:\n${text}`)),
    );
  });
}

/** As `run`, but a bad exit is an error that quotes the end of what the program said. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Finished> {
  const finished = await run(command, args, options);
  if (finished.code !== 0) {
    const said = `${finished.stdout}\n${finished.stderr}`.trim().slice(-3000);
    throw new Error(`${command} ${args.join(' ')} ended with exit code ${finished.code}\n${said}`);
  }
  return finished;
}

const groups = new Set<ChildProcess>();
let isClosing = false;

/** Ends every program that is still running, and lets no other start: the first half of a clean way out. */
export async function stopAll(): Promise<void> {
  isClosing = true;
  await Promise.all([...groups].map(stopGroup));
}

// The last resort when a run is cut short: wrangler leaves workerd behind when only its parent dies.
process.on('exit', () => {
  for (const child of groups) kill(child, 'SIGKILL');
});

/** Starts a program as the head of its own process group, so that all it starts can be ended with it. */
export function startGroup(command: string, args: readonly string[], options: RunOptions): ChildProcess {
  if (isClosing) throw new Error('stopped');
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  groups.add(child);
  child.on('close', () => groups.delete(child));
  return child;
}

/** Asks the group to end, insists after 5 seconds, and resolves when its head is gone. */
export async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  kill(child, 'SIGTERM');
  const insist = setTimeout(() => kill(child, 'SIGKILL'), 5000);
  await gone;
  clearTimeout(insist);
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch {
    // Already gone.
  }
}
