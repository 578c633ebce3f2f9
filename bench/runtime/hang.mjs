// Memory of one isolate while its backend hangs, compared with a working one: node bench/runtime/hang.mjs [calls]
import { variants } from './variants.mjs';
import { bundle, startBackend, startWorkerd } from './workerd.mjs';

const RATE = 490;
const total = Number(process.argv[2] ?? 20_000);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

await bundle('ours', variants.ours.source);
const peaks = {};
for (const mode of ['', 'hang']) {
  const backend = await startBackend(mode ? { MODE: mode } : {});
  const worker = await startWorkerd('ours', backend.url);
  let peak = 0;
  let under = 0;
  const began = performance.now();
  const calls = [];
  for (let i = 0; i < total; i++) {
    calls.push(worker.get());
    if (i % 49) continue;
    await sleep(Math.max(0, began + (i * 1000) / RATE - performance.now()));
    peak = Math.max(peak, worker.memory());
  }
  await Promise.all(calls);
  under = total / ((performance.now() - began) / 1000);
  peaks[mode || 'good'] = peak;
  console.log(
    `${mode || 'good'} backend: ${total} calls at ${under.toFixed(0)}/s, peak ${peak.toFixed(0)} MiB`,
  );
  console.log(
    worker
      .output()
      .split('\n')
      .filter((line) => line.includes('observability]'))
      .join('\n'),
  );
  await worker.stop();
  backend.stop();
}
console.log(`ratio ${(peaks.hang / peaks.good).toFixed(2)}`);
