import { fileURLToPath } from 'node:url';
import { run } from 'jscodeshift/src/Runner.js';
import { sourceFiles } from './common.mjs';

const transform = fileURLToPath(new URL('./jscodeshift-transform.cjs', import.meta.url));
// In this process: its workers would be measured apart, and on two cores there is only one.
await run(transform, sourceFiles(), {
  parser: 'ts',
  runInBand: true,
  silent: true,
  verbose: 0,
  extensions: 'ts',
});
