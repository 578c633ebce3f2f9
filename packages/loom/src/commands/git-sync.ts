import { EXIT, LoomError } from '../errors.js';
import { LOG_DIR } from '../gitlog/files.js';
import { readLog } from '../gitlog/read.js';
import { writeLog } from '../gitlog/write.js';
import { REMOTE_DATABASE } from '../remote/push.js';
import { readMeta } from '../store/meta.js';
import { noteLines } from './remote.js';
import { command, withLoom } from './spec.js';

/** Sharing without D1: each machine's changes are in files that git distributes. */
export const gitSync = command({
  builder: (yargs) => yargs,
  run: (args) =>
    withLoom(args, (db, loomDir) => {
      if (readMeta(db, REMOTE_DATABASE) !== undefined) {
        throw new LoomError(
          'This Loom is already shared through D1.',
          'Use `lm remote sync`. A team uses only one of the two.',
          EXIT.conflict,
        );
      }
      const now = Date.now();
      const read = readLog(db, loomDir, now);
      const written = writeLog(db, loomDir, now);
      const first = `${read.lines} lines from others read; ${read.changed} rows are new or updated; ${written} lines written.`;
      return {
        data: { ...read, written },
        text: [
          ...noteLines(first, read.notes),
          ...(read.waiting > 0 ? [`  ${read.waiting} lines wait for missing rows, or for their time.`] : []),
          ...(read.unreadable > 0 ? [`  ${read.unreadable} lines could not be read and were skipped.`] : []),
          ...(written > 0 ? [`Next: git add .loom/${LOG_DIR} && git commit, then push.`] : []),
        ].join('\n'),
      };
    }),
});
