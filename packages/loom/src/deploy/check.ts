import { createRequire } from 'node:module';
import { join } from 'node:path';
import { LoomError, networkReason } from '../errors.js';
import { isValid } from '../server/gate/caller.js';
import { knownMigrations } from '../store/migrations.js';
import { readServerConfig, type ServerConfig } from './config.js';
import { serverFiles, WORKER_FILE } from './files.js';
import { forwardingCheck, localForwardingCheck } from './forwarding-check.js';
import { listKeys } from './keys.js';
import { type DeployRecord, readRecord, serverDir, stateOf } from './record.js';
import type { ServerCheck } from './server-check.js';
import { type TeamDatabase, teamDatabase } from './team-database.js';
import { findWrangler } from './wrangler.js';

const HEALTH_MS = 10_000;

/** Checks that need no network. Empty if the project has no server. */
export function localChecks(loomDir: string): ServerCheck[] {
  try {
    const config = readServerConfig(loomDir);
    return config ? [...fileChecks(loomDir, config), localForwardingCheck(config)] : [];
  } catch (error) {
    return [problemOf('team server', error)];
  }
}

function fileChecks(loomDir: string, config: ServerConfig): ServerCheck[] {
  return [filesCheck(loomDir, readRecord(loomDir)), ...toolChecks(loomDir), databaseCheck(config)];
}

/** Also checks the account and the deployed server. */
export async function allChecks(
  loomDir: string,
  { env, local }: { env: NodeJS.ProcessEnv; local: boolean },
): Promise<ServerCheck[]> {
  const config = readServerConfig(loomDir);
  if (!config) {
    return [
      {
        name: 'team server',
        level: 'problem',
        says: 'this project has none',
        fix: 'Run `lm deploy`.',
      },
    ];
  }
  const checks = fileChecks(loomDir, config);
  if (config.database.id === undefined || local) {
    checks.push(localForwardingCheck(config));
  }
  if (config.database.id !== undefined || local) {
    try {
      const db = teamDatabase(loomDir, config, { env, local });
      checks.push(...(await databaseChecks(db)));
      if (!local) {
        checks.push(await forwardingCheck(loomDir, config, db));
      }
    } catch (error) {
      checks.push(problemOf('database', error));
    }
  }
  const url = readRecord(loomDir)?.url;
  checks.push(url ? await healthCheck(url) : notDeployed);
  return checks;
}

const notDeployed: ServerCheck = {
  name: 'deployed',
  level: 'problem',
  says: 'the address of the server is unknown',
  fix: 'Run `lm deploy --yes`.',
};

function filesCheck(loomDir: string, record: DeployRecord | undefined): ServerCheck {
  if (!record) {
    return {
      name: 'files',
      level: 'note',
      says: 'deploy.json is missing, so the files of `lm deploy` are unknown',
      fix: 'Restore .loom/server/deploy.json from git.',
    };
  }
  const states = Object.keys(record.files).map((name) => ({
    name,
    state: stateOf(loomDir, name, undefined, record),
  }));
  const missing = states.filter(({ state }) => state === 'missing').map(({ name }) => name);
  const edited = states.filter(({ state }) => state === 'edited').map(({ name }) => name);
  if (missing.length > 0) {
    return {
      name: 'files',
      level: 'problem',
      says: `missing: ${missing.join(', ')}`,
      fix: 'Run `lm deploy --write`.',
    };
  }
  const isOld =
    stateOf(loomDir, WORKER_FILE, serverFiles(record.options)[WORKER_FILE], record) === 'outdated';
  if (isOld) {
    return {
      name: 'files',
      level: 'note',
      says: 'made by an older version',
      fix: 'Run `lm deploy --update`.',
    };
  }
  return {
    name: 'files',
    level: 'ok',
    says: edited.length > 0 ? `in place; changed by hand: ${edited.join(', ')}` : 'in place',
  };
}

function toolChecks(loomDir: string): ServerCheck[] {
  const dir = serverDir(loomDir);
  const hasWrangler = findWrangler(dir) !== undefined;
  return [
    hasWrangler
      ? { name: 'wrangler', level: 'ok', says: 'installed' }
      : {
          name: 'wrangler',
          level: 'problem',
          says: 'not installed in this project',
          fix: 'npm install --save-dev wrangler',
        },
    hasPackage(dir)
      ? { name: 'package', level: 'ok', says: '@create-something/loom can be imported' }
      : {
          name: 'package',
          level: 'problem',
          says: '@create-something/loom is not installed where the server imports it',
          fix: 'npm install --save-dev @create-something/loom',
        },
  ];
}

function hasPackage(dir: string): boolean {
  try {
    createRequire(join(dir, 'worker.js')).resolve('@create-something/loom/package.json');
    return true;
  } catch {
    return false;
  }
}

function databaseCheck({ database }: ServerConfig): ServerCheck {
  return database.id === undefined
    ? {
        name: 'database id',
        level: 'problem',
        says: 'wrangler.jsonc has no database id yet',
        fix: 'Run `lm deploy --yes`, which creates it.',
      }
    : { name: 'database id', level: 'ok', says: `${database.name} (${database.id})` };
}

async function databaseChecks(db: TeamDatabase): Promise<ServerCheck[]> {
  const [there] = await db.query(
    "SELECT 1 AS yes FROM sqlite_master WHERE type = 'table' AND name = 'd1_migrations'",
  );
  const rows = there ? await db.query('SELECT name FROM d1_migrations') : [];
  const applied = new Set(rows.map(({ name }) => String(name)));
  const missing = knownMigrations().filter(({ name }) => !applied.has(name));
  if (missing.length > 0) {
    const [first] = missing;
    return [
      {
        name: 'migrations',
        level: 'problem',
        says: `${missing.length} are not applied, the first is ${first?.name}`,
        fix: 'Run `lm deploy --update`.',
      },
    ];
  }
  const now = Date.now();
  const valid = (await listKeys(db)).filter((key) => isValid(key, now));
  const count = (kind: string) => valid.filter((key) => key.kind === kind).length;
  return [
    { name: 'migrations', level: 'ok', says: `all ${applied.size} are applied` },
    {
      name: 'keys',
      level: valid.length > 0 ? 'ok' : 'note',
      says: `${count('ingest')} to write, ${count('read')} to read, ${count('login')} to sign in`,
      ...(valid.length > 0
        ? {}
        : { fix: 'Make one: `lm keys add "shop worker"`. Workers with a service binding need none.' }),
    },
  ];
}

async function healthCheck(url: string): Promise<ServerCheck> {
  try {
    const answer = await fetch(`${url}/api/public/health`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(HEALTH_MS),
    });
    const text = await answer.text();
    if (answer.ok && text.includes('"OK"')) {
      return { name: 'deployed', level: 'ok', says: `${url} answers` };
    }
    return {
      name: 'deployed',
      level: 'problem',
      says: `${url} answered ${answer.status}`,
      fix:
        answer.status >= 300 && answer.status < 400
          ? 'Let Cloudflare Access bypass /api/public/* and /v1/*.'
          : 'Run `lm deploy --update`, and look at `npx wrangler tail`.',
    };
  } catch (error) {
    return {
      name: 'deployed',
      level: 'problem',
      says: `${url} can't be reached: ${networkReason(error)}`,
      fix: 'Check the network and the address in .loom/server/deploy.json.',
    };
  }
}

function problemOf(name: string, error: unknown): ServerCheck {
  if (!(error instanceof LoomError)) {
    throw error;
  }
  return { name, level: 'problem', says: error.message, fix: error.fix };
}
