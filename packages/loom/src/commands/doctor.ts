import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { localChecks } from '../deploy/check.js';
import { EXIT, LoomError } from '../errors.js';
import { type Audit, audit } from '../ingest/audit.js';
import { findTranscripts } from '../ingest/sources.js';
import { loadPricer } from '../prices/pricer.js';
import { type Driver, loadDriver } from '../store/driver.js';
import { findLoomDir } from '../store/folder.js';
import { openLoom } from '../store/open.js';
import { scaffoldFiles, writeScaffold } from '../store/scaffold.js';
import { walIsSafe } from '../store/wal.js';
import { isAddress } from '../sync/address.js';
import { invalidAddress, readKeys } from '../sync/keys.js';
import { unexplainedIn } from './audit.js';
import { command } from './spec.js';

interface Check {
  readonly name: string;
  readonly level: 'ok' | 'note' | 'problem';
  readonly says: string;
  readonly fix?: string;
}

export const doctor = command({
  builder: (yargs) =>
    yargs.option('fix', { type: 'boolean', default: false, describe: 'Write missing files' }),
  run: async ({ cwd, fix }) => {
    const checks = [
      ...sqliteChecks(),
      ...folderChecks(cwd, fix),
      ...(await costChecks(cwd)),
      ...keyChecks(cwd),
      ...serverChecks(cwd),
    ];
    const problems = checks.filter((check) => check.level === 'problem').length;
    const glyph = { ok: '✓', note: '·', problem: '✗' };
    const lines = checks.map(
      ({ name, level, says, fix: next }) => `${glyph[level]} ${name}: ${says}${next ? `\n    ${next}` : ''}`,
    );
    return { data: { checks }, text: lines.join('\n'), exitCode: problems > 0 ? EXIT.failed : EXIT.ok };
  },
});

/** Checks of the team's server that need no network. */
function serverChecks(cwd: string): Check[] {
  const dir = findLoomDir(cwd);
  return dir && existsSync(dir)
    ? localChecks(dir).map((check) => ({ ...check, name: `server ${check.name}` }))
    : [];
}

function sqliteChecks(): Check[] {
  let driver: Driver;
  try {
    driver = loadDriver();
  } catch (error) {
    const { message, fix } = error as LoomError;
    return [{ name: 'sqlite', level: 'problem', says: message, fix }];
  }
  const memory = driver.open(':memory:');
  const version = String(memory.prepare('SELECT sqlite_version() AS v').get()?.v);
  memory.close();
  const says = `${version} by ${driver.name}, Node ${process.versions.node}`;
  return walIsSafe(version)
    ? [{ name: 'sqlite', level: 'ok', says }]
    : [
        {
          name: 'sqlite',
          level: 'note',
          says: `${says}; it has the WAL-reset bug, so Loom uses a slower journal`,
          fix: 'Node 22.22.3, 24.15.0 and newer have the fix.',
        },
      ];
}

function folderChecks(cwd: string, fix: boolean): Check[] {
  const dir = findLoomDir(cwd);
  if (!dir || !existsSync(dir)) {
    return [
      { name: 'folder', level: 'problem', says: 'no .loom folder here or above', fix: 'Run `lm init`.' },
    ];
  }
  const checks: Check[] = [{ name: 'folder', level: 'ok', says: dir }];
  if (fix) {
    writeScaffold(dir);
  }
  for (const { path, text } of scaffoldFiles()) {
    const file = join(dir, path);
    if (!existsSync(file)) {
      checks.push({ name: path, level: 'problem', says: 'missing', fix: 'Run `lm doctor --fix`.' });
    } else if (
      path.startsWith('migrations/') &&
      readFileSync(file, 'utf8').replaceAll('\r\n', '\n') !== text
    ) {
      checks.push({
        name: path,
        level: 'problem',
        says: 'differs from the file of this release',
        fix: 'Delete it and run `lm doctor --fix`. The database uses the files in the package.',
      });
    }
  }
  checks.push(databaseCheck(dir));
  return checks;
}

function databaseCheck(dir: string): Check {
  try {
    const db = openLoom(dir);
    try {
      const broken = db.all<{ integrity_check: string }>('PRAGMA integrity_check(3)');
      const orphans = db.all('PRAGMA foreign_key_check');
      if (broken[0]?.integrity_check !== 'ok' || orphans.length > 0) {
        return {
          name: 'database',
          level: 'problem',
          says: `damaged: ${broken.map((row) => row.integrity_check).join('; ')}; ${orphans.length} orphaned rows`,
          fix: 'Replace it with the newest file of .loom/backups/, or export the readable part with `lm export`.',
        };
      }
      const size = statSync(db.path).size;
      const mode = String(db.get('PRAGMA journal_mode')?.journal_mode);
      return {
        name: 'database',
        level: 'ok',
        says: `intact, ${(size / 1e6).toFixed(1)} MB, journal ${mode}`,
      };
    } finally {
      db.close();
    }
  } catch (error) {
    return error instanceof LoomError
      ? { name: 'database', level: 'problem', says: error.message, fix: error.fix }
      : { name: 'database', level: 'problem', says: String(error) };
  }
}

/** Compares the records with the transcripts, and looks for missing prices. */
async function costChecks(cwd: string): Promise<Check[]> {
  const dir = findLoomDir(cwd);
  if (!dir || !existsSync(join(dir, 'loom.db'))) {
    return [];
  }
  try {
    const db = openLoom(dir);
    try {
      const { files } = findTranscripts(process.env);
      const result = audit(db, { loomDir: dir, files, pricer: await loadPricer(dir), now: Date.now() });
      return [costCheck(result)];
    } finally {
      db.close();
    }
  } catch (error) {
    const { message, fix } = error as LoomError;
    return [{ name: 'cost', level: 'problem', says: message, ...(fix ? { fix } : {}) }];
  }
}

function costCheck(result: Audit): Check {
  const unexplained = unexplainedIn(result).length;
  const behind = result.differences.length - unexplained;
  const says = `${result.compared} sessions and models compared with the transcripts`;
  return unexplained > 0
    ? {
        name: 'cost',
        level: 'problem',
        says: `${says}: ${unexplained} differ without a reason`,
        fix: 'Run `lm ingest`, then `lm audit`, which lists each.',
      }
    : {
        name: 'cost',
        level: behind > 0 ? 'note' : 'ok',
        says: behind > 0 ? `${says}: ${behind} differ, each for a known reason` : `${says}: all agree`,
        ...(behind > 0 ? { fix: '`lm audit` lists each.' } : {}),
      };
}

/** Reads the keys next to the `.loom` folder, the same way as `lm sync`. */
function keyChecks(cwd: string): Check[] {
  const loomDir = findLoomDir(cwd);
  const keys = readKeys(loomDir ? [...new Set([cwd, dirname(loomDir)])] : [cwd], process.env);
  if (!keys) {
    return [
      {
        name: 'langfuse',
        level: 'note',
        says: 'no keys, so `lm sync` cannot send anything',
        fix: 'Set LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY in the environment or in .dev.vars.',
      },
    ];
  }
  return [
    isAddress(keys.baseUrl)
      ? { name: 'langfuse', level: 'ok', says: `keys from ${keys.from}, ${keys.baseUrl}` }
      : { name: 'langfuse', level: 'problem', ...invalidAddress(keys) },
  ];
}
