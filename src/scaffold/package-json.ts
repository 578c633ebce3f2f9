import type { Edit } from '../core/edits.js';
import type { Layer } from '../core/layers.js';
import { addMembers } from '../text/json-members.js';

export const OBSERVABILITY_PACKAGE = '@create-something/observability';
export const LOOM_PACKAGE = '@create-something/loom';

/**
 * What stands behind each package's name in package.json, such as `^0.1.0` or `file:vendor/observability`.
 * A plain range is written in a project with pnpm or bun catalogs too: it is valid everywhere, and a
 * catalog is the repository's own list of versions, which a new entry for one package would change for all.
 */
export interface PackageSpecs {
  readonly observability: string;
  /** undefined where no registry is to be asked: then `npx` brings Loom when it is called. */
  readonly loom: string | undefined;
}

const CHECK_SCRIPT = { 'observe:check': 'npx create-something-observe check' };
const SYNC_SCRIPT_WITHOUT_LOOM = { 'loom:sync': `npx --package=${LOOM_PACKAGE} lm sync` };

/** What the package.json of a Worker is to hold. */
export interface PackageJsonIntent {
  readonly layers: readonly Layer[];
  readonly specs: PackageSpecs;
  /** Loom's script, relative to the package.json. */
  readonly sync: string;
  /** Whether this package.json is the one above Loom's folder. */
  readonly isLoomHome: boolean;
}

/** The dependencies and scripts that the chosen layers need; what is there already stays. */
export function planPackageJson(
  text: string,
  { layers, specs, sync, isLoomHome }: PackageJsonIntent,
): Edit[] {
  const wantsLoom = layers.includes('loom');
  const script = specs.loom === undefined ? SYNC_SCRIPT_WITHOUT_LOOM : { 'loom:sync': `node ${sync}` };
  const edits = addMembers(text, 'scripts', { ...CHECK_SCRIPT, ...(wantsLoom ? script : {}) });
  if (wantsLoom && specs.loom !== undefined) edits.push(...movedScript(text, sync));
  if (layers.includes('langfuse')) edits.push(...planDependency(text, specs));
  if (wantsLoom && isLoomHome) edits.push(...planLoom(text, specs));
  return edits;
}

/** A script of ours that leads to another Loom than the one that is meant now. */
function movedScript(text: string, sync: string): Edit[] {
  const found = /("loom:sync"\s*:\s*"node )([^"\s]*\.loom\/sync\.mjs)"/.exec(text);
  const [, lead = '', now = ''] = found ?? [];
  if (!found || now === sync) return [];
  const start = found.index + lead.length;
  return [{ start, end: start + now.length, text: sync }];
}

/** Loom alone, for the package.json above its folder. */
export function planLoom(text: string, { loom }: PackageSpecs): Edit[] {
  if (loom === undefined || names(text, LOOM_PACKAGE)) return [];
  return addMembers(text, 'devDependencies', { [LOOM_PACKAGE]: loom });
}

/** The runtime alone, for a package that only holds tools. A package that is the runtime needs none. */
export function planDependency(text: string, specs: PackageSpecs): Edit[] {
  if (names(text, OBSERVABILITY_PACKAGE)) return [];
  return addMembers(text, 'dependencies', { [OBSERVABILITY_PACKAGE]: specs.observability });
}

function names(text: string, name: string): boolean {
  return text.includes(`"${name}"`);
}

/** The package.json of a project that has none: nothing in it but what the edits will add. */
export const EMPTY_PACKAGE_JSON = '{\n  "private": true\n}\n';
