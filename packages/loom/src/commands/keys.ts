import type { Argv } from 'yargs';
import { minute } from '../cost/days.js';
import { requireServerConfig } from '../deploy/config.js';
import { accessLog, addKey, KEY_KINDS, type ListedKey, listKeys, revokeKey } from '../deploy/keys.js';
import { readRecord } from '../deploy/record.js';
import { type TeamDatabase, teamDatabase } from '../deploy/team-database.js';
import { EXIT, LoomError } from '../errors.js';
import { userName } from '../issues/place.js';
import { table } from '../output.js';
import { requireLoomDir } from '../store/folder.js';
import { readCount } from './option-checks.js';
import { command, type GlobalArgs } from './spec.js';
import { readDate } from './times.js';

const reach = <T extends GlobalArgs>(yargs: Argv<T>) =>
  yargs.option('local', {
    type: 'boolean',
    default: false,
    describe: "Wrangler's local database, as `wrangler dev` uses it",
  });

export const keysAdd = command({
  builder: (yargs) =>
    reach(yargs)
      .positional('name', { type: 'string', demandOption: true, describe: 'Who or what uses the key' })
      .option('kind', {
        choices: KEY_KINDS,
        default: 'ingest' as const,
        describe: 'ingest: write traces; read: read them; login: open the page',
      })
      .option('service', {
        type: 'string',
        describe: 'With ingest: the only MCP server that the key can write for',
      })
      .option('expires', { type: 'string', describe: 'When it expires: a date, or a duration such as 90d' }),
  run: async ({ cwd, local, name, kind, service, expires }) => {
    if (service !== undefined && kind !== 'ingest') {
      throw new LoomError('Only an ingest key can be limited to a service.', 'Remove --service.', EXIT.usage);
    }
    const now = Date.now();
    const { db, url } = open(cwd, local);
    const expiresAt = expires === undefined ? null : readDate(expires, now);
    if (expiresAt !== null && expiresAt <= now) {
      throw new LoomError(
        '--expires is in the past.',
        'Use a future date, or a duration such as 90d.',
        EXIT.usage,
      );
    }
    const key = { kind, name, service: service ?? null, expiresAt, by: userName() };
    const { id, secret } = await addKey(db, key, now);
    return {
      data: { id, secret, kind, service: service ?? null, expires_at: expiresAt },
      text: [
        ...useOf(kind, id, secret, url),
        'The secret is shown only once. Loom stores only its hash.',
      ].join('\n'),
    };
  },
});

export const keysList = command({
  builder: (yargs) => reach(yargs),
  run: async ({ cwd, local }) => {
    const keys = await listKeys(open(cwd, local).db);
    const now = Date.now();
    return {
      data: keys,
      text:
        keys.length === 0
          ? 'There are no keys. `lm keys add` creates one.'
          : table(
              ['id', 'kind', 'name', 'service', 'made', 'by', 'last used', 'state'],
              keys.map((key) => [
                key.id,
                key.kind,
                key.name,
                key.service ?? 'any',
                minute(key.created_at),
                key.created_by ?? '-',
                key.used_at === null ? 'never' : minute(key.used_at),
                stateOf(key, now),
              ]),
            ),
    };
  },
});

export const keysRevoke = command({
  builder: (yargs) =>
    reach(yargs).positional('id', { type: 'string', demandOption: true, describe: 'Id of the key' }),
  run: async ({ cwd, local, id }) => {
    const key = await revokeKey(open(cwd, local).db, id, userName(), Date.now());
    const pages = key.kind === 'login' ? ' Its sessions have ended.' : '';
    return { data: key, text: `${key.id} (${key.name}) is revoked.${pages}` };
  },
});

export const keysLog = command({
  builder: (yargs) =>
    reach(yargs).option('limit', {
      type: 'number',
      default: 50,
      describe: 'Maximum number, the latest last',
    }),
  run: async ({ cwd, local, limit }) => {
    const lines = await accessLog(open(cwd, local).db, readCount('limit', limit));
    return {
      data: lines,
      text:
        lines
          .map(({ at, kind, subject, place, says }) =>
            [minute(at), kind.padEnd(15), subject, place ?? '', says].filter(Boolean).join('  '),
          )
          .join('\n') || 'There are no entries yet.',
    };
  },
});

function open(cwd: string, local: boolean): { db: TeamDatabase; url: string | null } {
  const loomDir = requireLoomDir(cwd);
  const config = requireServerConfig(loomDir);
  return {
    db: teamDatabase(loomDir, config, { local, env: process.env }),
    url: readRecord(loomDir)?.url ?? null,
  };
}

function useOf(kind: ListedKey['kind'], id: string, secret: string, url: string | null): string[] {
  const at = url ?? 'https://<the server>';
  switch (kind) {
    case 'ingest':
      return [
        `LANGFUSE_BASE_URL=${at}`,
        `LANGFUSE_PUBLIC_KEY=${id}`,
        `LANGFUSE_SECRET_KEY=${secret}`,
        'Set them as secrets of the Worker: npx wrangler secret put LANGFUSE_SECRET_KEY',
      ];
    case 'read':
      return [
        `LOOM_SERVER_URL=${at}`,
        `LOOM_SERVER_KEY=${id}:${secret}`,
        'With both set: lm traces --remote',
      ];
    case 'login':
      return [`Open ${at} and sign in with this token:`, secret];
  }
}

function stateOf({ revoked_at, expires_at }: ListedKey, now: number): string {
  if (revoked_at !== null) {
    return `revoked ${minute(revoked_at)}`;
  }
  if (expires_at === null) {
    return 'valid';
  }
  return expires_at <= now ? 'over' : `until ${minute(expires_at)}`;
}
