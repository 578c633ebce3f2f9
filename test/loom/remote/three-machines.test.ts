import fc from 'fast-check';
import { expect, it } from 'vitest';
import { removeBudget, setBudget } from '../../../packages/loom/src/budgets/store.js';
import { LoomError } from '../../../packages/loom/src/errors.js';
import { claimIssue, closeIssue, releaseIssue } from '../../../packages/loom/src/issues/changes.js';
import { blockIssue, unblockIssue } from '../../../packages/loom/src/issues/dependencies.js';
import { createIssue, findIssue } from '../../../packages/loom/src/issues/store.js';
import { claimNow } from '../../../packages/loom/src/remote/claims.js';
import { D1, readAddress } from '../../../packages/loom/src/remote/d1.js';
import { pull } from '../../../packages/loom/src/remote/pull.js';
import { push } from '../../../packages/loom/src/remote/push.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { exportLines } from '../../../packages/loom/src/transfer/export.js';
import { SHARED_TABLES } from '../../../packages/loom/src/transfer/tables.js';
import { project } from '../project.js';
import { type D1Api, d1Api, migratedD1 } from './d1-api.js';

/**
 * Error of a machine's clock that every measurement has, so that the machine never gets the true time. Two
 * such machines stay within the ten minutes after which a stamp is rejected.
 */
class Skewed extends D1 {
  readonly #ahead: number;
  constructor(address: ReturnType<typeof readAddress>, ahead: number) {
    super(address);
    this.#ahead = ahead;
  }
  override get aheadMs(): number {
    return this.#ahead;
  }
}

const SKEWS = [-4 * 60_000, 0, 4 * 60_000];
const NAMES = ['ana', 'ben', 'cho'];
const ISSUES = 4;

interface Machine {
  readonly name: string;
  readonly db: Database;
  readonly d1: D1;
  /** Issues that this machine got through its own operations. */
  readonly claimed: Set<string>;
}

const operation = fc.record({
  machine: fc.nat({ max: 2 }),
  issue: fc.nat({ max: ISSUES - 1 }),
  other: fc.nat({ max: ISSUES - 1 }),
  what: fc.constantFrom(
    'title',
    'description',
    'comment',
    'claim',
    'claim offline',
    'release',
    'done',
    'block',
    'unblock',
    'budget',
    'no budget',
    'delete',
    'push',
    'pull',
    'push',
    'pull',
  ),
});

it('three machines with wrong clocks and lost responses agree, and no edit is lost silently', async () => {
  const api = await d1Api(migratedD1().dir);
  const runs = Number(process.env.TEAM_RUNS ?? 2);
  const seed = Number(process.env.TEAM_SEED ?? Date.now() % 2 ** 31);
  process.stderr.write(`seed ${seed}: repeat with TEAM_SEED=${seed}, more with TEAM_RUNS=50\n`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(operation, { minLength: 10, maxLength: 40 }),
      fc.infiniteStream(fc.nat({ max: 29 })),
      async (operations, dice) => {
        for (const { name } of [...SHARED_TABLES].reverse()) {
          await api.all(`DELETE FROM ${name}`);
        }
        await api.all('DELETE FROM changes');
        await api.all('DELETE FROM row_versions');
        await api.all('DELETE FROM claims');
        await day(api, operations, () => Number(dice.next().value));
      },
    ),
    { numRuns: runs, seed, endOnFailure: true },
  );
}, 600_000);

