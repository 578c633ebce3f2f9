import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The version of an installed package, or `unknown`. */
export function packageVersion(name: string): string {
  const path = packageJson(name);
  return path ? JSON.parse(readFileSync(path, 'utf8')).version : 'unknown';
}

/** The date when it was installed here, as YYYY-MM-DD. */
export function installedOn(name: string): string | undefined {
  const path = packageJson(name);
  return path && statSync(path).ctime.toISOString().slice(0, 10);
}

function packageJson(name: string): string | undefined {
  try {
    // The package does not export its package.json, so it is found next to the entry file.
    const entry = createRequire(import.meta.url).resolve(name);
    return entry.replace(/dist[\\/][^\\/]+$/, 'package.json');
  } catch {
    return undefined;
  }
}
