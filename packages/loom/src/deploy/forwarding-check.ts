import { LoomError } from '../errors.js';
import { jsonOrUndefined } from '../json-values.js';
import type { ForwardState } from '../server/forward-state.js';
import { isAddress } from '../sync/address.js';
import type { ServerConfig } from './config.js';
import { CONFIG_FILE, SERVER_FOLDER } from './files.js';
import { serverDir } from './record.js';
import type { ServerCheck } from './server-check.js';
import type { TeamDatabase } from './team-database.js';
import { jsonIn, Wrangler } from './wrangler.js';

const SETTINGS = ['LANGFUSE_PUBLIC_KEY', 'LANGFUSE_SECRET_KEY', 'LANGFUSE_BASE_URL'] as const;
const FOLDER = `.loom/${SERVER_FOLDER}`;
const name = 'forwarding';

/** Forwarding to Langfuse as far as the files show it. Secrets are in the account. */
export function localForwardingCheck({ vars }: ServerConfig): ServerCheck {
  const problem = varsProblem(vars);
  if (problem) {
    return problem;
  }
  const set = SETTINGS.filter((setting) => vars[setting] !== undefined);
  return {
    name,
    level: 'ok',
    says: set.length > 0 ? `${CONFIG_FILE} sets ${set.join(' and ')}` : `${CONFIG_FILE} sets nothing`,
    fix: 'The settings can also be secrets of the Worker: `lm deploy --check` reads their names.',
  };
}

/** Whether the deployed server forwards to Langfuse, and how far it has come. */
export async function forwardingCheck(
  loomDir: string,
  { vars }: ServerConfig,
  db: TeamDatabase,
): Promise<ServerCheck> {
  const problem = varsProblem(vars);
  if (problem) {
    return problem;
  }
  const secrets = await secretNames(loomDir);
  if (secrets === undefined) {
    return {
      name,
      level: 'note',
      says: "unknown: wrangler can't list the secrets of the Worker",
      fix: `Run \`npx wrangler secret list\` in ${FOLDER} to see why.`,
    };
  }
  const missing = SETTINGS.filter((setting) => vars[setting] === undefined && !secrets.has(setting));
  if (missing.length === SETTINGS.length) {
    return {
      name,
      level: 'ok',
      says: 'off: traces stay on this server',
      fix: `To forward them to Langfuse, run \`npx wrangler secret put\` in ${FOLDER} for ${SETTINGS.join(', ')}.`,
    };
  }
  if (missing.length > 0) {
    return {
      name,
      level: 'problem',
      says: `nothing is forwarded: ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set`,
      fix: `Run \`npx wrangler secret put ${missing[0]}\` in ${FOLDER}.`,
    };
  }
  return progressCheck(db);
}

async function progressCheck(db: TeamDatabase): Promise<ServerCheck> {
  const [row] = await db.query(
    `SELECT value, (SELECT COUNT(*) FROM (SELECT 1 FROM observations WHERE seq > value ->> 'after' LIMIT 10000)) AS waiting
      FROM loom_meta WHERE key = 'forward'`,
  );
  const state = row && (jsonOrUndefined(String(row['value'])) as ForwardState | undefined);
  if (!state) {
    return {
      name,
      level: 'note',
      says: 'on, and no trace has arrived since',
      fix: `If traces arrive, but are not forwarded, look at \`npx wrangler tail\` in ${FOLDER}: LANGFUSE_BASE_URL must be an address.`,
    };
  }
  const counts = `${state.sent} sent, ${Number(row['waiting'])} waiting, ${state.failed} rejected by Langfuse`;
  return state.problem === null
    ? { name, level: 'ok', says: `on: ${counts}` }
    : {
        name,
        level: 'problem',
        says: `it fails: ${state.problem} (${counts})`,
        fix: `Check the keys and the address with \`npx wrangler secret put\` in ${FOLDER}. The server tries again when traces arrive, and once an hour.`,
      };
}

function varsProblem(vars: ServerConfig['vars']): ServerCheck | undefined {
  if (vars['LANGFUSE_SECRET_KEY'] !== undefined) {
    return {
      name,
      level: 'problem',
      says: `${CONFIG_FILE} holds LANGFUSE_SECRET_KEY as plain text`,
      fix: `Remove it there, and run \`npx wrangler secret put LANGFUSE_SECRET_KEY\` in ${FOLDER}.`,
    };
  }
  const url = vars['LANGFUSE_BASE_URL'];
  return url === undefined || (typeof url === 'string' && isAddress(url))
    ? undefined
    : {
        name,
        level: 'problem',
        says: `LANGFUSE_BASE_URL in ${CONFIG_FILE} is not an address`,
        fix: 'Write one such as https://cloud.langfuse.com.',
      };
}

/** Undefined if wrangler is missing, has no login, or the Worker was never deployed. */
async function secretNames(loomDir: string): Promise<ReadonlySet<string> | undefined> {
  try {
    const { code, stdout } = await new Wrangler(serverDir(loomDir)).run(['secret', 'list']);
    const listed = code === 0 ? jsonIn(stdout) : undefined;
    return Array.isArray(listed)
      ? new Set(listed.map((one: { name?: unknown }) => String(one.name)))
      : undefined;
  } catch (error) {
    if (error instanceof LoomError) {
      return undefined;
    }
    throw error;
  }
}
