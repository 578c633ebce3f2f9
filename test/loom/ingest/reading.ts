import { expect, onTestFinished } from 'vitest';
import { audit } from '../../../packages/loom/src/ingest/audit.js';
import { type IngestReport, ingest } from '../../../packages/loom/src/ingest/run.js';
import { findTranscripts } from '../../../packages/loom/src/ingest/sources.js';
import { loadPricer } from '../../../packages/loom/src/prices/pricer.js';
import { openLoom } from '../../../packages/loom/src/store/open.js';
import { type Project, project } from '../project.js';

export interface Reading extends Project {
  /** CLAUDE_CONFIG_DIR and CODEX_HOME of the test. */
  readonly home: string;
  read(options?: { now?: number; allProjects?: boolean }): Promise<IngestReport>;
  calls(): Record<string, unknown>[];
}

/**
 * A project, and a home folder of agents. After the test, the records agree with the transcripts, or the
 * reason is known.
 */
export function reading({ audited = true } = {}): Reading {
  const made = project();
  const home = `${made.dir}/home`;
  const files = () => findTranscripts({ CLAUDE_CONFIG_DIR: home, CODEX_HOME: home }).files;
  let allProjects = false;
  if (audited) {
    onTestFinished(async () => {
      const db = openLoom(made.loomDir);
      const options = { loomDir: made.loomDir, files: files(), pricer: await loadPricer(made.loomDir) };
      const { differences } = audit(db, { ...options, now: Date.now() + 3_600_000, allProjects });
      db.close();
      expect(differences.filter(({ reason }) => reason === null)).toEqual([]);
    });
  }
  return {
    ...made,
    home,
    // An hour later, no file is expected to get more rows.
    read: async ({ now = Date.now() + 3_600_000, allProjects: all = false } = {}) => {
      allProjects ||= all;
      return ingest(made.db, {
        loomDir: made.loomDir,
        files: files(),
        pricer: await loadPricer(made.loomDir),
        now,
        allProjects: all,
      });
    },
    calls: () => made.db.all('SELECT * FROM llm_calls ORDER BY started_at, id'),
  };
}
