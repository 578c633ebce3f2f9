// `node bench/runtime/mask.mjs [mask.js of another build]`: speed and false positives of the mask. Prints microseconds
// per KB of ordinary texts, growth on hostile ones, and masked texts in the documents of this repository and its
// dependencies. A person has to decide which of those are secrets.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const OURS = join(root, 'packages/observability/dist/mask.js');
const builds = [OURS, ...process.argv.slice(2)];
const masks = await Promise.all(builds.map((file) => import(pathToFileURL(file).href)));

const read = (file) => readFileSync(join(root, file), 'utf8');
const prose = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'].map(read).join('\n').slice(0, 16_384);
const TEXTS = {
  prose,
  code: read('packages/observability/src/recording.ts'),
  JSON: read('package-lock.json').slice(0, 65_536),
  'text in JSON': JSON.stringify({ content: [{ type: 'text', text: prose }] }),
  log: Array.from(
    { length: 300 },
    (_, i) => `2026-11-29T10:00:00.123Z INFO [worker-${i}] GET /api/items/${i * 7919} 200 in ${i}ms user=ann`,
  ).join('\n'),
};

/** Milliseconds, the best of many. */
function time(work, rounds = 30) {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    work();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

console.log(`\n| µs per KB | ${builds.map((_, i) => (i ? 'the other' : 'this')).join(' | ')} |`);
console.log(`|---|${builds.map(() => '---|').join('')}`);
for (const [name, text] of Object.entries(TEXTS)) {
  for (const size of [1_000, text.length]) {
    const parts = [];
    for (let at = 0; at + size <= text.length; at += size) parts.push(text.slice(at, at + size));
    const kb = (parts.length * size) / 1024;
    const cells = masks.map(({ maskText }) =>
      ((time(() => parts.forEach((part) => void maskText(part))) * 1000) / kb).toFixed(1),
    );
    console.log(`| ${name}, ${size} characters | ${cells.join(' | ')} |`);
  }
}

const HOSTILE = JSON.parse(read('test/runtime/mask/hostile.json'));
console.log('\n| hostile text, 32 KB and 128 KB | ms | ms | growth |\n|---|---|---|---|');
for (const [name, unit] of Object.entries(HOSTILE)) {
  const of = (size) => time(() => masks[0].maskText(unit.repeat(Math.ceil(size / unit.length))), 3);
  const [small, large] = [of(32_768), of(131_072)];
  console.log(`| ${name} | ${small.toFixed(1)} | ${large.toFixed(1)} | ${(large / small).toFixed(1)} |`);
}

const files = [];
const walk = (folder, depth, pattern, skip) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile() && pattern.test(entry.name)) files.push(path);
    else if (entry.isDirectory() && depth > 0 && !skip.test(entry.name)) walk(path, depth - 1, pattern, skip);
  }
};
walk(root, 4, /\.(?:md|txt)$/, /^(?:node_modules|\.git|\.tmp)$/);
walk(
  join(root, 'node_modules'),
  3,
  /^(?:readme|changelog|history|security)\S*\.(?:md|txt)$/i,
  /^\.(?:cache|bin)$/,
);
let words = 0;
let hits = 0;
console.log('\nMasked in ordinary documents:');
for (const file of files) {
  const text = readFileSync(file, 'utf8').slice(0, 200_000);
  words += text.split(/\s+/).length;
  for (const { start, end, rule } of masks[0].explainMask(text)) {
    hits++;
    console.log(
      `${file.slice(root.length)} ${rule}: ${JSON.stringify(text.slice(Math.max(0, start - 40), end))}`,
    );
  }
}
console.log(
  `${hits} in ${words} words of ${files.length} files: ${((hits / words) * 100_000).toFixed(2)} per 100,000 words`,
);
