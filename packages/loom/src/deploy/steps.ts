import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, LoomError } from '../errors.js';
import { knownMigrations } from '../store/migrations.js';
import { requireServerConfig, type ServerConfig, withDatabaseId } from './config.js';
import { CONFIG_FILE } from './files.js';
import { readRecord, serverDir, stateOf, writeServer } from './record.js';
import type { TeamDatabase } from './team-database.js';
import { type CommandResult, jsonIn, Wrangler } from './wrangler.js';

/** The equivalent commands for the server's folder, in order. */
export function commandsOf({ name, database, queues }: ServerConfig): string[] {
  return [
    ...(database.id === undefined ? [`npx wrangler d1 create ${database.name}`] : []),
    ...queues.map((queue) => `npx wrangler queues create ${queue}`),
    ...updateCommands({ name, database, queues }),
  ];
}

/**
 * The schema is updated first. Migrations only add to it, so the old version keeps working until the new one
 * is deployed.
 */
export function updateCommands({ database }: Pick<ServerConfig, 'name' | 'database' | 'queues'>): string[] {
  return [`npx wrangler d1 migrations apply ${database.name} --remote`, 'npx wrangler deploy'];
}

/** Creates missing resources in the account, migrates, and deploys. Returns the address of the server. */
export async function runDeploy(loomDir: string): Promise<string | undefined> {
  const wrangler = new Wrangler(serverDir(loomDir));
  const config = requireServerConfig(loomDir);
  if (config.database.id === undefined) {
    noteDatabase(loomDir, config, await findOrCreate(wrangler, config.database.name));
  }
  for (const queue of config.queues) {
    requireQueue(await wrangler.run(['queues', 'create', queue], true), queue);
  }
  return migrateAndDeploy(loomDir);
}

export async function migrateAndDeploy(loomDir: string): Promise<string | undefined> {
  const wrangler = new Wrangler(serverDir(loomDir));
  const { database } = requireServerConfig(loomDir);
  await wrangler.runOrThrow(['d1', 'migrations', 'apply', database.name, '--remote'], true);
  const { stdout } = await wrangler.runOrThrow(['deploy'], true);
  const url = /https:\/\/[\w.-]+\.workers\.dev/.exec(stdout)?.[0] ?? customDomain(stdout);
  const record = readRecord(loomDir);
  if (record && url !== undefined) {
    writeServer(loomDir, {}, { ...record, url });
  }
  return url ?? record?.url ?? undefined;
}

/** Throws if a pending migration would break the version that runs until the deploy is complete. */
export async function refuseBreaking(db: TeamDatabase): Promise<string[]> {
  const rows = await db.query('SELECT name FROM d1_migrations ORDER BY id');
  const applied = new Set(rows.map(({ name }) => String(name)));
  const pending = knownMigrations().filter(({ name }) => !applied.has(name));
  const breaking = pending.filter(({ sql }) => applied.size > 0 && isBreaking(sql)).map(({ name }) => name);
  if (breaking.length > 0) {
    throw new LoomError(
      `${breaking.join(', ')} removes data that the running version needs.`,
      'Spans that arrive in the meantime would be rejected. Stop the senders, then run `wrangler d1 migrations apply` and `wrangler deploy` by hand.',
      EXIT.conflict,
    );
  }
  return pending.map(({ name }) => name);
}

/** Whether a program that knows only the earlier schema would fail after this migration. */
export function isBreaking(sql: string): boolean {
  const code = sql.replace(/--.*$/gm, '');
  return /\bDROP\s+(TABLE|VIEW|COLUMN)\b|\bRENAME\b|\bALTER\s+TABLE\s+\S+\s+DROP\b/i.test(code);
}

async function findOrCreate(wrangler: Wrangler, name: string): Promise<string> {
  const found = await idOf(wrangler, name);
  if (found !== undefined) {
    return found;
  }
  await wrangler.runOrThrow(['d1', 'create', name], true);
  const created = await idOf(wrangler, name);
  if (created === undefined) {
    throw new LoomError(
      `wrangler created ${name} but does not list it.`,
      'Put the id that it printed into .loom/server/wrangler.jsonc, then run `lm deploy --yes` again.',
      EXIT.remote,
    );
  }
  return created;
}

async function idOf(wrangler: Wrangler, name: string): Promise<string | undefined> {
  const listed = jsonIn((await wrangler.runOrThrow(['d1', 'list', '--json'])).stdout);
  const all = Array.isArray(listed) ? (listed as { name?: unknown; uuid?: unknown }[]) : [];
  const id = all.find((one) => one.name === name)?.uuid;
  return typeof id === 'string' ? id : undefined;
}

/**
 * Also adds the id to a config that was edited by hand. The config still counts as edited, so `--remove`
 * keeps it.
 */
function noteDatabase(loomDir: string, config: ServerConfig, id: string): void {
  const record = readRecord(loomDir);
  const text = withDatabaseId(config.text, id);
  if (record && stateOf(loomDir, CONFIG_FILE, undefined, record) === 'outdated') {
    writeServer(loomDir, { [CONFIG_FILE]: text }, record);
  } else {
    writeFileSync(join(serverDir(loomDir), CONFIG_FILE), text);
  }
}

function requireQueue({ code, stdout, stderr }: CommandResult, queue: string): void {
  if (code !== 0 && !/already (exists|taken|in use)|11009/i.test(stdout + stderr)) {
    throw new LoomError(
      `The queue ${queue} was not created:\n${`${stderr}\n${stdout}`.trim().split('\n').slice(-8).join('\n')}`,
      'Fix that, then run the same command again.',
      EXIT.remote,
    );
  }
}

function customDomain(stdout: string): string | undefined {
  const name = /^\s*([\w-]+(?:\.[\w-]+)+) \(custom domain\b/m.exec(stdout)?.[1];
  return name === undefined ? undefined : `https://${name}`;
}
