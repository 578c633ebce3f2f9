// Compares the runtime with its peers, in one run on one machine: node bench/runtime/run.mjs [--quick]
// [--only=size|start|cpu|delivery|failures|memory] [--requests=1000]. The peers are installed into bench/runtime/.tmp,
// which git ignores. Traffic goes to 127.0.0.1 only.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sizeOnly, variants } from './variants.mjs';
import { bundle, here, scratch, startBackend, startWorkerd } from './workerd.mjs';

const PEERS = [
  '@langfuse/tracing@5.11.1',
  '@langfuse/otel@5.11.1',
  '@opentelemetry/api@1.10.0',
  '@opentelemetry/core@2.12.1',
  '@opentelemetry/sdk-trace-base@2.12.1',
  '@opentelemetry/exporter-trace-otlp-http@0.223.1',
  '@sentry/cloudflare@11.0.0',
];

const quick = process.argv.includes('--quick');
const given = (flag) => process.argv.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1);
const only = given('--only');
const isWanted = (part) => only === undefined || only === part;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const traced = ['ours', 'v3', 'v5'];

mkdirSync(scratch, { recursive: true });
if (!existsSync(join(scratch, 'node_modules/@sentry'))) {
  writeFileSync(join(scratch, 'package.json'), '{"private":true,"type":"module"}');
  // Without the flag, npm may search for a solution for minutes.
  execFileSync('npm', ['install', '--legacy-peer-deps', '--no-audit', '--no-fund', ...PEERS], {
    cwd: scratch,
  });
}

const rows = [];
const row = (what, cells) => {
  rows.push([what, ...cells]);
  console.log(what.padEnd(58), ...cells.map((cell) => String(cell).padStart(16)));
};
row('', ['ours', 'langfuse v3', 'langfuse v5', 'Sentry (MCP)']);

// Bundles like those that wrangler deploys.
const size = (name, source) => {
  writeFileSync(join(scratch, `${name}.js`), source);
  const config = join(scratch, `${name}.json`);
  const flags = name === 'sentry' ? ['nodejs_compat'] : [];
  writeFileSync(
    config,
    JSON.stringify({
      name,
      main: `${name}.js`,
      compatibility_date: '2026-04-01',
      compatibility_flags: flags,
    }),
  );
  const wrangler = join(here, '../../node_modules/wrangler/bin/wrangler.js');
  const output = execFileSync(process.execPath, [wrangler, 'deploy', '--dry-run', '--minify', '-c', config], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Number(/gzip: ([\d.]+) KiB/.exec(output)?.[1]);
};
if (isWanted('size')) {
  const sizes = Object.fromEntries(
    Object.entries({ ...variants, ...sizeOnly }).map(([name, { source }]) => [name, size(name, source)]),
  );
  const kib = (name, over = 'bare') => (sizes[name] - sizes[over]).toFixed(2);
  row('bundle added, wrangler --minify, gzip KiB', [kib('ours'), kib('v3'), kib('v5'), kib('sentry', 'mcp')]);
  row('  with every export of the package used', [kib('everything'), '', '', '']);
}

for (const [name, { source }] of Object.entries(variants)) await bundle(name, source);

// Start-up: from the start of workerd to a response without a tool call, interleaved. Then the first call of a tool.
if (isWanted('start')) {
  const backend = await startBackend();
  const names = ['bare', ...traced];
  const starts = Object.fromEntries(names.map((name) => [name, []]));
  const firsts = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < (quick ? 3 : 15); round++) {
    for (const name of names.toSorted(() => Math.random() - 0.5)) {
      const worker = await startWorkerd(name, backend.url);
      starts[name].push(worker.startup);
      const began = performance.now();
      await worker.get();
      firsts[name].push(performance.now() - began);
      await worker.stop();
    }
  }
  const added = (times, name) => (median(times[name]) - median(times.bare)).toFixed(1);
  row(
    `start-up added, ms (bare ${median(starts.bare).toFixed(0)})`,
    traced.map((name) => added(starts, name)),
  );
  row(
    `  first call added, ms (bare ${median(firsts.bare).toFixed(0)})`,
    traced.map((name) => added(firsts, name)),
  );
  backend.stop();
}

