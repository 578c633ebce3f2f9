import { LoomError } from '../errors.js';
import { loadPricer } from '../prices/pricer.js';
import type { Database } from '../store/database.js';
import { type IngestReport, ingest } from './run.js';
import { findTranscripts, transcriptAt } from './sources.js';
import { readTail, type Tail } from './tail.js';

/** Number of attempts while another process is reading, and the delay between them in ms. */
const TRIES = 6;
const WAIT_MS = 50;

/**
 * Reads new rows of one transcript and of its subagents' transcripts; undefined while another process reads.
 */
export async function ingestOne(
  db: Database,
  loomDir: string,
  transcript: string,
): Promise<IngestReport | undefined> {
  const files = transcriptAt(transcript);
  const isCodex = files.some(({ agent }) => agent === 'codex');
  const options = {
    loomDir,
    files,
    pricer: await loadPricer(loomDir),
    ...(isCodex ? { rollouts: findTranscripts(process.env).files.map(({ path }) => path) } : {}),
  };
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      return ingest(db, { ...options, now: Date.now(), only: true });
    } catch (error) {
      if (!(error instanceof LoomError)) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }
  return undefined;
}

/** For a gate, which can't wait: if another process prevents recording, the rows are only read. */
export async function recordOrRead(
  db: Database,
  loomDir: string,
  transcript: string,
): Promise<Tail | undefined> {
  const report = await ingestOne(db, loomDir, transcript).catch(() => undefined);
  return report ? undefined : readTail(db, loomDir, transcript);
}
