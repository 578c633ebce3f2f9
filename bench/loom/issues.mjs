// `node bench/loom/issues.mjs [issues]`: times each command in a database of 50,000 issues with 150,000
// comments and blockers. Each runs as its own process, in turns with `node -e 0`. Prints wall time, and
// processor time if /proc has it, so that a busy machine does not matter. Build packages/loom first.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LM = fileURLToPath(new URL('../../packages/loom/bin/lm.js', import.meta.url));
const ISSUES = Number(process.argv[2] ?? 50_000);
const REPEATS = 7;

const dir = mkdtempSync(join(tmpdir(), 'loom-issues-'));
const env = { ...process.env, LOOM_BACKGROUND: 'off', LOOM_AGENT: 'bench' };
const run = (args, input = '') => {
  const ran = spawnSync(process.execPath, args, {
    cwd: dir,
    env,
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (ran.status !== 0) {
    throw new Error(`${args.join(' ')}: ${ran.stderr}${ran.stdout}`);
  }
  return ran.stdout;
};

run([LM, 'init', '--json']);
seed(join(dir, '.loom/loom.db'));
const id = (n) => `lm-${n.toString(36).padStart(6, '0')}`;
process.stdout.write(
  `${ISSUES} issues, Node ${process.versions.node}, ${cpus().length} cores, best of ${REPEATS}\n\n`,
);
process.stdout.write('| command | wall ms | processor ms |\n| --- | ---: | ---: |\n');
report('node -e 0', ['-e', '0']);
run([LM, 'search', 'warm', 'up', '--json']);
for (const [name, ...args] of [
  ['ready'],
  ['list'],
  ['list', '--label', 'l3'],
  ['show', id(77)],
  ['create', 'one more'],
  ['edit', id(78), '--title', 'other'],
  ['comment', id(79), 'text'],
  ['claim', id(83)],
  ['done', id(83)],
  ['search', 'word17', 'word23'],
  ['tree', id(4)],
  ['stats'],
  ['stale'],
  ['prime'],
  ['recall'],
]) {
  report(`lm ${[name, ...args].join(' ')}`, [LM, name, ...args]);
}
report('lm statusline', [LM, 'statusline'], '{"cost":{"total_cost_usd":1}}');
rmSync(dir, { recursive: true, force: true });

function report(name, args, input = '') {
  let wall = Number.POSITIVE_INFINITY;
  let cpu = Number.POSITIVE_INFINITY;
  for (let n = 0; n < REPEATS; n += 1) {
    const [from, before] = [process.hrtime.bigint(), childrenMs()];
    run(args, input);
    wall = Math.min(wall, Number(process.hrtime.bigint() - from) / 1e6);
    cpu = Math.min(cpu, childrenMs() - before);
  }
  process.stdout.write(`| ${name} | ${wall.toFixed(0)} | ${Number.isNaN(cpu) ? '-' : cpu.toFixed(0)} |\n`);
}

/** proc(5), stat: cutime and cstime, in ticks of 10 ms. */
function childrenMs() {
  if (!existsSync('/proc/self/stat')) {
    return Number.NaN;
  }
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

function seed(path) {
  const { DatabaseSync } = createRequire(LM)('@photostructure/sqlite');
  const db = new DatabaseSync(path);
  db.exec('BEGIN');
  db.exec(`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${ISSUES})
    INSERT INTO issues(id, title, description, status, priority, labels, parent_id, created_at, updated_at, closed_at)
    SELECT 'x' || i, 'Issue ' || i || ' word' || (i % 97), 'Some words of a description: word' || (i % 89) || ' and more of it.',
      CASE WHEN i % 5 < 3 THEN 'completed' WHEN i % 50 = 4 THEN 'in_progress' ELSE 'pending' END, i % 5,
      json_array('l' || (i % 20)), NULL, 1760000000000 + i * 1000, 1760000000000 + i * 1000,
      CASE WHEN i % 5 < 3 THEN 1760000000000 + i * 2000 END FROM n`);
  const rename = db.prepare('UPDATE issues SET id = ? WHERE id = ?');
  for (let n = 0; n < ISSUES; n += 1) {
    rename.run(`lm-${n.toString(36).padStart(6, '0')}`, `x${n}`);
  }
  const parent = db.prepare('UPDATE issues SET parent_id = ? WHERE id = ?');
  const block = db.prepare(
    'INSERT OR IGNORE INTO issue_deps(issue_id, depends_on_id, created_at) VALUES (?, ?, 1)',
  );
  const comment = db.prepare(
    'INSERT INTO issue_comments(id, issue_id, author, text, at) VALUES (?, ?, ?, ?, 1)',
  );
  const event = db.prepare(
    "INSERT INTO issue_events(id, issue_id, actor, to_status, at) VALUES (?, ?, 'a', 'pending', 1)",
  );
  const name = (n) => `lm-${n.toString(36).padStart(6, '0')}`;
  for (let n = 10; n < ISSUES; n += 1) {
    if (n % 4 === 0) {
      parent.run(name(n % 10), name(n));
    }
    block.run(name(n), name(n >> 1));
    event.run(`evt-${n}`, name(n));
    comment.run(`com-${n}`, name(n), 'a', `a comment with word${n % 31}`);
    comment.run(`com-${n}b`, name(n), 'b', 'another comment of some length');
  }
  db.exec('COMMIT');
  db.close();
}
