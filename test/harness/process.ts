import { type ChildProcess, spawn } from 'node:child_process';

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** Added to this process's environment; `undefined` removes a variable. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds until the whole process group is killed. Default: 5 minutes. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end, without a terminal, and returns its output. Never rejects on a bad exit. */
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
 * Waits until a program has printed a match of `pattern` on one of its streams, in any number of chunks. If the program
 * ends first, it rejects with the output.
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

/** Like `run`, but a bad exit is an error with the end of the output. */
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

/** Ends every program that is still running, and prevents new ones. It is the first half of a clean exit. */
export async function stopAll(): Promise<void> {
  isClosing = true;
  await Promise.all([...groups].map(stopGroup));
}

// Kills every program when a run is stopped, because wrangler leaves workerd running if only its parent ends.
process.on('exit', () => {
  for (const child of groups) kill(child, 'SIGKILL');
});

/** Starts a program as the leader of its own process group, so that its children end with it. */
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

/** Asks the group to end, kills it after 5 seconds, and resolves when its leader has ended. */
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
