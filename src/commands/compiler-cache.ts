import { createHash, randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { type Compiler, useCompiler } from '../tools/syntax/compiler.js';

/** The compiler beside the built program, its name with a hash of its text. Not there where the sources run. */
declare const COMPILER_FILE: string | undefined;

/** Bytes of the SHA-256 that stands before the data in a kept file. */
const HASH = 32;

/**
 * Lets the program use the compiler that it is built with, and keep what V8 made of it. Half the time of a short
 * command is compiling that one file.
 */
export function prepareCompiler(env: NodeJS.ProcessEnv = process.env): void {
  if (typeof COMPILER_FILE === 'undefined') return;
  const file = fileURLToPath(new URL(COMPILER_FILE, import.meta.url));
  const mayKeep = !env.NODE_DISABLE_COMPILE_CACHE;
  // From Node 22.8 on, Node keeps every module that it compiles.
  const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => void };
  if (enableCompileCache) {
    const folder = mayKeep ? cacheFolder(env) : undefined;
    if (folder) enableCompileCache(folder);
    useCompiler(() => createRequire(import.meta.url)(file));
  } else {
    useCompiler(() => compile(file, mayKeep ? cacheFolder(env) : undefined));
  }
}

/**
 * A folder of ours in the user's own cache, made if need be. Code that is kept is code that runs, so nobody else may
 * be able to write there: undefined where that is not certain.
 */
function cacheFolder(env: NodeJS.ProcessEnv): string | undefined {
  try {
    const folder = join(userCache(env), 'create-something-observe');
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

/** Node 20 keeps nothing by itself. V8 takes kept data only for a text of the same length, its own version and flags. */
function compile(file: string, folder: string | undefined): Compiler {
  const kept = folder && join(folder, `${basename(file)}-${process.version}-${process.arch}.v8`);
  const text = readFileSync(file, 'utf8');
  const cachedData = kept && readKept(kept);
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${text}\n})`, {
    filename: file,
    ...(cachedData && { cachedData }),
  });
  const made = { exports: {} as Compiler };
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
  } catch {
    rmSync(half, { force: true });
  }
}

function hashOf(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