async function day(
  api: D1Api,
  operations: readonly { machine: number; issue: number; other: number; what: string }[],
  roll: () => number,
): Promise<void> {
  const address = readAddress({}, api.env);
  const machines = NAMES.map((name, at): Machine => {
    const { db } = project();
    return { name, db, d1: new Skewed(address, SKEWS[at] ?? 0), claimed: new Set() };
  });
  const exchange = async ({ db, d1 }: Machine, how: 'push' | 'pull') => {
    // A person runs the command again if D1 does not respond, even four times.
    for (let left = 3; ; left -= 1) {
      try {
        await (how === 'push' ? push : pull)(db, d1, address.databaseId);
        return;
      } catch (error) {
        if (left === 0 || !(error instanceof LoomError && /did not answer/.test(error.message))) {
          throw error;
        }
      }
    }
  };
  const [first] = machines as [Machine];
  const ids = Array.from(
    { length: ISSUES },
    (_, at) =>
      createIssue(first.db, { title: `issue ${at}` }, { name: 'ana', sessionId: null }, Date.now()).id,
  );
  await exchange(first, 'push');
  for (const machine of machines) {
    await exchange(machine, 'pull');
  }
  // One response in thirty never arrives, although D1 executed the query.
  api.loseAnswers(() => roll() === 0);
  const comments: { id: string; issue: string }[] = [];
  /** How often each blocker was added, and whether it was removed since. */
  const links = new Map<string, { set: number; gone: boolean }>();
  const deleted = new Set<string>();
  for (const [at, { machine: which, issue, other, what }] of operations.entries()) {
    const machine = machines[which] as Machine;
    const { db } = machine;
    const id = ids[issue] as string;
    const by = ids[other] as string;
    const actor = { name: machine.name, sessionId: null };
    let had = false;
    if (what === 'push' || what === 'pull') {
      await exchange(machine, what);
      continue;
    }
    if (!findIssue(db, id)) {
      continue;
    }
    await refusing(async () => {
      switch (what) {
        case 'title':
        case 'description':
          db.run(`UPDATE issues SET ${what} = ? WHERE id = ?`, `${what} ${at} of ${machine.name}`, id);
          break;
        case 'comment':
          db.run(
            'INSERT INTO issue_comments(id, issue_id, author, text, at) VALUES (?, ?, ?, ?, ?)',
            `com-${at}`,
            id,
            machine.name,
            `comment ${at}`,
            at,
          );
          comments.push({ id: `com-${at}`, issue: id });
          break;
        case 'claim':
        case 'claim offline':
          claimIssue(db, id, actor, Date.now());
          machine.claimed.add(id);
          if (what === 'claim') {
            await claimNow(db, machine.d1, id);
          }
          break;
        case 'release':
          releaseIssue(db, id, actor, Date.now());
          machine.claimed.delete(id);
          break;
        case 'done':
          closeIssue(db, id, 'completed', actor, Date.now(), { evidence: `commit ${at}` });
          machine.claimed.delete(id);
          break;
        case 'block':
          blockIssue(db, id, by, undefined, actor, Date.now());
          links.set(`${id} ${by}`, { set: (links.get(`${id} ${by}`)?.set ?? 0) + 1, gone: false });
          break;
        case 'unblock':
          had = hasLink(db, id, by);
          unblockIssue(db, id, by, actor, Date.now());
          if (had && !hasLink(db, id, by)) {
            links.set(`${id} ${by}`, { set: links.get(`${id} ${by}`)?.set ?? 0, gone: true });
          }
          break;
        case 'budget':
          setBudget(db, { scope: 'issue', scope_id: id, limit_micros: 1 + at, stop: false }, Date.now());
          break;
        case 'no budget':
          removeBudget(db, 'issue', id);
          break;
        case 'delete':
          db.run('DELETE FROM issues WHERE id = ?', id);
          machine.claimed.delete(id);
          deleted.add(id);
          break;
      }
    });
  }
  api.loseAnswers(() => false);
  for (let round = 0; round < 3; round += 1) {
    for (const machine of machines) {
      await exchange(machine, 'pull');
      await exchange(machine, 'push');
    }
  }
  const [one, two, three] = machines.map(({ db }) => contents(db));
  expect(two).toEqual(one);
  expect(three).toEqual(one);
  for (const { name } of SHARED_TABLES.filter(({ name: table }) =>
    ['issues', 'issue_deps', 'budgets', 'issue_comments'].includes(table),
  )) {
    const [row] = await api.all(`SELECT COUNT(*) AS n FROM ${name}`);
    expect([name, row?.n]).toEqual([name, first.db.get(`SELECT COUNT(*) AS n FROM ${name}`)?.n]);
  }
  for (const { db, name, claimed } of machines) {
    expect(db.all('SELECT id FROM issues').filter(({ id }) => deleted.has(String(id)))).toEqual([]);
    const kept = comments.filter(({ issue }) => !deleted.has(issue)).map(({ id }) => id);
    expect(db.all('SELECT id FROM issue_comments ORDER BY id').map(({ id }) => id)).toEqual(
      expect.arrayContaining(kept),
    );
    for (const [link, { set, gone }] of links) {
      const [id = '', by = ''] = link.split(' ');
      // If two machines added it, it may have been added again after it was removed.
      expect([link, gone && set === 1 && hasLink(db, id, by)]).toEqual([link, false]);
    }
    for (const id of claimed) {
      const issue = findIssue(db, id);
      // An issue that its holder made wait still belongs to her.
      const mine = ['in_progress', 'blocked'].includes(issue?.status ?? '') && issue?.assignee === name;
      const told = db.get('SELECT 1 FROM remote_log WHERE row_id = ?', id) !== undefined;
      expect([name, id, mine || told]).toEqual([name, id, true]);
    }
  }
}

const hasLink = (db: Database, id: string, by: string) =>
  db.get('SELECT 1 FROM issue_deps WHERE issue_id = ? AND depends_on_id = ?', id, by) !== undefined;

const contents = (db: Database) => [...exportLines(db, [])].sort();

/** A rejection by a command, such as a claimed issue, is not a failure. */
async function refusing(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof LoomError)) {
      throw error;
    }
  }
}
