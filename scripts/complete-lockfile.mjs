// Adds entries that npm leaves out of package-lock.json: optional packages of other platforms. npm does so if
// the registry does not have them or if node_modules exists (npm/cli issue 4828). `npm ci` rejects a lockfile
// without them, and a Mac would have no bundler. Run it after `npm install`. With --check, it changes
// nothing, and exits with 1 if an entry is missing.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

const file = join(root, 'package-lock.json');
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const OS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const CPU = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32'];

const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const found = resolved(path, name);
    // The package has an entry, and npm checks its range.
    if (found && (found.version === version || !EXACT.test(version))) continue;
    if (!EXACT.test(version)) throw new Error(`${path} needs ${name} ${version}, but its version is unknown`);
    const place = lock.packages[`node_modules/${name}`]
      ? `${path}/node_modules/${name}`
      : `node_modules/${name}`;
    lock.packages[place] = foreignPackage(name, version, entry);
    added.push(`${name}@${version}`);
  }
}
if (process.argv.includes('--check')) {
  if (added.length > 0) {
    console.error(
      `package-lock.json leaves out: ${added.join(', ')}\nRun: node scripts/complete-lockfile.mjs`,
    );
    process.exitCode = 1;
  }
} else if (added.length > 0) {
  write();
  console.log(`Added: ${added.join(', ')}`);
}

function write() {
  const [own, ...others] = Object.entries(lock.packages);
  // npm's order, so that its next write changes nothing else.
  others.sort(([a], [b]) => a.localeCompare(b, 'en'));
  const packages = Object.fromEntries([own, ...others]);
  writeFileSync(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
}

/** The entry that Node would find for `name` from the package at `path`. */
function resolved(path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const entry = lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`];
    if (entry || folder === '') return entry;
  }
}

/** The names of such packages show their platform: `@rolldown/binding-linux-x64-musl`. */
function foreignPackage(name, version, parent) {
  const words = name.split('/').at(-1).replace('linuxmusl', 'linux-musl').split(/[-.]/);
  const only = (known) => words.filter((word) => known.includes(word));
  const [os, cpu] = [only(OS), only(CPU)];
  if (os.length === 0 && cpu.length === 0) throw new Error(`${name} names no platform`);
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc';
  return {
    version,
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(parent.dev ? { dev: true } : {}),
    ...(os.includes('linux') ? { libc: [libc] } : {}),
    optional: true,
    ...(os.length > 0 ? { os } : {}),
    ...(parent.peer ? { peer: true } : {}),
  };
}
