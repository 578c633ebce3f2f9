import { isUtf8 } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { encodingOf } from '../core/tarballs.js';

/** Output of git; `status` is its exit code, null if it could not run. */
export interface GitAnswer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A file or a folder, links followed. */
export interface Entry {
  readonly kind: 'file' | 'folder' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Device and inode: two paths with the same one lead to the same file. */
  readonly identity: string;
}

/** Everything that is read from the machine. Paths are absolute. */
export interface DiskReader {
  /** undefined if nothing exists there. */
  look(path: string): Entry | undefined;
  /** @throws NodeJS.ErrnoException */
  read(path: string): Uint8Array;
  /** Empty for an unreadable folder, or for a file. */
  list(folder: string): readonly Dirent[];
  /** @param input text for stdin */
  git(dir: string, args: readonly string[], input?: string): GitAnswer;
}

/** A parent is a file, or the name is invalid: too long or with a NUL. */
const IS_NO_FILE = new Set(['ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

/** The list of all files is shorter than this even in the largest repositories. */
const MOST_BYTES = 256 * 1024 * 1024;

export const realReader: DiskReader = {
  look: (path) => {
    try {
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats === undefined) return undefined;
      const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
      return { kind, size: stats.size, identity: `${stats.dev}:${stats.ino}` };
    } catch (error) {
      if (IS_NO_FILE.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    }
  },
  read: (path) => readFileSync(path),
  list: (folder) => {
    try {
      return readdirSync(folder, { withFileTypes: true });
    } catch {
      return [];
    }
  },
  git: (cwd, args, input) => {
    const { status, stdout, stderr } = spawnSync('git', [...args], {
      cwd,
      encoding: 'utf8',
      ...(input === undefined ? { stdio: ['ignore', 'pipe', 'pipe'] } : { input }),
      maxBuffer: MOST_BYTES,
    });
    return { status, stdout: stdout ?? '', stderr: stderr ?? '' };
  },
};

/**
 * Cached facts about the machine for one command: each file is read once, each folder listed once, git run
 * once.
 */
export class Disk {
  readonly #reader: DiskReader;
  #entries = new Map<string, Entry | undefined>();
  #texts = new Map<string, { readonly text: string; readonly isUtf8: boolean }>();
  #folders = new Map<string, readonly Dirent[]>();
  #answers = new Map<string, GitAnswer>();

  constructor(reader: DiskReader = realReader) {
    this.#reader = reader;
  }

  /** The same machine with an empty cache. */
  withEmptyCache(): Disk {
    return new Disk(this.#reader);
  }

  /**
   * The same machine after these files were written. Only these files are read again.
   * @param paths absolute
   */
  after(paths: readonly string[]): Disk {
    const next = new Disk(this.#reader);
    next.#entries = new Map(this.#entries);
    next.#texts = new Map(this.#texts);
    next.#folders = new Map(this.#folders);
    next.#answers = new Map(this.#answers);
    next.#forget(paths);
    return next;
  }

  #forget(paths: readonly string[]): void {
    const written = new Set(paths);
    const identities = new Set(paths.flatMap((path) => this.#entries.get(path)?.identity ?? []));
    for (const [path, entry] of this.#entries) {
      if (written.has(path) || (entry && identities.has(entry.identity))) {
        this.#entries.delete(path);
        this.#texts.delete(path);
      }
    }
    for (const path of paths) {
      this.#texts.delete(path);
      for (let folder = dirname(path); ; folder = dirname(folder)) {
        this.#folders.delete(folder);
        this.#entries.delete(folder);
        if (folder === dirname(folder)) break;
      }
    }
    // Git's answers about these files may have changed.
    for (const [question] of this.#answers)
      if (!question.includes('rev-parse')) this.#answers.delete(question);
  }

  #look(path: string): Entry | undefined {
    if (!this.#entries.has(path)) this.#entries.set(path, this.#reader.look(path));
    return this.#entries.get(path);
  }

  exists(path: string): boolean {
    return this.#look(path) !== undefined;
  }

  /**
   * True for a regular file. A folder named `.env` is a Python environment, and reading a pipe or a device would
   * never end.
   */
  isFile(path: string): boolean {
    return this.#look(path)?.kind === 'file';
  }

  isFolder(path: string): boolean {
    return this.#look(path)?.kind === 'folder';
  }

  /** Bytes; 0 if there is no file. */
  size(path: string): number {
    return this.#look(path)?.size ?? 0;
  }

  /** @throws NodeJS.ErrnoException if the file does not exist or is not readable */
  text(path: string): string {
    return this.#read(path).text;
  }

  isUtf8(path: string): boolean {
    return this.#read(path).isUtf8;
  }

  #read(path: string): { readonly text: string; readonly isUtf8: boolean } {
    const known = this.#texts.get(path);
    if (known) return known;
    const bytes = this.#reader.read(path);
    const read = {
      text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encodingOf(path)),
      isUtf8: isUtf8(bytes),
    };
    this.#texts.set(path, read);
    return read;
  }

  /** Files that were read so far, by absolute path. */
  get texts(): ReadonlyMap<string, { readonly text: string }> {
    return this.#texts;
  }

  entries(folder: string): readonly Dirent[] {
    const known = this.#folders.get(folder);
    if (known) return known;
    const entries = this.#reader.list(folder);
    this.#folders.set(folder, entries);
    return entries;
  }

  /** @param input text for git to store; such calls are not cached */
  git(dir: string, args: readonly string[], input?: string): GitAnswer {
    if (input !== undefined) return this.#reader.git(dir, args, input);
    const question = JSON.stringify([dir, ...args]);
    const known = this.#answers.get(question);
    if (known) return known;
    const answer = this.#reader.git(dir, args);
    this.#answers.set(question, answer);
    return answer;
  }
}
