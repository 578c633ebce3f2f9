import { basename, dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { ConfigSyntaxError, PlanOutdatedError, UsageError } from '../core/errors.js';
import { PLAN_SCHEMA_VERSION, type Plan } from '../core/plan.js';
import type { Disk } from '../project/disk.js';
import { existingFolder } from '../project/read-project.js';
import { type Fingerprint, fingerprintOf } from './fingerprint.js';
import { ANSWER_FLAGS, flagsOf } from './flags.js';
import { type Options, readOptions } from './options.js';
import type { Workers } from './workers.js';

const planFileSchema = z.object({
  schemaVersion: z.literal(PLAN_SCHEMA_VERSION),
  answers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  fingerprint: z.object({
    files: z.record(z.string(), z.string()),
    others: z.object({ count: z.number(), sha256: z.string() }),
    plan: z.string(),
  }),
});

export type PlanFile = z.infer<typeof planFileSchema>;

/**
 * A plan that `--json` printed.
 * @throws UsageError if the file does not exist
 * @throws ConfigSyntaxError if it is not a plan
 */
export function readPlanFile(path: string, disk: Disk): PlanFile {
  // Not cached with the project's files.
  const own = disk.withEmptyCache();
  const file = planFileAt(path, own);
  if (!own.isFile(file)) {
    throw new UsageError(`There is no file "${path}".`, 'Make it with: init --detect --json > plan.json');
  }
  const read = z.safeParse(planFileSchema, jsonIn(own.text(file)));
  if (read.success && Object.entries(read.data.answers).every(isAnswer)) return read.data;
  throw new ConfigSyntaxError(
    `${path} is not a plan of this version of create-something-observe.`,
    'Make a new one: init --detect --json > plan.json',
    { file: path, line: 1 },
  );
}

/** True if yargs could have read this. No other code checks types and choices. */
function isAnswer([name, value]: readonly [string, unknown]): boolean {
  const how: { type?: string; array?: boolean; choices?: readonly string[] } | undefined = ANSWERS[name];
  if (how === undefined || !ANSWER_FLAGS.has(name)) return false;
  if (how.array) return Array.isArray(value);
  if (how.choices) return how.choices.includes(value as string);
  return typeof value === (how.type ?? 'string');
}

const ANSWERS: Readonly<Record<string, object>> = flagsOf('init');

/** The absolute path of a plan file, with links resolved like in git. */
export function planFileAt(path: string, disk: Disk): string {
  return join(existingFolder(dirname(path), disk), basename(path));
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The options of a run that applies a plan file: its answers, without questions. */
export function optionsOf({ answers }: PlanFile, options: Options): Options {
  const { words, dir, dryRun, json, install, force, plan } = options;
  return {
    ...readOptions(answers, words),
    dir,
    dryRun,
    json,
    install,
    force,
    plan,
    yes: true,
    format: options.format,
  };
}

/** @throws PlanOutdatedError if the project or the change differs from the reviewed plan */
export function requireSame(
  { fingerprint: then }: PlanFile,
  path: string,
  workers: Workers,
  plan: Plan,
): void {
  const now = fingerprintOf(workers, plan, [planFileAt(path, workers.disk)]);
  const reason = difference(then, now);
  if (reason === undefined) return;
  throw new PlanOutdatedError(
    `${path} does not match this project any more: ${reason}.`,
    `Make a new plan and review it: init --detect --json > ${path}. Nothing was changed.`,
  );
}

function difference(then: Fingerprint, now: Fingerprint): string | undefined {
  const paths = [...new Set([...Object.keys(then.files), ...Object.keys(now.files)])].sort();
  const isElsewhere = paths.every((path) => then.files[path] === undefined || now.files[path] === undefined);
  if (isElsewhere && paths.length > 0) return 'it was made in another folder';
  const changed = paths.filter((path) => then.files[path] !== now.files[path]);
  if (changed.length > 0) {
    const shown = changed.slice(0, 5).join(', ');
    return `${shown}${changed.length > 5 ? ` and ${changed.length - 5} more files` : ''} changed since`;
  }
  if (then.others.count !== now.others.count) {
    return `init read ${then.others.count} further files then, and ${now.others.count} now`;
  }
  if (then.others.sha256 !== now.others.sha256) return 'a file that init only reads was changed';
  // A change in the answers, the folder, Wrangler or this program.
  return then.plan === now.plan ? undefined : 'its answers now give a different change';
}
