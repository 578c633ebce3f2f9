// The receiver of `lm dashboard` without the page. receiver.mjs starts it with the `.loom` folder.
import { loadPricer } from '../../packages/loom/src/prices/pricer.js';
import { startReceiver } from '../../packages/loom/src/receiver/server.js';
import { DEFAULT_RETENTION } from '../../packages/loom/src/receiver/sqlite/retention.js';
import { SqliteTraceStore } from '../../packages/loom/src/receiver/sqlite/store.js';
import { openLoom } from '../../packages/loom/src/store/open.js';

const loomDir = process.argv[2] ?? '.loom';
const store = new SqliteTraceStore(openLoom(loomDir, { durability: 'fast' }), {
  pricer: await loadPricer(loomDir),
  keep: { ...DEFAULT_RETENTION, traces: 1e9 },
});
const receiver = await startReceiver({ store });
process.stdout.write(`${receiver.url}\n`);
