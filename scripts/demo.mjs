// `npm run demo`: runs every command on a copy of a fixture.
import { runTypeScript } from './run-typescript.mjs';

await runTypeScript('scripts/demo/main.ts', process.argv.slice(2));
// After a signal, pending work could keep the process alive.
if (process.exitCode >= 128) process.exit();
