// Plain Node: this runs before anything is installed.
import { readFileSync, statSync, utimesSync } from 'node:fs';
import { npm, root } from './run.mjs';
import { waiting } from './waiting.mjs';

const lockfile = `${root}/package-lock.json`;
const installed = `${root}/node_modules/.package-lock.json`;

/** Runs `npm ci` unless node_modules matches the lockfile. */
export async function install() {
  if (upToDate()) return;
  const flags = ['--no-audit', '--no-fund', '--loglevel', 'error'];
  const code = await waiting('Installing dependencies (npm ci)', () =>
    npm(['ci', ...flags], { stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  if (code !== 0) {
    throw new Error(`npm ci ended with exit code ${code}; its output is above`);
  }
}

function upToDate() {
  const wanted = statSync(lockfile);
  const present = statSync(installed, { throwIfNoEntry: false });
  if (!present) return false;
  if (present.mtimeMs >= wanted.mtimeMs) return true;
  // A checkout updates the lockfile's time without changing it, and a needless install takes a minute.
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
