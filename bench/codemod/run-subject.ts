import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun } from '../../test/harness/process.js';

export interface Run {
  /** Wall time of the whole process, milliseconds. */
  readonly ms: number;
  /** Processor time in milliseconds. It is steadier than `ms` on a shared machine. */
  readonly cpuMs: number;
  /** Peak resident memory, megabytes (10^6 bytes). */
  readonly mb: number;
}

/** Runs a Node program in a new process, which reports its memory at the end. */
export async function runMeasured(
  args: readonly string[],
  { cwd, env }: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Run> {
  const scratch = await mkdtemp(join(tmpdir(), 'observe-usage-'));
  const report = join(scratch, 'rss');
  const preload = join(scratch, 'usage.cjs');
  await writeFile(
    preload,
    `process.on('exit', () => {
      const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
      require('node:fs').writeFileSync(${JSON.stringify(report)}, JSON.stringify({ maxRSS, cpu: userCPUTime + systemCPUTime }));
    });`,
  );
  try {
    const start = performance.now();
    await mustRun(process.execPath, ['--require', preload, ...args], { cwd, ...(env ? { env } : {}) });
    const ms = performance.now() - start;
    const { maxRSS, cpu } = JSON.parse(await readFile(report, 'utf8')) as { maxRSS: number; cpu: number };
    // maxRSS is in kibibytes, times in microseconds.
    return { ms, cpuMs: cpu / 1000, mb: (maxRSS * 1024) / 1e6 };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The best of several runs, because other programs slow down the others. */
export function best(runs: readonly Run[]): { ms: number; cpuMs: number; mb: number } {
  const least = (values: number[]) => Math.round(Math.min(...values));
  return {
    ms: least(runs.map((run) => run.ms)),
    cpuMs: least(runs.map((run) => run.cpuMs)),
    mb: Math.round(Math.max(...runs.map((run) => run.mb))),
  };
}
