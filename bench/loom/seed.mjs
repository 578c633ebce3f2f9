// `node bench/loom/seed.mjs <folder> [traces] [calls] [issues]`: a made-up project of any size, for `lm dashboard --cwd
// <folder>`. The same numbers give the same project, except for times, which end now.
import { runTypeScript } from '../../scripts/run-typescript.mjs';

await runTypeScript('test/loom/dashboard/seed.ts', process.argv.slice(2));
