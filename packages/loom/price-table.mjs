// Makes src/prices/second-table.json: prices of the models that @pydantic/genai-prices does not know, from
// the models.dev data that @earendil-works/pi-ai carries (both MIT). Run it to bring the table up to date.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { calcPrice } from '@pydantic/genai-prices';

const PACKAGE = '@earendil-works/pi-ai';
const target = new URL('./src/prices/second-table.json', import.meta.url);
const dir = mkdtempSync(join(tmpdir(), 'price-table-'));
try {
  execFileSync('npm', ['pack', PACKAGE, '--silent'], { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] });
  const [tarball] = readdirSync(dir);
  execFileSync('tar', ['xzf', tarball], { cwd: dir });
  const read = (path) => readFileSync(join(dir, 'package', path), 'utf8');
  const { version, license } = JSON.parse(read('package.json'));
  if (license !== 'MIT') throw new Error(`${PACKAGE} has another licence now: ${license}`);
  const { MODELS } = await import(pathToFileURL(join(dir, 'package/dist/models.generated.js')).href);
  const models = {};
  for (const [provider, byId] of Object.entries(MODELS)) {
    for (const [id, { cost }] of Object.entries(byId)) {
      const known = calcPrice({ input_tokens: 1, output_tokens: 1 }, id, { timestamp: new Date() });
      // Free ones are paid by a subscription, or are previews: that is no price.
      if (known || !(cost.input > 0 && cost.output > 0)) continue;
      const prices = [cost.input, cost.output, cost.cacheRead ?? 0, cost.cacheWrite ?? 0];
      while (prices.at(-1) === 0) prices.pop();
      models[`${provider}/${id}`] = prices;
    }
  }
  const sorted = Object.fromEntries(Object.entries(models).sort(([a], [b]) => (a < b ? -1 : 1)));
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(target, `${JSON.stringify({ name: `models.dev ${version}`, date, models: sorted })}\n`);
  process.stdout.write(`${Object.keys(sorted).length} models of ${PACKAGE} ${version}\n`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
