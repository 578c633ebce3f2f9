import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Shells between an agent and its commands. They exit before the agent does. */
const SHELLS = /^-?(sh|bash|zsh|dash|ash|fish|ksh|cmd|pwsh)(\.exe)?$/;
const MAX_DEPTH = 32;

interface ProcessInfo {
  readonly name: string;
  readonly parent: number;
  /** Its start time in the system's own unit. It is only compared. */
  readonly started: string;
}

/** Undefined if the process does not exist. */
export function processInfo(pid: number): ProcessInfo | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** proc(5), stat: the name may contain spaces and brackets, so fields are counted after its last bracket. */
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

/** Whether the recorded process still runs, and is not another process with the same id. */
export function isAlive(pid: number, started: string | null): boolean {
  const info = processInfo(pid);
  if (info) {
    return started === null || started === '' || info.started === started;
  }
  // Without /proc and ps (on Windows), only a signal can be tested.
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

/** The ancestors of this process, nearest first. Each is looked up on demand, because `ps` is slow. */
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

/** The agent that started us: the first ancestor (from `from`, if given) that is not a shell. */
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
