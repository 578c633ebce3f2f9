import { join } from 'node:path';
import type { PlatformView } from '../../../packages/loom/src/dashboard/contract/platform.js';
import type { TracePage } from '../../../packages/loom/src/dashboard/contract/traces.js';
import { get, openPage } from '../../harness/dashboard-page.js';
import { npmEnv } from '../../harness/npm.js';
import { printed, startGroup, stopGroup } from '../../harness/process.js';
import { root } from '../../harness/root.js';

export interface RunningDashboard {
  traces(): Promise<TracePage['rows']>;
  platform(traceId: string): Promise<PlatformView>;
  stop(): Promise<void>;
}

/** `lm dashboard` as built, signed in like the page. */
export async function startLmDashboard(
  dir: string,
  port: number,
  wranglerUrl: string,
): Promise<RunningDashboard> {
  const program = join(root, 'packages/loom/bin/lm.js');
  const words = ['dashboard', '--port', String(port), '--wrangler', wranglerUrl];
  const child = startGroup(process.execPath, [program, ...words], { cwd: dir, env: npmEnv() });
  const [address] = await printed(child, /http:\S+token=\w+/);
  const page = await openPage(address);
  const ask = async <T>(view: string): Promise<T> => {
    const { status, body } = await get(new URL(`/view/${view}`, address).href, page);
    if (status !== 200) throw new Error(`${view}: ${status} ${body}`);
    return JSON.parse(body) as T;
  };
  return {
    traces: async () => (await ask<TracePage>('traces')).rows,
    platform: (traceId) => ask<PlatformView>(`traces/${traceId}/platform`),
    stop: () => stopGroup(child),
  };
}
