import { createHash } from 'node:crypto';
import type { Assets } from '../project/assets.js';

/** The folder of a vendored runtime in the user's project. */
export const VENDOR_FOLDER = 'vendor/observability';

/** The built runtime package as files of the user's project, with a note of version and content. */
export function vendoredRuntime(assets: Assets): Record<string, string> {
  const contents = assets.runtimePackage();
  const files: Record<string, string> = {
    [`${VENDOR_FOLDER}/VENDORED.json`]: vendorNote(assets.version, contents),
  };
  for (const [path, text] of Object.entries(contents)) files[`${VENDOR_FOLDER}/${path}`] = text;
  return files;
}

export interface VendorNote {
  readonly package: string;
  readonly version: string;
  /** SHA-256 over paths and texts of all other files. */
  readonly sha256: string;
  readonly note: string;
}

function vendorNote(version: string, contents: Readonly<Record<string, string>>): string {
  const note: VendorNote = {
    package: '@create-something/observability',
    version,
    sha256: contentHash(contents),
    note: 'A copy of the published package. Do not edit; renew it with init --runtime vendor',
  };
  return `${JSON.stringify(note, null, 2)}\n`;
}

function contentHash(contents: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const path of Object.keys(contents).sort()) hash.update(`${path}\0${contents[path]}\0`);
  return hash.digest('hex');
}
