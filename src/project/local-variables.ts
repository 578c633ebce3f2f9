import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { WranglerDocument } from '../wrangler/document.js';
import type { Disk } from './disk.js';

/** A place with LANGFUSE_ variables. */
export interface VariableSource {
  /** Its name in messages, such as `.dev.vars`. */
  readonly place: string;
  /** Only names that begin with LANGFUSE_. Values may be secrets: never print them. */
  readonly values: Readonly<Record<string, string>>;
  /** Whether a local run reads this place. */
  readonly isRead: boolean;
  /** Names that are set here but missing in `secrets.required`, so Wrangler hides them. */
  readonly hidden: readonly string[];
}

export interface VariableOptions {
  /** null for an MCP server that is not a Worker. */
  readonly config: WranglerDocument | null;
  readonly env: string | undefined;
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly disk: Disk;
}

const SHELL = 'the environment of this shell';

const DEV_VARS = '.dev.vars';

/**
 * All places that a local run may read LANGFUSE_ variables from, in Wrangler's order. If `.dev.vars` exists,
 * the `.env` files are not read. `vars` of the config come last.
 */
export function readLocalVariables(dir: string, options: VariableOptions): VariableSource[] {
  const { config, env, processEnv, disk } = options;
  const shell = { place: SHELL, values: ownNames(processEnv) };
  // A Node process has the variables of its shell. It is unknown whether its start script loads a file.
  if (config === null) {
    const files = envFiles(undefined).flatMap((path) => fromFile(dir, path, disk));
    return [
      { ...shell, isRead: true, hidden: [] },
      ...files.map((file) => ({ ...file, isRead: false, hidden: [] })),
    ].filter(isUseful);
  }
  const required = (env === undefined ? config : config.envs[env])?.requiredSecrets;
  const devVars = [...(env === undefined ? [] : fromFile(dir, `${DEV_VARS}.${env}`, disk))];
  const chosen = [...devVars, ...fromFile(dir, DEV_VARS, disk)];
  const dotEnv = envFiles(env).flatMap((path) => fromFile(dir, path, disk));
  const readsEnv = chosen.length === 0 && processEnv['CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV'] !== 'false';
  const readsShell =
    readsEnv && (required !== undefined || processEnv['CLOUDFLARE_INCLUDE_PROCESS_ENV'] === 'true');
  const files = [
    ...chosen.map((file, index) => ({ ...file, isRead: index === 0 })),
    ...dotEnv.map((file) => ({ ...file, isRead: readsEnv })),
    { ...shell, isRead: readsShell },
  ];
  return [
    ...files.map((file) => ({ ...file, hidden: hiddenBy(required, file.values) })),
    { place: `vars in ${config.path}`, values: ownNames(varsOf(config, env)), isRead: true, hidden: [] },
  ].filter(isUseful);
}

/**
 * An empty `.dev.vars` still stops Wrangler from reading `.env`, so empty files stay in the list. Other empty
 * entries are removed.
 */
function isUseful({ place, values }: VariableSource): boolean {
  return place.startsWith('.') || Object.keys(values).length > 0;
}

/** In order of precedence. */
function envFiles(env: string | undefined): string[] {
  const ofEnvironment = env === undefined ? [] : [`.env.${env}.local`, `.env.${env}`];
  return [...ofEnvironment, '.env.local', '.env'];
}

function fromFile(dir: string, place: string, disk: Disk): Pick<VariableSource, 'place' | 'values'>[] {
  const path = join(dir, place);
  if (!disk.isFile(path)) return [];
  try {
    return [{ place, values: ownNames(parseEnv(disk.text(path).replace(/^\uFEFF/, ''))) }];
  } catch {
    // If we can't read it, Wrangler can't either.
    return [];
  }
}

function ownNames(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, string] => entry[0].startsWith('LANGFUSE_') && typeof entry[1] === 'string',
    ),
  );
}

/** `vars` are not inherited by environments. */
function varsOf(config: WranglerDocument, env: string | undefined): Readonly<Record<string, unknown>> {
  return (env === undefined ? config : config.envs[env])?.vars ?? {};
}

function hiddenBy(
  required: readonly string[] | undefined,
  values: Readonly<Record<string, string>>,
): string[] {
  return required === undefined ? [] : Object.keys(values).filter((name) => !required.includes(name));
}
