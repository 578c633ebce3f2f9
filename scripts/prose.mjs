// `node scripts/prose.mjs [path …]`: lists the sentences that read badly. `--strings`: lists all prose instead.
// `--since=COMMIT`: a table of reading ease, then and now, with a row for each page.
import { runTypeScript } from './run-typescript.mjs';

await runTypeScript('scripts/prose/main.ts', process.argv.slice(2));
