import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { EXIT, LoomError } from '../errors.js';
import { jsonOrUndefined } from '../json-values.js';
import { SERVER_FOLDER } from './files.js';

/**
 * Lists the files that `lm deploy` wrote, so that `--remove` and `create-something-observe remove` can delete
 * them.
 */
const RECORD_FILE = 'deploy.json';

const RecordSchema = z.object({
  schema_version: z.literal(1),
  /** Address of the server after the first deploy. */
  url: z.string().nullable(),
  /** The options of the last deploy. */
  options: z.object({
    name: z.string(),
    queue: z.boolean(),
    live: z.boolean(),
    domain: z.string().optional(),
    access: z.object({ team: z.string(), audience: z.string() }).optional(),
  }),
  /** SHA-256 of each file as written, by name in the folder. */
  files: z.record(z.string(), z.string()),
});
export type DeployRecord = z.infer<typeof RecordSchema>;

export type FileState = 'missing' | 'same' | 'edited' | 'outdated' | 'foreign';

export function serverDir(loomDir: string): string {
  return join(loomDir, SERVER_FOLDER);
}

export function readRecord(loomDir: string): DeployRecord | undefined {
  const path = join(serverDir(loomDir), RECORD_FILE);
  if (!existsSync(path)) {
    return undefined;
  }
  const read = RecordSchema.safeParse(jsonOrUndefined(readFileSync(path, 'utf8')));
  if (!read.success || Object.keys(read.data.files).some((name) => !/^[\w.-]+$/.test(name))) {
    throw new LoomError(
      `${path} is not what \`lm deploy\` wrote.`,
      'Restore it from git, or delete it and run `lm deploy` again.',
      EXIT.failed,
    );
  }
  return read.data;
}

/** Compares a file with the text to write and with the text that was written last. */
export function stateOf(
  loomDir: string,
  name: string,
  wanted: string | undefined,
  record: DeployRecord | undefined,
): FileState {
  const path = join(serverDir(loomDir), name);
  if (!existsSync(path)) {
    return 'missing';
  }
  const text = readFileSync(path, 'utf8');
  if (text === wanted) {
    return 'same';
  }
  const written = record?.files[name];
  return written === undefined ? 'foreign' : written === hashOf(text) ? 'outdated' : 'edited';
}

/** Writes these files and records their hashes. */
export function writeServer(
  loomDir: string,
  texts: Readonly<Record<string, string>>,
  facts: { readonly url: string | null; readonly options: DeployRecord['options'] },
): DeployRecord {
  const dir = serverDir(loomDir);
  const before = readRecord(loomDir);
  const record: DeployRecord = {
    schema_version: 1,
    url: facts.url,
    options: facts.options,
    files: {
      ...before?.files,
      ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, hashOf(text)])),
    },
  };
  try {
    mkdirSync(dir, { recursive: true });
    for (const [name, text] of Object.entries(texts)) {
      writeFileSync(join(dir, name), text);
    }
    writeFileSync(join(dir, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
  } catch (error) {
    throw new LoomError(
      `${dir} can't be written: ${(error as Error).message}`,
      'Make the folder writable, then run `lm deploy` again.',
      EXIT.failed,
    );
  }
  return record;
}

/**
 * Deletes files that are unchanged since they were written. Returns the names of edited files, which it
 * keeps.
 */
export function removeServer(loomDir: string, record: DeployRecord): { removed: string[]; kept: string[] } {
  const dir = serverDir(loomDir);
  const existing = Object.keys(record.files).filter((name) => existsSync(join(dir, name)));
  const kept = existing.filter(
    (name) => hashOf(readFileSync(join(dir, name), 'utf8')) !== record.files[name],
  );
  const removed = [...existing.filter((name) => !kept.includes(name)), RECORD_FILE];
  for (const name of removed) {
    rmSync(join(dir, name), { force: true });
  }
  if (existsSync(dir) && readdirSync(dir).length === 0) {
    rmdirSync(dir);
  }
  return { removed, kept };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
