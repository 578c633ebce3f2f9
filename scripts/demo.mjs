// `npm run demo`: tells the whole story on a copy of a fixture.
import { runTypeScript } from './run-typescript.mjs';

await runTypeScript('scripts/demo/main.ts', process.argv.slice(2));
// What a signal cut short may still wait for something that will not come.
if (process.exitCode >= 128) process.exit();
