import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { AgentFile } from './agent-files.js';
import { ConfigSyntaxError } from './errors.js';
import type { Layer } from './layers.js';
import { printJson } from './print-json.js';
import { firstRecordSchema, REGISTRAR, type RUNTIME_SOURCES, recordSchema } from './record-schema.js';

/** The file with the settings of a project and the undo data for `remove`. It is committed. */
export const RECORD_FILE = 'observe.json';

/** Where the runtime package comes from; `packages` is a folder of tarballs. */
export type RuntimeSource = (typeof RUNTIME_SOURCES)[number];

export interface ObserveRecord {
  readonly layers: readonly Layer[];
  readonly runtime: RuntimeSource;
  /** Share of requests that Cloudflare traces, 0..1. */
  readonly sampling: number;
  /** Names of Cloudflare destinations that also get the traces. */
  readonly destinations?: readonly string[];
  /** The team's server: the name of a Worker of the same account, or its address. */
  readonly server?: string;
  /** Keep query strings out of recorded URLs. */
  readonly redactQueryString?: true;
  /** Keep traces off where the config disables them. */
  readonly keepDisabled?: true;
  /** Files other than sources, by path from the project folder. Sources are undone by their shape. */
  readonly files: Readonly<Record<string, FileRecord>>;
  /** Levels that the team set for rules of `check`. `init` keeps them. */
  readonly rules?: unknown;
  /** Files that were written for coding agents. */
  readonly agentFiles?: readonly AgentFile[];
  /** Names of the project's functions that register tools, as the user gave them; sorted. */
  readonly registrars?: readonly string[];
  /** Tools that were traced before `init`, by source file. */
  readonly own?: Readonly<Record<string, readonly string[]>>;
}

export interface FileRecord {
  /** SHA-256 of the file as `init` left it. */
  readonly hash: string;
  readonly created?: true;
  /** SHA-256 of the planned text, if the project's formatter changed it. */
  readonly from?: string;
  /** Git object id of the file before. It replaces the steps for files that a program rewrites or formats. */
  readonly before?: string;
  /** Edits that undo `init`, by position in the file that `init` wrote. */
  readonly undo?: readonly UndoStep[];
}

/** True for a source that the project's formatter changed. If git can't restore it, its shape is used. */
export function isLaidOutSource({ created, from }: FileRecord): boolean {
  return from !== undefined && !created;
}

export interface UndoStep {
  readonly at: number;
  /** The text that `init` wrote. */
  readonly now: string;
  /** The text before. */
  readonly was: string;
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The text of a record. Each entry has its own line, so that git can merge two branches. */
export function writeRecord(record: ObserveRecord): string {
  const { files, own, ...settings } = record;
  const ledger = Object.entries(files).map(([path, { undo, ...file }]) => {
    const steps = undo?.map(({ at, now, was }) => ({ at, now, ...(was === '' ? {} : { was }) }));
    return [path, { ...file, ...(steps ? { undo: steps } : {}) }];
  });
  return printJson({ version: 2, settings, ...(own ? { own } : {}), ledger: Object.fromEntries(ledger) });
}

/** @throws ConfigSyntaxError for a record that is broken or newer than this version of the tool */
export function readRecord(text: string): ObserveRecord {
  const place = { file: RECORD_FILE, line: 1 };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigSyntaxError(
      `${RECORD_FILE} is not valid JSON`,
      `Restore ${RECORD_FILE} from version control; \`remove\` needs it to undo exactly.`,
      place,
    );
  }
  // A record is untrusted input: check it before use.
  const second = z.safeParse(recordSchema, value);
  if (second.success) return fromSecond(second.data);
  const first = z.safeParse(firstRecordSchema, value);
  if (first.success) return fromFirst(first.data);
  const [issue] = versionOf(value) === 2 ? second.error.issues : [];
  if (issue) {
    throw new ConfigSyntaxError(
      `${RECORD_FILE} can't be read at ${issue.path.join('.')}`,
      `Restore ${RECORD_FILE} from version control, or fix it.`,
      place,
    );
  }
  throw new ConfigSyntaxError(
    `${RECORD_FILE} was not written by this version of create-something-observe`,
    'Use the newest version of create-something-observe.',
    place,
  );
}

function versionOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
}

function fromSecond({ settings, rules, own, ledger }: z.infer<typeof recordSchema>): ObserveRecord {
  const files = Object.entries(ledger).map(([path, { undo, ...file }]) => {
    const steps = undo?.map(({ was = '', ...step }) => ({ ...step, was }));
    return [path, { ...file, ...(steps ? { undo: steps } : {}) }] as const;
  });
  const levels = settings.rules ?? rules;
  return {
    ...settings,
    ...(levels === undefined ? {} : { rules: levels }),
    files: Object.fromEntries(files),
    ...(own ? { own } : {}),
  };
}

function fromFirst(record: z.infer<typeof firstRecordSchema>): ObserveRecord {
  const { version: _, redactQueryString, keepDisabled, files, ...rest } = record;
  const entries = Object.entries(files).map(([path, { created, ...file }]) => {
    return [path, { ...file, ...(created ? { created: true as const } : {}) }] as const;
  });
  return {
    ...rest,
    ...(redactQueryString ? { redactQueryString: true } : {}),
    ...(keepDisabled ? { keepDisabled: true } : {}),
    files: Object.fromEntries(entries),
  };
}

export function isRegistrar(name: string): boolean {
  return REGISTRAR.test(name);
}
