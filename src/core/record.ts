import { createHash } from 'node:crypto';
import { ConfigSyntaxError } from './errors.js';
import { LAYERS, type Layer } from './plan.js';

/** The file that says how a project was set up, and what `remove` takes out again. It is committed. */
export const RECORD_FILE = 'observe.json';

export const RECORD_VERSION = 1;

export const RUNTIME_SOURCES = ['registry', 'workspace', 'vendor', 'packages'] as const;
/** Where the runtime package comes from; `packages` is a folder of tarballs. */
export type RuntimeSource = (typeof RUNTIME_SOURCES)[number];

export interface ObserveRecord {
  readonly version: typeof RECORD_VERSION;
  readonly layers: readonly Layer[];
  readonly runtime: RuntimeSource;
  /** Share of requests that Cloudflare traces, 0..1. */
  readonly sampling: number;
  /** Query strings were asked to stay out of recorded URLs. */
  readonly redactQueryString?: true;
  /** What somebody switched off in the config was asked to stay off. */
  readonly keepDisabled?: true;
  /** Files other than sources, by path from the project folder. Sources are undone by their shape. */
  readonly files: Readonly<Record<string, FileRecord>>;
  /** Levels that the team gave to rules of `check`; `init` only keeps them. */
  readonly rules?: Readonly<Record<string, unknown>>;
  /** Functions of the project that register tools, by name, as a person named them; sorted. */
  readonly registrars?: readonly string[];
  /** Tools that had a trace of their own before `init`, by source file. */
  readonly own?: Readonly<Record<string, readonly string[]>>;
}

export interface FileRecord {
  /** SHA-256 of the file as `init` left it. */
  readonly hash: string;
  readonly created?: true;
  /** What to put back, by position in the file as `init` left it. */
  readonly undo?: readonly UndoStep[];
}

export interface UndoStep {
  readonly at: number;
  /** What `init` left there. */
  readonly now: string;
  /** What stood there before. */
  readonly was: string;
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function writeRecord(record: ObserveRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** @throws ConfigSyntaxError for a record that is broken or newer than this version of the tool */
export function readRecord(text: string): ObserveRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigSyntaxError(
      `${RECORD_FILE} is not valid JSON`,
      `Restore ${RECORD_FILE} from version control; \`remove\` needs it to undo exactly.`,
      { file: RECORD_FILE, line: 1 },
    );
  }
  if (!isRecord(value)) {
    throw new ConfigSyntaxError(
      `${RECORD_FILE} was not written by this version of create-something-observe`,
      'Use the newest version: npx create-something-observe@latest',
      { file: RECORD_FILE, line: 1 },
    );
  }
  return value;
}

/** Anybody can write a record: nothing in it is believed before it has been looked at. */
function isRecord(value: unknown): value is ObserveRecord {
  if (!isObject(value) || value.version !== RECORD_VERSION) return false;
  const { layers, runtime, sampling, files, own = {}, registrars = [] } = value;
  return (
    Array.isArray(layers) &&
    layers.every((layer) => (LAYERS as readonly unknown[]).includes(layer)) &&
    (RUNTIME_SOURCES as readonly unknown[]).includes(runtime) &&
    typeof sampling === 'number' &&
    isObject(files) &&
    Object.values(files).every(isFileRecord) &&
    Array.isArray(registrars) &&
    registrars.every((name) => typeof name === 'string' && isRegistrar(name)) &&
    isObject(own) &&
    Object.values(own).every(
      (names) => Array.isArray(names) && names.every((name) => typeof name === 'string'),
    )
  );
}

/** The name of a function or a method, the last one of what is called. */
export function isRegistrar(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}

function isFileRecord(value: unknown): value is FileRecord {
  if (!isObject(value) || typeof value.hash !== 'string') return false;
  const { undo = [] } = value;
  return Array.isArray(undo) && undo.every(isUndoStep);
}

function isUndoStep(value: unknown): value is UndoStep {
  return (
    isObject(value) &&
    Number.isSafeInteger(value.at) &&
    typeof value.now === 'string' &&
    typeof value.was === 'string'
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
