// Runs init, check and remove on each folder. It is a separate process, because it may hang or crash.
import { createRequire } from 'node:module';

const { main } = createRequire(import.meta.url)('../../dist/start.cjs').load('other');

const [version, ...dirs] = process.argv.slice(2);
for (const dir of dirs) {
  const codes = {};
  codes.init = await main(['init', dir, '--yes', '--no-install', '--force'], version);
  process.stdout.write('\u001e');
  if (process.env.INIT_ONLY) continue;
  codes.check = await main(['check', dir], version);
  codes.remove = codes.init === 0 ? await main(['remove', dir, '--yes'], version) : undefined;
  process.stdout.write(`\u001e${JSON.stringify({ dir, ...codes })}\u001e`);
}
