import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withDatabaseId } from '../../../packages/loom/src/deploy/config.js';
import { hashOf } from '../../../packages/loom/src/server/gate/secrets.js';
import { tempDir } from '../../support/folder.js';
import { data, lmStarted } from '../project.js';
import { d1Api, migratedD1 } from '../remote/d1-api.js';
import { fakeWrangler } from './fake-wrangler.js';

/** Projects of a team on machines with an API token, before Cloudflare's API with a real D1 behind it. */
async function team() {
  const api = await d1Api(migratedD1().dir);
  const { LOOM_D1_DATABASE_ID: database = '', CLOUDFLARE_ACCOUNT_ID: account = '', ...reach } = api.env;
  const member = async (name: string) => {
    const dir = tempDir();
    mkdirSync(join(dir, '.git'));
    const lm = (args: string[], more: Record<string, string> = {}) =>
      lmStarted(dir, args, { ...reach, CLOUDFLARE_ACCOUNT_ID: account, LOOM_AGENT: name, ...more });
    expect(await lm(['init'])).toMatchObject({ code: 0 });
    expect(await lm(['deploy', '--write', '--name', 'loom-shop'])).toMatchObject({ code: 0 });
    const config = join(dir, '.loom/server/wrangler.jsonc');
    writeFileSync(config, withDatabaseId(readFileSync(config, 'utf8'), database));
    return { dir, config, lm };
  };
  return { api, account, member };
}

it("keys are made, listed and revoked through Cloudflare's API, without wrangler", async () => {
  const { api, member } = await team();
  const { lm } = await member('ana');
  const { id, secret } = data<{ id: string; secret: string }>(
    await lm(['keys', 'add', "Ana O'Neil", '--kind', 'login', '--json']),
  );
  const shop = data<{ id: string }>(
    await lm(['keys', 'add', 'shop', '--service', 'shop', '--expires', '30d', '--json']),
  );
  const rows = () => api.all('SELECT * FROM access_keys ORDER BY created_at');
  expect(await rows()).toEqual([
    expect.objectContaining({
      id,
      name: "Ana O'Neil",
      service: null,
      expires_at: null,
      secret_hash: await hashOf(secret.slice(id.length + 1)),
    }),
    expect.objectContaining({ id: shop.id, service: 'shop', expires_at: expect.any(Number) }),
  ]);
  // The answer to the first query is lost, so it is sent again.
  let lose = true;
  api.loseAnswers(() => {
    const lost = lose;
    lose = false;
    return lost;
  });
  const ci = data<{ id: string }>(await lm(['keys', 'add', 'CI', '--kind', 'read', '--json']));
  expect((await rows()).map((row) => row.id)).toEqual([id, shop.id, ci.id]);
  data(await lm(['keys', 'revoke', shop.id, '--json']));
  const listed = data<{ id: string; revoked_at: number | null }[]>(await lm(['keys', 'list', '--json']));
  expect(listed.map((key) => [key.id, key.revoked_at !== null])).toEqual([
    [id, false],
    [shop.id, true],
    [ci.id, false],
  ]);
  const log = await lm(['keys', 'log']);
  expect(log.stdout).toContain("added it for Ana O'Neil");
  expect(log.stdout).toMatch(/key revoked/);
  expect(JSON.stringify(listed) + log.stdout).not.toContain(await hashOf(secret.slice(id.length + 1)));
}, 120_000);

it('lm deploy --check asks the API for migrations, keys and forwarding, and says why it cannot', async () => {
  const { api, member } = await team();
  const { dir, lm } = await member('ana');
  const wrangler = fakeWrangler(dir);
  wrangler.secrets('LANGFUSE_PUBLIC_KEY', 'LANGFUSE_SECRET_KEY', 'LANGFUSE_BASE_URL');
  const state = { after: 0, sent: 12, failed: 0, problem: null };
  await api.all(`INSERT INTO loom_meta(key, value) VALUES ('forward', '${JSON.stringify(state)}')`);
  await lm(['keys', 'add', 'shop']);
  const { code, stdout } = await lm(['deploy', '--check']);
  expect(stdout).toMatch(/✓ migrations: all \d+ are applied/);
  expect(stdout).toContain('✓ keys: 1 to write, 0 to read, 0 to sign in');
  expect(stdout).toContain('✓ forwarding: on: 12 sent, 0 waiting, 0 rejected by Langfuse');
  // It was never deployed.
  expect([code, stdout]).toEqual([1, expect.stringContaining('✗ deployed:')]);
  await api.all("DELETE FROM d1_migrations WHERE name LIKE '0014%'");
  const behind = await lm(['deploy', '--check']);
  expect(behind.stdout).toContain('✗ migrations: 1 are not applied, the first is 0014_paid_observations.sql');
  const refused = await lm(['deploy', '--check'], { CLOUDFLARE_API_TOKEN: 'wrong' });
  expect(refused.stdout).toMatch(/✗ database: .*Authentication error\n.*permission/);
}, 120_000);

it("lm remote finds the database and the account in the server's config, and what is named wins", async () => {
  const { api, account, member } = await team();
  const [ana, ben] = [await member('ana'), await member('ben')];
  // Without the account in the environment: it is in the config.
  writeFileSync(
    ana.config,
    readFileSync(ana.config, 'utf8').replace('"name":', `"account_id": "${account}",\n  "name":`),
  );
  const bare = { CLOUDFLARE_ACCOUNT_ID: '' };
  const { id } = data<{ id: string }>(await ana.lm(['create', 'Refunds', '--json']));
  expect(await ana.lm(['remote', 'push'], bare)).toMatchObject({ code: 0 });
  expect(await api.all('SELECT id, title FROM issues')).toEqual([{ id, title: 'Refunds' }]);
  expect(await ben.lm(['remote', 'pull'])).toMatchObject({ code: 0 });
  expect((await ben.lm(['show', id])).stdout).toContain('Refunds');
  expect(await ben.lm(['remote', 'pull'], bare)).toMatchObject({
    code: 8,
    stderr: expect.stringContaining('CLOUDFLARE_ACCOUNT_ID'),
  });
  const other = '99999999-2222-3333-4444-555555555555';
  for (const named of [
    ana.lm(['remote', 'push'], { ...bare, LOOM_D1_DATABASE_ID: other }),
    ana.lm(['remote', 'push', '--database', other], bare),
    ana.lm(['remote', 'push', '--account', 'other'], bare),
  ]) {
    expect(await named).toMatchObject({ stderr: expect.stringContaining('not found') });
  }
}, 120_000);
