import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Shells between an agent and its commands, which exit before the agent does. */
const SHELLS = /^-?(sh|bash|zsh|dash|ash|fish|ksh|cmd|pwsh)(\.exe)?$/;
const MAX_DEPTH = 32;

interface ProcessInfo {
  readonly name: string;
  readonly parent: number;
  /** When it started, in whatever unit the system gives; only compared. */
  readonly started: string;
}

/** Undefined when there is no such process. */
export function processInfo(pid: number): ProcessInfo | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** proc(5), stat: the name may hold spaces and brackets, so fields are counted from its last bracket. */
function fromProc(pid: number): ProcessInfo | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    return state === 'Z' || state === 'X'
      ? undefined
      : {
          name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
          parent: Number(fields[1]),
          started: fields[19] ?? '',
        };
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): ProcessInfo | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'ppid=,lstart=,comm=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const match = /^(\d+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line);
    return match
      ? { name: (match[3] ?? '').split('/').pop() ?? '', parent: Number(match[1]), started: match[2] ?? '' }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process that was recorded still runs, and is not another one with its number. */
export function isAlive(pid: number, started: string | null): boolean {
  const info = processInfo(pid);
  if (info) {
    return started === null || started === '' || info.started === started;
  }
  // Without /proc and ps (Windows) the signal is all there is.
  return process.platform === 'win32' && answersSignal(pid);
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

interface Ancestor extends ProcessInfo {
  readonly pid: number;
}

/** The processes above this one, nearest first. Each is looked up when it is asked for: with `ps` that takes a while. */
export function* ancestors(from: number = process.ppid): Generator<Ancestor> {
  for (let pid = from, depth = 0; pid > 1 && depth < MAX_DEPTH; depth += 1) {
    const info = processInfo(pid);
    if (!info) {
      return;
    }
    yield { ...info, pid };
    pid = info.parent;
  }
}

/** The agent that started us: the first process above (from `from` on, if given) that is not a shell. */
export function agentProcess(
  from: number | undefined = undefined,
): { pid: number; started: string } | undefined {
  for (const { pid, name, started } of ancestors(from)) {
    if (!SHELLS.test(name)) {
      return { pid, started };
    }
  }
  return undefined;
}
