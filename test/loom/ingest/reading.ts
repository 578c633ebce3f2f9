import { type IngestReport, ingest } from '../../../packages/loom/src/ingest/run.js';
import { findTranscripts } from '../../../packages/loom/src/ingest/sources.js';
import { loadPricer } from '../../../packages/loom/src/prices/pricer.js';
import { type Project, project } from '../project.js';

export interface Reading extends Project {
  /** CLAUDE_CONFIG_DIR and CODEX_HOME of the test. */
  readonly home: string;
  read(options?: { now?: number; allProjects?: boolean }): Promise<IngestReport>;
  calls(): Record<string, unknown>[];
}

export function reading(): Reading {
  const made = project();
  const home = `${made.dir}/home`;
  return {
    ...made,
    home,
    // An hour on: by then nothing more is awaited in any file.
    read: async ({ now = Date.now() + 3_600_000, allProjects = false } = {}) =>
      ingest(made.db, {
        loomDir: made.loomDir,
        files: findTranscripts({ CLAUDE_CONFIG_DIR: home, CODEX_HOME: home }).files,
        pricer: await loadPricer(made.loomDir),
        now,
        allProjects,
      }),
    calls: () => made.db.all('SELECT * FROM llm_calls ORDER BY started_at, id'),
  };
}
