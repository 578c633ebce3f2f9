// Runs what lies in bench/<name>: `node scripts/bench.mjs corpus <list.json> <folder>`.
import { runBundled } from './run-bundled.mjs';

const [name, ...words] = process.argv.slice(2);
await runBundled(`bench/${name}/main.ts`, `bench-${name}`, words);
