import { createHash, randomUUID } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';

/** The program's file, next to this one. Its name has a hash of its text. */
declare const PROGRAM_FILE: string;
/** The folder in the user's cache that the program calls its own. */
declare const CACHE_FOLDER: string;

/** Bytes of the SHA-256 in front of the data in a cached file. */
const HASH = 32;

/** A cached file that was not rewritten for this long belongs to an earlier version. In ms. */
const OLD = 30 * 86_400_000;

/**
 * The program's exports. Most of the time of a short command is compiling, so what V8 made of the program in one run is
 * kept for the next run of the same command. The compile cache of newer Nodes saves less than half of that (bench/README.md).
 * @param word the command's name, as it was typed: each command uses another part of the program
 */
export function load<Exports>(word: string | undefined, env: NodeJS.ProcessEnv = process.env): Exports {
  const file = join(__dirname, PROGRAM_FILE);
  const command = word !== undefined && /^[a-z-]{2,24}$/.test(word) ? word : 'other';
  const folder = env.NODE_DISABLE_COMPILE_CACHE ? undefined : cacheFolder(env);
  const name = `${basename(file)}-${command}-${process.version}-${process.arch}.v8`;
  return compile(file, folder && join(folder, name)) as Exports;
}

/**
 * A folder of ours in the user's own cache, made if need be. Cached code is executed, so other users must not
 * be able to write there: undefined if that is uncertain.
 */
function cacheFolder(env: NodeJS.ProcessEnv): string | undefined {
  try {
    const folder = join(userCache(env), CACHE_FOLDER);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isOurs(folder, 'folder') ? folder : undefined;
  } catch {
    return undefined;
  }
}

function userCache(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  return env.XDG_CACHE_HOME || join(homedir(), '.cache');
}

/** Windows gives each user a cache of their own; elsewhere owner and mode say who can write. */
function isOurs(path: string, kind: 'folder' | 'file'): boolean {
  const found = lstatSync(path);
  if (kind === 'folder' ? !found.isDirectory() : !found.isFile()) return false;
  if (process.getuid === undefined) return true;
  return found.uid === process.getuid() && (found.mode & 0o022) === 0;
}

/** V8 takes kept data only for a text of the same length, its own version and flags. */
function compile(file: string, kept: string | undefined): unknown {
  // It holds ASCII alone: `inAscii` of the build.
  const text = readFileSync(file, 'latin1');
  const cachedData = kept && readKept(kept);
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${text}\n})`, {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData && { cachedData }),
  });
  const made = { exports: {} };
  script.runInThisContext()(made.exports, createRequire(file), made, file, dirname(file));
  if (kept && (!cachedData || script.cachedDataRejected)) {
    // Once the program is done, V8 knows which functions it used.
    process.once('exit', () => keep(kept, script.createCachedData()));
  }
  return made.exports;
}

function readKept(path: string): Buffer | undefined {
  try {
    if (!isOurs(path, 'file')) return undefined;
    const bytes = readFileSync(path);
    const data = bytes.subarray(HASH);
    return hashOf(data).equals(bytes.subarray(0, HASH)) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Best effort: a full or read-only disk costs time, nothing else. */
function keep(path: string, data: Buffer): void {
  const half = `${path}.${randomUUID()}`;
  try {
    writeFileSync(half, Buffer.concat([hashOf(data), data]), { mode: 0o600, flag: 'wx' });
    renameSync(half, path);
    dropOld(dirname(path));
  } catch {
    rmSync(half, { force: true });
  }
}

function dropOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > OLD) rmSync(path, { recursive: true, force: true });
  }
}

function hashOf(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
