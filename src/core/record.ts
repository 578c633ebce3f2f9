import { createHash } from 'node:crypto';
import { type Edit, invert, splice } from './edits.js';
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

/** What an earlier `init` left in a project; undefined where there was none. */
export function recordOf(project: { text(path: string): string | undefined }): ObserveRecord | undefined {
  const text = project.text(RECORD_FILE);
  return text === undefined ? undefined : readRecord(text);
}

/** The record of a file that `edits` change, on top of what an earlier `init` did to it. */
export function recordEdits(
  earlier: FileRecord | undefined,
  before: string,
  edits: readonly Edit[],
): FileRecord {
  const after = splice(before, edits);
  const hash = hashOf(after);
  // What was created is deleted whole; its later edits need no undoing.
  if (earlier?.created && earlier.hash === hashOf(before)) return { created: true, hash };
  const earlierSteps = earlier ? (locateSteps(earlier, before) ?? []) : [];
  return { hash, undo: mergeSteps(earlierSteps, before, after, edits) };
}

/**
 * The edits that undo a record in the file as it is now: by position where nothing changed since,
 * else by the text that was inserted. undefined where something of it is not to be found.
 */
export function undoEdits(record: FileRecord, text: string): Edit[] | undefined {
  const edits = locateSteps(record, text)?.map(undoEdit);
  return edits && standApart(edits, text) ? edits : undefined;
}

/** Of two alike, one may be gone; and a record that somebody wrote may say anything. */
function standApart(edits: readonly Edit[], text: string): boolean {
  const ordered = [...edits].sort((a, b) => a.start - b.start);
  return ordered.every(({ start, end }, index) => {
    const before = ordered[index - 1]?.end ?? 0;
    return start >= before && end <= text.length;
  });
}

function undoEdit({ at, now, was }: UndoStep): Edit {
  return { start: at, end: at + now.length, text: was };
}

function locateSteps(record: FileRecord, text: string): UndoStep[] | undefined {
  const steps = record.undo ?? [];
  if (record.hash === hashOf(text)) return [...steps];
  const located: UndoStep[] = [];
  for (const step of steps) {
    // Where nothing was left, nothing tells the place any more; and "" is found everywhere, without end.
    const at = step.now === '' ? undefined : nearest(text, step.now, step.at);
    if (at === undefined) return undefined;
    located.push({ ...step, at });
  }
  return located;
}

function nearest(text: string, wanted: string, expected: number): number | undefined {
  let best: number | undefined;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    if (best === undefined || Math.abs(at - expected) < Math.abs(best - expected)) best = at;
  }
  return best;
}

function mergeSteps(
  earlier: readonly UndoStep[],
  before: string,
  after: string,
  edits: readonly Edit[],
): UndoStep[] {
  // Side by side counts: which of the two was there first would not be told by position any more.
  const touches = (step: UndoStep) =>
    edits.some((edit) => edit.start <= step.at + step.now.length && edit.end >= step.at);
  if (earlier.some(touches)) {
    // The new edits reach the old ones: one step from what is now to what was at first.
    return [wholeStep(after, splice(before, earlier.map(undoEdit)))];
  }
  const shifted = earlier.map((step) => ({ ...step, at: step.at + shiftAt(step.at, edits) }));
  const added = invert(before, edits).map(({ start, end, text }) => ({
    at: start,
    now: after.slice(start, end),
    was: text,
  }));
  return [...shifted, ...added].sort((a, b) => a.at - b.at);
}

function shiftAt(offset: number, edits: readonly Edit[]): number {
  return edits
    .filter((edit) => edit.start <= offset)
    .reduce((shift, edit) => shift + edit.text.length - (edit.end - edit.start), 0);
}

function wholeStep(now: string, was: string): UndoStep {
  let start = 0;
  while (start < now.length && start < was.length && now[start] === was[start]) start += 1;
  let tail = 0;
  while (tail < now.length - start && tail < was.length - start && now.at(-1 - tail) === was.at(-1 - tail))
    tail += 1;
  return { at: start, now: now.slice(start, now.length - tail), was: was.slice(start, was.length - tail) };
}
