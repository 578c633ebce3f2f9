// `npm run demo`: tells the whole story on a copy of a fixture.
import { runBundled } from './run-bundled.mjs';

await runBundled('scripts/demo/main.ts', 'demo');
// What a signal cut short may still wait for something that will not come.
if (process.exitCode >= 128) process.exit();
