import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmInstall, npmPack } from '../../test/harness/npm.js';
import { freePort } from '../../test/harness/port.js';
import { mustRun, printed, run, stopAll, stopGroup } from '../../test/harness/process.js';
import { root } from '../../test/harness/root.js';
import { type ReadSpan, startLangfuse } from '../../test/runtime/support/langfuse.js';
import { startRecorder } from './recorder.js';

const USAGE = 'npm run conformance -- <everything-server.ts of modelcontextprotocol/conformance>';

/** The package that runs the suite's server. Node 22, which the suite needs, comes from npm too. */
const DEPENDENCIES = {
  '@modelcontextprotocol/conformance': '0.1.16',
  '@modelcontextprotocol/sdk': '1.32.2',
  cors: '^2.8.5',
  express: '^5.2.1',
  node: '^22.23.3',
  tsx: '^4.7.0',
  zod: '^4.3.6',
};

interface Run {
  passed: number;
  failed: number;
  /** Requests to the server, as `method` and their number. */
  asked: Map<string, number>;
  /** The same for recorded requests. */
  recorded: Map<string, number>;
}

/** Runs the official conformance suite against its reference server before and after `init`. */
export async function main([server]: readonly string[]): Promise<number> {
  if (!server) {
    console.error(`Usage: ${USAGE}`);
    return 64;
  }
  const dir = await mkdtemp(join(tmpdir(), 'observe-conformance-'));
  try {
    const project = { name: 'everything', private: true, type: 'module', dependencies: DEPENDENCIES };
    await writeFile(join(dir, 'package.json'), JSON.stringify(project));
    await writeFile(
      join(dir, 'wrangler.jsonc'),
      '{ "name": "everything", "main": "server.ts", "compatibility_date": "2026-11-01" }',
    );
    await cp(server, join(dir, 'server.ts'));
    const [tarball = ''] = await npmPack(['packages/observability'], dir);
    await npmInstall(dir);
    const before = await runSuite(dir);
    const init = [
      join(root, 'bin/create-something-observe.js'),
      'init',
      '--yes',
      '--no-install',
      '--layers',
      'langfuse',
      '--force',
    ];
    const { stdout, stderr } = await run(process.execPath, init, { cwd: dir });
    await mustRun('npm', ['install', '--no-save', '--no-audit', '--no-fund', tarball], { cwd: dir });
    const text = await readFile(join(dir, 'server.ts'), 'utf8');
    const tools = text.match(/createTrace\(|traceMcpTool\(/g)?.length ?? 0;
    const isByHand = !text.includes('observeServer(');
    if (isByHand) {
      console.log(`init did not observe the server, so this script does it. Its output:\n${stdout}${stderr}`);
      await observeByHand(join(dir, 'server.ts'), text);
    }
    const after = await runSuite(dir);
    console.log('| | passed | failed | requests | recorded |\n|---|---:|---:|---:|---:|');
    print('before', before);
    print(`after init (${tools} handlers traced)`, after);
    const faults = [...after.asked].filter(
      ([method, count]) => method !== 'ping' && after.recorded.get(method) !== count,
    );
    for (const [method, count] of faults) {
      console.log(`${method}: asked ${count} times, recorded ${after.recorded.get(method) ?? 0} times`);
    }
    const same = before.passed === after.passed && after.failed === 0;
    return same && faults.length === 0 && !isByHand ? 0 : 1;
  } finally {
    await stopAll();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runSuite(dir: string): Promise<Run> {
  const langfuse = await startLangfuse();
  const port = await freePort();
  const node = join(dir, 'node_modules/.bin/node');
  const child: ChildProcess = spawn(node, ['--import', 'tsx', 'server.ts'], {
    cwd: dir,
    env: { PATH: process.env['PATH'], PORT: String(port), ...langfuse.keys() },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const recorder = await startRecorder(port);
  try {
    await printed(child, /running on/);
    const suite = 'node_modules/@modelcontextprotocol/conformance/dist/index.js';
    const { stdout: output } = await run(node, [suite, 'server', '--url', `${recorder.url}/mcp`], {
      cwd: dir,
    });
    const [, passed, failed] = /Total: (\d+) passed, (\d+) failed/.exec(output) ?? [];
    if (!passed) throw new Error(`The suite did not run: ${output.slice(-2000)}`);
    // A signal makes the process send its pending spans.
    await stopGroup(child);
    return {
      passed: Number(passed),
      failed: Number(failed),
      asked: recorder.asked,
      recorded: count(langfuse.spans()),
    };
  } finally {
    await recorder.close();
    await langfuse.close();
  }
}

function count(spans: readonly ReadSpan[]): Map<string, number> {
  const counts = new Map<string, number>();
  // A handler's trace is a part of its request's trace.
  for (const { attributes, parentSpanId } of spans) {
    if (parentSpanId && !attributes['langfuse.internal.is_app_root']) continue;
    const method = attributes['langfuse.observation.metadata.mcp.method.name'];
    if (typeof method === 'string') counts.set(method, (counts.get(method) ?? 0) + 1);
  }
  return counts;
}

function print(what: string, { passed, failed, asked, recorded }: Run): void {
  const sum = (counts: Map<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0);
  console.log(`| ${what} | ${passed} | ${failed} | ${sum(asked)} | ${sum(recorded)} |`);
}

async function observeByHand(file: string, text: string): Promise<void> {
  const observed = text.replace(/return mcpServer;/g, "return observeServer(mcpServer, 'everything');");
  await writeFile(file, `${observed}\nimport { observeServer } from '@create-something/observability';\n`);
}
