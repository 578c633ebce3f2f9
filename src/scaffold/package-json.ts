import type { Edit } from '../edits.js';
import type { Layer } from '../plan.js';
import { addMembers } from '../text/json-members.js';

export const OBSERVABILITY_PACKAGE = '@create-something/observability';
export const LOOM_PACKAGE = '@create-something/loom';

/** What stands behind each package's name in package.json, such as `^0.1.0` or `file:vendor/observability`. */
export interface PackageSpecs {
  readonly observability: string;
  readonly loom: string;
}

const CHECK_SCRIPT = { 'observe:check': 'npx create-something-observe check' };
const SYNC_SCRIPT = { 'loom:sync': 'node .loom/sync.mjs' };

/** The dependencies and scripts that the chosen layers need; what is there already stays. */
export function planPackageJson(text: string, layers: readonly Layer[], specs: PackageSpecs): Edit[] {
  const wantsLoom = layers.includes('loom');
  const isThere = (name: string) => text.includes(`"${name}"`);
  const edits = addMembers(text, 'scripts', { ...CHECK_SCRIPT, ...(wantsLoom ? SYNC_SCRIPT : {}) });
  if (layers.includes('langfuse') && !isThere(OBSERVABILITY_PACKAGE)) {
    edits.push(...addMembers(text, 'dependencies', { [OBSERVABILITY_PACKAGE]: specs.observability }));
  }
  if (wantsLoom && !isThere(LOOM_PACKAGE)) {
    edits.push(...addMembers(text, 'devDependencies', { [LOOM_PACKAGE]: specs.loom }));
  }
  return edits;
}

/** The package.json of a project that has none: nothing in it but what the edits will add. */
export const EMPTY_PACKAGE_JSON = '{\n  "private": true\n}\n';
