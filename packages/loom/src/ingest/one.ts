import { LoomError } from '../errors.js';
import { loadPricer } from '../prices/pricer.js';
import type { Database } from '../store/database.js';
import { type IngestReport, ingest } from './run.js';
import { findTranscripts, transcriptAt } from './sources.js';
import { readTail, type Tail } from './tail.js';

/** Another process that reads is waited for this often, this long each time, in ms. */
const TRIES = 6;
const WAIT_MS = 50;

/** Reads what is new in one transcript, and in those of its subagents; undefined while another process reads. */
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

/** The same for a gate, which cannot wait: what another process keeps us from recording is read all the same. */
export async function recordOrRead(
  db: Database,
  loomDir: string,
  transcript: string,
): Promise<Tail | undefined> {
  const report = await ingestOne(db, loomDir, transcript).catch(() => undefined);
  return report ? undefined : readTail(db, loomDir, transcript);
}