// Latency and CPU: one workerd each, requests one after another in random order, every fourth to the bare Worker.
if (isWanted('cpu')) {
  const backend = await startBackend();
  const names = ['bare', 'request', ...traced];
  const workers = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await startWorkerd(name, backend.url)])),
  );
  const latencies = Object.fromEntries(names.map((name) => [name, []]));
  for (let i = 0; i < (quick ? 200 : 1500); i++) {
    for (const name of names.toSorted(() => Math.random() - 0.5)) {
      const started = performance.now();
      await workers[name].get();
      // The first calls compile code, so only later calls of the isolate are measured.
      if (i >= 100) latencies[name].push(performance.now() - started);
      await sleep(1);
    }
  }
  const latency = Object.fromEntries(
    names.map((name) => [name, median(latencies[name]) - median(latencies.bare)]),
  );
  row(
    `latency added per call, 3 observations, ms (bare ${median(latencies.bare).toFixed(2)})`,
    traced.map((name) => latency[name].toFixed(3)),
  );

  const cpu = Object.fromEntries(names.map((name) => [name, []]));
  const count = Number(given('--requests') ?? (quick ? 500 : 3000));
  for (let round = 0; round < 3; round++) {
    for (const name of names) {
      const before = workers[name].cpu();
      for (let i = 0; i < count; i++) await workers[name].get();
      await sleep(300);
      cpu[name].push((workers[name].cpu() - before) / count);
    }
  }
  row(
    `CPU per request above the bare Worker, ms (bare ${median(cpu.bare).toFixed(3)})`,
    traced.map((name) => (median(cpu[name]) - median(cpu.bare)).toFixed(3)),
  );
  row(
    `  one request alone takes ${(median(cpu.request) - median(cpu.bare)).toFixed(3)}; without it`,
    traced.map((name) => (median(cpu[name]) - median(cpu.request)).toFixed(3)),
  );
  row('  latency and CPU of ours, as a share of theirs', [
    '',
    `${(latency.ours / latency.v3).toFixed(2)} / ${((median(cpu.ours) - median(cpu.bare)) / (median(cpu.v3) - median(cpu.bare))).toFixed(2)}`,
    `${(latency.ours / latency.v5).toFixed(2)} / ${((median(cpu.ours) - median(cpu.bare)) / (median(cpu.v5) - median(cpu.bare))).toFixed(2)}`,
  ]);
  for (const name of names) await workers[name].stop();
  backend.stop();
}

// Delivery: the share of spans that arrives.
const loads = [
  ['250/s for 4 s, backend 200 ms', 250, 4, 200],
  ['100/s for 4 s, backend 1 s', 100, 4, 1000],
  ['a burst of 200, backend 200 ms', 200, 0, 200],
];
for (const [label, perSecond, seconds, delay] of isWanted('delivery') ? loads : []) {
  const cells = [];
  for (const name of traced) {
    const backend = await startBackend({ DELAY: String(delay) });
    const worker = await startWorkerd(name, backend.url);
    await sleep(delay + 500);
    await backend.reset();
    const calls = [];
    const total = seconds ? perSecond * seconds : perSecond;
    const started = performance.now();
    for (let i = 0; i < total; i++) {
      calls.push(worker.get());
      if (seconds) await sleep(Math.max(0, started + ((i + 1) * 1000) / perSecond - performance.now()));
    }
    await Promise.all(calls);
    await sleep(delay * 2 + 3000);
    const { spans } = await backend.count();
    // v3 sends the trace itself as an event of another kind, and more than once.
    const expected = total * (name === 'v3' ? 2 : 3);
    cells.push(`${((100 * spans) / expected).toFixed(0)} %`);
    await worker.stop();
    backend.stop();
  }
  row(`spans delivered, ${label}`, cells);
}

// A failing backend: is the response the same, how late is it, and how many lines are printed?
for (const mode of isWanted('failures') ? ['500', '401', '429', 'hang', 'reset', 'down'] : []) {
  const cells = [];
  for (const name of traced) {
    const backend = mode === 'down' ? undefined : await startBackend({ MODE: mode });
    const worker = await startWorkerd(name, backend?.url ?? 'http://127.0.0.1:9');
    const times = [];
    let same = true;
    for (let i = 0; i < 20; i++) {
      const started = performance.now();
      same &&= (await worker.get()) === '{"content":[{"type":"text","text":"3"}]}';
      times.push(performance.now() - started);
    }
    // Stops after ten seconds and reports a hanging server.
    await sleep(quick ? 3000 : mode === 'hang' ? 12_000 : 8000);
    const lines = worker
      .output()
      .split('\n')
      .filter((line) => /observability\]|langfuse|Langfuse/i.test(line)).length;
    cells.push(`${same ? 'same' : 'DIFFERENT'} ${median(times).toFixed(1)} ms, ${lines}`);
    await worker.stop();
    backend?.stop();
  }
  row(`backend ${mode}: answer, time, lines written`, cells);
}

// Memory of one isolate.
if (isWanted('memory')) {
  const backend = await startBackend();
  const worker = await startWorkerd('ours', backend.url);
  const marks = [];
  const total = quick ? 10_000 : 100_000;
  for (let done = 0; done < total; ) {
    const next = Math.min(total, done + total / 10);
    const lanes = Array.from({ length: 16 }, async () => {
      while (done < next) {
        done++;
        await worker.get();
      }
    });
    await Promise.all(lanes);
    marks.push(worker.memory().toFixed(0));
  }
  row(`memory of ours over ${total} calls, MiB at each tenth`, [marks.join(' ')]);
  await worker.stop();
  backend.stop();
}
