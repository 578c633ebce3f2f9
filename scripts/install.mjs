// Plain Node: this runs before anything is installed.
import { readFileSync, statSync, utimesSync } from 'node:fs';
import { npm, root } from './run.mjs';
import { waiting } from './waiting.mjs';

const lockfile = `${root}/package-lock.json`;
const installed = `${root}/node_modules/.package-lock.json`;

/** Runs `npm ci` unless node_modules already holds what the lockfile says. */
export async function install() {
  if (upToDate()) return;
  const flags = ['--no-audit', '--no-fund', '--loglevel', 'error'];
  const code = await waiting('Installing dependencies (npm ci)', () =>
    npm(['ci', ...flags], { stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  if (code !== 0) {
    throw new Error(`npm ci ended with exit code ${code}; its words are above`);
  }
}

function upToDate() {
  const wanted = statSync(lockfile);
  const present = statSync(installed, { throwIfNoEntry: false });
  if (!present) return false;
  if (present.mtimeMs >= wanted.mtimeMs) return true;
  // A checkout touches the lockfile without changing it; a reinstall would cost a minute for nothing.
  if (!samePackages()) return false;
  const now = new Date();
  utimesSync(installed, now, now);
  return true;
}

function samePackages() {
  const wanted = packages(lockfile);
  const present = packages(installed);
  return Object.entries(wanted).every(([path, entry]) => {
    // The root has no entry in node_modules, and packages for other platforms are never installed.
    if (path === '' || (entry.optional && !present[path])) return true;
    return present[path]?.version === entry.version;
  });
}

function packages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
