import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyEdits, modify, parse } from 'jsonc-parser';
import * as z from 'zod';
import { EXIT, LoomError } from '../errors.js';
import { CONFIG_FILE } from './files.js';
import { serverDir } from './record.js';

const Config = z.object({
  name: z.string(),
  account_id: z.string().optional(),
  d1_databases: z
    .array(
      z.object({
        binding: z.string(),
        database_name: z.string(),
        database_id: z.string().optional(),
      }),
    )
    .min(1),
  vars: z.record(z.string(), z.unknown()).optional(),
  queues: z.object({ producers: z.array(z.object({ queue: z.string() })).default([]) }).optional(),
});

/** The server's own wrangler.jsonc, with any edits by hand. */
export interface ServerConfig {
  readonly text: string;
  readonly name: string;
  readonly accountId: string | undefined;
  readonly database: { readonly name: string; readonly id: string | undefined };
  readonly queues: readonly string[];
  /** Variables in plain text. */
  readonly vars: Readonly<Record<string, unknown>>;
}

export function readServerConfig(loomDir: string): ServerConfig | undefined {
  const path = join(serverDir(loomDir), CONFIG_FILE);
  if (!existsSync(path)) {
    return undefined;
  }
  const text = readFileSync(path, 'utf8');
  const read = Config.safeParse(parse(text, [], { allowTrailingComma: true }));
  const database = read.data?.d1_databases.find(({ binding }) => binding === 'DB');
  if (!read.success || !database) {
    throw new LoomError(
      `${path} has no name, or no D1 database with the binding DB.`,
      'Restore it from git, or delete it and run `lm deploy` again.',
      EXIT.failed,
    );
  }
  return {
    text,
    name: read.data.name,
    accountId: read.data.account_id || undefined,
    database: { name: database.database_name, id: database.database_id || undefined },
    queues: read.data.queues?.producers.map(({ queue }) => queue) ?? [],
    vars: read.data.vars ?? {},
  };
}

export function requireServerConfig(loomDir: string): ServerConfig {
  const config = readServerConfig(loomDir);
  if (!config) {
    throw new LoomError(
      'There is no team server in this project.',
      'Run `lm deploy`. It shows what it would write.',
      EXIT.notFound,
    );
  }
  return config;
}

/** Inserts the database's id; every other byte stays unchanged. */
export function withDatabaseId(text: string, id: string): string {
  const databases = (parse(text) as { d1_databases: { binding: string }[] }).d1_databases;
  const at = databases.findIndex(({ binding }) => binding === 'DB');
  return applyEdits(text, modify(text, ['d1_databases', at, 'database_id'], id, {}));
}
