// Runs a benchmark in bench/<name>: `node scripts/bench.mjs corpus <list.json> <folder>`.
import { runTypeScript } from './run-typescript.mjs';

const [name, ...words] = process.argv.slice(2);
await runTypeScript(`bench/${name}/main.ts`, words);
