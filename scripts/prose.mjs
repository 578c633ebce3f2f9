// `node scripts/prose.mjs [path …]`: lists the sentences that read badly. `--strings`: lists all prose
// instead. `--since=COMMIT`: a table of the reading ease of each page, at a commit and now.
import { runTypeScript } from './run-typescript.mjs';

await runTypeScript('scripts/prose/main.ts', process.argv.slice(2));
