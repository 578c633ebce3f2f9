import type { Edit } from '../core/edits.js';
import type { Layer } from '../core/layers.js';
import { addMembers } from '../text/json-members.js';

export const OBSERVABILITY_PACKAGE = '@create-something/observability';
export const LOOM_PACKAGE = '@create-something/loom';
export const OBSERVE_PACKAGE = 'create-something-observe';

/**
 * Version or path of each package in package.json, such as `^0.1.0` or `file:vendor/observability`. A project
 * with pnpm or bun catalogs gets a plain range too. It is valid everywhere, and a new catalog entry would
 * affect the whole repository.
 */
export interface PackageSpecs {
  readonly observability: string;
  /** undefined if no registry is used. Then `npx` downloads Loom when it runs. */
  readonly loom: string | undefined;
  /** The command line; undefined if the project can't install it. Then the project gets no script for it. */
  readonly observe: string | undefined;
}

/** The script runs the project's own dependency. `npx` would fetch whatever has this name in the registry. */
const CHECK_SCRIPT = { 'observe:check': 'create-something-observe check' };

/** Node before 22.13 has no built-in SQLite, so Loom uses this package there. */
const SQLITE_PACKAGE = '@photostructure/sqlite';
const SQLITE_RANGE = '^1.2.1';
const SYNC_SCRIPT_WITHOUT_LOOM = { 'loom:sync': `npx --package=${LOOM_PACKAGE} lm sync` };

/** Required entries in the package.json of a Worker. */
export interface PackageJsonIntent {
  readonly layers: readonly Layer[];
  readonly specs: PackageSpecs;
  /** Loom's script, relative to the package.json. */
  readonly sync: string;
  /** Whether this package.json is the one above Loom's folder. */
  readonly isLoomHome: boolean;
  /** True if this Node has no built-in SQLite. */
  readonly needsSqlite: boolean;
}

/** The dependencies and scripts that the chosen layers need. Existing entries stay. */
export function planPackageJson(
  text: string,
  { layers, specs, sync, isLoomHome, needsSqlite }: PackageJsonIntent,
): Edit[] {
  const wantsLoom = layers.includes('loom');
  const script = specs.loom === undefined ? SYNC_SCRIPT_WITHOUT_LOOM : { 'loom:sync': `node ${sync}` };
  const check = specs.observe === undefined ? {} : CHECK_SCRIPT;
  const edits = addMembers(text, 'scripts', { ...check, ...(wantsLoom ? script : {}) });
  if (wantsLoom && specs.loom !== undefined) edits.push(...movedScript(text, sync));
  if (layers.includes('langfuse')) edits.push(...planDependency(text, specs));
  const development = {
    ...(wantsLoom && isLoomHome ? loomPackages(text, specs, needsSqlite) : {}),
    ...(specs.observe === undefined || names(text, OBSERVE_PACKAGE)
      ? {}
      : { [OBSERVE_PACKAGE]: specs.observe }),
  };
  edits.push(...addMembers(text, 'devDependencies', development));
  return edits;
}

/** Our script, if it leads to another Loom than the current one. */
function movedScript(text: string, sync: string): Edit[] {
  const found = /("loom:sync"\s*:\s*"node )([^"\s]*\.loom\/sync\.mjs)"/.exec(text);
  const [, lead = '', now = ''] = found ?? [];
  if (!found || now === sync) return [];
  const start = found.index + lead.length;
  return [{ start, end: start + now.length, text: sync }];
}

/** Only Loom, for the package.json above its folder. */
export function planLoom(text: string, specs: PackageSpecs, needsSqlite: boolean): Edit[] {
  return addMembers(text, 'devDependencies', loomPackages(text, specs, needsSqlite));
}

function loomPackages(
  text: string,
  { loom }: PackageSpecs,
  needsSqlite: boolean,
): Readonly<Record<string, string>> {
  if (loom === undefined) return {};
  return {
    ...(names(text, LOOM_PACKAGE) ? {} : { [LOOM_PACKAGE]: loom }),
    ...(needsSqlite && !names(text, SQLITE_PACKAGE) ? { [SQLITE_PACKAGE]: SQLITE_RANGE } : {}),
  };
}

/**
 * Only the runtime, for a package that only contains tools. The runtime package itself needs no dependency on
 * it.
 */
export function planDependency(text: string, specs: PackageSpecs): Edit[] {
  if (names(text, OBSERVABILITY_PACKAGE)) return [];
  return addMembers(text, 'dependencies', { [OBSERVABILITY_PACKAGE]: specs.observability });
}

/** Whether a package.json mentions a package. */
export function names(text: string, name: string): boolean {
  return text.includes(`"${name}"`);
}

/** A new package.json: empty except for the edits. */
export const EMPTY_PACKAGE_JSON = '{\n  "private": true\n}\n';
