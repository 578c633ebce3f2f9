import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Receiver, startReceiver } from '@create-something/loom/receiver';
import { differences, hashFiles } from '../../test/harness/files.js';
import { observe } from '../../test/harness/observe.js';
import { bundleNode, bundleWorker, newErrors, typeErrors } from './bundle.js';
import { callAll, compare, type Made, type Session } from './calls.js';
import { addRuntime, type Checkout, checkOut, type Listed } from './checkout.js';
import { connectTo, type RawClient } from './client.js';
import type { Settings } from './settings.js';
import { startNode } from './stdio.js';
import { TraceJudge } from './traces.js';
import { boot } from './worker.js';

export interface Proof {
  readonly tools: number;
  readonly traced: number;
  readonly manual: number;
  readonly listIsSame: boolean;
  readonly calls: number;
  readonly same: number;
  readonly varying: number;
  readonly tracesExpected: number;
  readonly tracesRight: number;
  /** Undefined without a tsconfig. */
  readonly types: { readonly before: number; readonly fresh: readonly string[] } | undefined;
  readonly isRestored: boolean;
  /** The descriptions of all errors. */
  readonly faults: readonly string[];
}

interface PlannedTool {
  readonly name: string;
  readonly status: string;
}

/**
 * Bundles, starts and calls a project before and after `init`, and undoes `init`.
 * @throws Error if the project can't be compared
 */
export async function prove(
  repos: string,
  listed: Listed,
  { settings, tarball }: { settings: Settings; tarball: string },
): Promise<Proof> {
  const checkout = await checkOut(repos, listed, settings);
  const { dir } = checkout;
  const scratch = await mkdtemp(join(tmpdir(), 'observe-bundles-'));
  const receiver = await startReceiver();
  const subject: Subject = { checkout, settings, scratch, receiver };
  try {
    await addRuntime(dir, tarball);
    const typesBefore = await typeErrors(dir);
    await bundle(subject, 'before');
    const filesBefore = await hashFiles(dir);
    await init(checkout);
    const removed = await observe(['remove', '--yes', ...configFlag(checkout)], dir);
    const unlike = differences(filesBefore, await hashFiles(dir));
    const { tools, servers } = await init(checkout);
    await bundle(subject, 'after');
    const typesAfter = await typeErrors(dir);

    const before = await session(subject, 'before');
    // A response with seconds must have time to change.
    await sleep(1100);
    const again = await session(subject, 'before');
    if (receiver.traces().length > 0) throw new Error('traces came before init');
    const judge = new TraceJudge(receiver, servers.length > 0);
    const isTraced = tracedNames(tools);
    const after = await session(subject, 'after', (made) => judge.judge(made, isTraced(made.tool)));

    const { same, varying, different } = compare(before, again, after);
    const fresh = typesBefore && typesAfter ? newErrors(typesBefore, typesAfter) : [];
    const listIsSame = before.list === after.list;
    return {
      tools: new Set(before.calls.map((call) => call.tool)).size,
      traced: tools.filter(({ status }) => status === 'planned' || status === 'traced').length,
      manual: tools.filter(({ status }) => status === 'manual').length,
      listIsSame,
      calls: before.calls.length,
      same,
      varying,
      tracesExpected: judge.expected,
      tracesRight: judge.right,
      types: typesBefore && { before: typesBefore.length, fresh },
      isRestored: removed.code === 0 && unlike.length === 0,
      faults: [
        ...(listIsSame ? [] : ['tools/list differs']),
        ...different.map((one) => `answer: ${one}`),
        ...judge.wrong.map((one) => `trace: ${one}`),
        ...fresh.map((one) => `type: ${one}`),
        ...unlike.map((one) => `remove: ${one.path} ${one.what}`),
      ],
    };
  } finally {
    await receiver.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Subject {
  readonly checkout: Checkout;
  readonly settings: Settings;
  readonly scratch: string;
  readonly receiver: Receiver;
}

type Side = 'before' | 'after';

function bundle({ checkout, settings, scratch }: Subject, side: Side): Promise<void> {
  return settings.transport === 'stdio'
    ? bundleNode(checkout.dir, settings.at ?? 'src/index.ts', nodeBundle(checkout, side))
    : bundleWorker(checkout, join(scratch, side), settings);
}

/** It is below node_modules, so its packages are found and the comparison of files ignores it. */
function nodeBundle({ dir }: Checkout, side: Side): string {
  return join(dir, `node_modules/.observe-bundles/${side}.mjs`);
}

interface Planned {
  readonly tools: readonly PlannedTool[];
  /** The observed servers. */
  readonly servers: readonly { readonly status: string }[];
}

async function init(checkout: Checkout): Promise<Planned> {
  const flags = ['--yes', '--force', '--no-install', '--json', '--layers', 'langfuse'];
  const { code, stdout, stderr } = await observe(['init', ...flags, ...configFlag(checkout)], checkout.dir);
  if (code !== 0) throw new Error(`init ended with exit code ${code}: ${stderr.trim().slice(-1500)}`);
  const { workers } = JSON.parse(stdout) as { workers: Planned[] };
  const servers = workers.flatMap((worker) => worker.servers);
  return {
    tools: workers.flatMap((worker) => worker.tools),
    servers: servers.filter(({ status }) => status === 'planned' || status === 'observed'),
  };
}

function configFlag({ dir, config }: Checkout): string[] {
  return config && existsSync(join(dir, config)) ? ['--config', config] : [];
}

/** Which tools `init` traced. Some differ only at run time. */
function tracedNames(tools: readonly PlannedTool[]): (name: string) => boolean {
  const manual = new Set(tools.filter(({ status }) => status === 'manual').map(({ name }) => name));
  return (name) => !manual.has(name);
}

/** One run, from the handshake to the last call. */
async function session(
  subject: Subject,
  side: Side,
  after?: (made: Made) => Promise<void>,
): Promise<Session> {
  const { client, stop } = await start(subject, side);
  try {
    return await callAll(client, after);
  } finally {
    await client.close();
    await stop();
  }
}

async function start(
  { checkout, settings, scratch, receiver }: Subject,
  side: Side,
): Promise<{ client: RawClient; stop: () => Promise<void> }> {
  const { transport = 'http', at = '/mcp', headers = {} } = settings;
  const host = new URL(receiver.url).host;
  const vars = {
    ...settings.vars,
    LANGFUSE_PUBLIC_KEY: 'pk-lf-differential',
    LANGFUSE_SECRET_KEY: 'sk-lf-differential',
    LANGFUSE_BASE_URL: receiver.url,
  };
  if (transport === 'stdio') {
    return { client: await startNode(nodeBundle(checkout, side), vars, host), stop: async () => {} };
  }
  const worker = await boot(checkout, { outdir: join(scratch, side), vars, receiver: host, settings });
  try {
    const client = await connectTo({ url: worker.url + at, transport, headers });
    return { client, stop: worker.stop };
  } catch (error) {
    await worker.stop();
    throw error;
  }
}
