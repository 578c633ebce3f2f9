import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Line, readLines, type Wanted } from './lines.js';

interface ZstdModule {
  zstdDecompressSync?: (data: Buffer, options?: { maxOutputLength?: number }) => Buffer;
}

const MAX_UNPACKED_BYTES = 1024 ** 3;

/** The lines of a file, packed or not, from an offset in its unpacked text. */
export function linesOf(path: string, from: number, wanted?: Wanted): Generator<Line> {
  return path.endsWith('.zst') ? unpackedLines(path, from, wanted) : readLines(path, from, undefined, wanted);
}

/** Old Codex rollouts are packed with zstd, which Node supports from 22.15. */
function* unpackedLines(path: string, from: number, wanted: Wanted | undefined): Generator<Line> {
  const { zstdDecompressSync } = process.getBuiltinModule('node:zlib') as ZstdModule;
  if (!zstdDecompressSync) {
    throw new Error('packed with zstd, which needs Node 22.15 or newer');
  }
  const dir = mkdtempSync(join(tmpdir(), 'loom-'));
  try {
    const plain = join(dir, 'rollout.jsonl');
    writeFileSync(plain, zstdDecompressSync(readFileSync(path), { maxOutputLength: MAX_UNPACKED_BYTES }));
    yield* readLines(plain, from, undefined, wanted);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
