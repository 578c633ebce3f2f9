import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChanges, lostEdits } from '../../../packages/loom/src/changes/apply.js';
import { boundStamps, isAhead } from '../../../packages/loom/src/changes/bound.js';
import { ensureCapture } from '../../../packages/loom/src/changes/capture.js';
import type { Change } from '../../../packages/loom/src/changes/change.js';
import { hlcOf, setClockOffset, stampOf } from '../../../packages/loom/src/changes/clock.js';
import { merge } from '../../../packages/loom/src/changes/merge.js';
import { correctClock } from '../../../packages/loom/src/changes/restamp.js';
import { createIssue } from '../../../packages/loom/src/issues/store.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { project } from '../project.js';

const actor = { name: 'ana', sessionId: null };
const log = (db: Database) =>
  db.all<Change>('SELECT tbl, row_key, field, value, stamp, prev, actor FROM changes ORDER BY stamp');
const rows = (db: Database) =>
  db.all('SELECT id, title, priority, description, parent_id FROM issues ORDER BY id');

/** Changes of three machines to three issues. Each is based on any earlier one, or on none. */
const changes = fc
  .array(
    fc.record({
      id: fc.constantFrom('lm-a', 'lm-b', 'lm-c'),
      field: fc.constantFrom('title', 'description', 'parent_id', '$deleted'),
      text: fc.constantFrom('one', 'two', 'three', null),
      at: fc.integer({ min: 1, max: 40 }),
      node: fc.constantFrom('n1', 'n2', 'n3'),
      on: fc.integer({ min: 0, max: 5 }),
    }),
    { maxLength: 30 },
  )
  .map((made) => {
    const seen = new Map<string, string[]>();
    const first = ['lm-a', 'lm-b', 'lm-c'].map((id) => ({
      id,
      field: 'title',
      text: 'first',
      at: 0,
      node: 'n0',
      on: 0,
    }));
    const times = ['lm-a', 'lm-b', 'lm-c'].flatMap((id) =>
      ['created_at', 'updated_at'].map((field) => ({ id, field, text: 1, at: 0, node: 'n0', on: 0 })),
    );
    return [...first, ...times, ...made].flatMap(({ id, field, text, at, node, on }): Change[] => {
      const row_key = JSON.stringify([id]);
      const stamp = stampOf(at * 1000, node);
      const place = `${row_key} ${field}`;
      const known = seen.get(place) ?? [];
      if (known.includes(stamp)) {
        return [];
      }
      const prev = known.filter((earlier) => earlier < stamp)[on] ?? null;
      seen.set(place, [...known, stamp]);
      const value =
        field === '$deleted'
          ? text === 'one'
          : field === 'parent_id'
            ? text === null
              ? null
              : 'lm-a'
            : field === 'title'
              ? (text ?? 'untitled')
              : text;
      return [{ tbl: 'issues', row_key, field, value: JSON.stringify(value), stamp, prev, actor: node }];
    });
  });

describe('merging changes', () => {
  it('leads to one state and one set of lost edits, in any order and with repetitions', () => {
    fc.assert(
      fc.property(changes, fc.infiniteStream(fc.nat()), (all, random) => {
        const shuffled = all
          .map((change) => ({ change, at: random.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ change }) => change);
        const [once, twice] = [merge(all), merge([...shuffled, ...all])];
        expect([...twice.winners].sort()).toEqual([...once.winners].sort());
        const stamps = ({ lost }: typeof once) => lost.map(({ change }) => JSON.stringify(change)).sort();
        expect(stamps(twice)).toEqual(stamps(once));
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same rows in SQLite, however changes are grouped', () => {
    fc.assert(
      fc.property(changes, fc.array(fc.nat({ max: 5 }), { minLength: 1 }), (all, sizes) => {
        const [one, many] = [project().db, project().db];
        applyChanges(one, all);
        const left = [...all].reverse();
        for (let turn = 0; left.length > 0; turn += 1) {
          applyChanges(many, left.splice(0, 1 + (sizes[turn % sizes.length] ?? 1)));
        }
        // A column that refers to a row of its own table is set after all rows exist.
        applyChanges(many, all);
        applyChanges(one, all);
        expect(rows(many)).toEqual(rows(one));
        const gone = new Set(
          [...merge(all).winners.values()]
            .filter(({ field, value }) => field === '$deleted' && value === 'true')
            .map(({ row_key }) => JSON.parse(row_key)[0]),
        );
        expect(rows(one).map(({ id }) => id)).toEqual(['lm-a', 'lm-b', 'lm-c'].filter((id) => !gone.has(id)));
      }),
      { numRuns: 40 },
    );
  });

  it('keeps both versions of a text after concurrent edits', () => {
    const { db } = project();
    ensureCapture(db);
    const { id } = createIssue(db, { title: 'shared' }, actor, 1);
    const [base] = log(db).filter(({ field }) => field === 'title');
    db.run("UPDATE issues SET title = 'mine' WHERE id = ?", id);
    const theirs = {
      tbl: 'issues',
      row_key: JSON.stringify([id]),
      field: 'title',
      value: '"theirs"',
      stamp: stampOf(hlcOf(base?.stamp ?? '') + 1e9, 'other'),
      prev: base?.stamp ?? null,
      actor: 'ben',
    };
    const { lost, effects } = applyChanges(db, [theirs]);
    expect(effects[0]?.fields?.map(({ was, change }) => [was, change.value])).toEqual([
      ['"mine"', '"theirs"'],
    ]);
    expect(lost.map(({ change, by }) => [change.value, by.value])).toEqual([['"mine"', '"theirs"']]);
    expect(lostEdits(db, 'issues', [id]).map(({ change }) => change.value)).toEqual(['"mine"']);
    // An edit based on the current version loses nothing more.
    db.run("UPDATE issues SET title = 'both' WHERE id = ?", id);
    expect(lostEdits(db, 'issues', [id]).map(({ change, by }) => [change.value, by.value])).toEqual([
      ['"mine"', '"both"'],
    ]);
  });
});

describe('the log', () => {
  it('is empty until a Loom is shared, and then contains the existing rows and each change', () => {
    const { db } = project();
    const { id } = createIssue(db, { title: 'before' }, actor, 5);
    expect(log(db)).toEqual([]);
    ensureCapture(db);
    expect(log(db).filter(({ field }) => field === 'title')).toMatchObject([
      { value: '"before"', stamp: expect.stringMatching(/^0000000000005000-/) },
    ]);
    db.run("UPDATE issues SET title = 'after', updated_at = 6 WHERE id = ?", id);
    db.run("UPDATE issues SET title = 'after' WHERE id = ?", id);
    expect(log(db).filter(({ field }) => field === 'title')).toHaveLength(2);
    db.run('DELETE FROM issues WHERE id = ?', id);
    expect(log(db).at(-1)).toMatchObject({ field: '$deleted', value: 'true' });
    expect(db.get("SELECT deleted FROM row_versions WHERE tbl = 'issue_events'")).toEqual({ deleted: 1 });
  });

  it('gets true times after a wrong clock is detected, in the original order', () => {
    const { db } = project();
    ensureCapture(db);
    const { id } = createIssue(db, { title: 'a' }, actor, 1);
    for (const title of ['b', 'c', 'd']) {
      db.run('UPDATE issues SET title = ? WHERE id = ?', title, id);
    }
    const before = log(db).filter(({ field }) => field === 'title');
    expect(correctClock(db, 3 * 3_600_000)).toBe(3 * 3_600_000);
    const after = log(db).filter(({ field }) => field === 'title');
    expect(after.map(({ value }) => value)).toEqual(before.map(({ value }) => value));
    for (const [at, { stamp, prev }] of after.entries()) {
      expect(Math.abs(hlcOf(before[at]?.stamp ?? '') - hlcOf(stamp) - 3 * 3_600_000_000)).toBeLessThan(1e6);
      expect(prev).toBe(after[at - 1]?.stamp ?? null);
    }
    // Times that others have seen stay, and later changes stay later.
    db.run('UPDATE changes SET pushed = 1');
    setClockOffset(db, 0);
    db.run("UPDATE issues SET title = 'e' WHERE id = ?", id);
    correctClock(db, 24 * 3_600_000);
    const titles = log(db).filter(({ field }) => field === 'title');
    expect(titles.map(({ value }) => value)).toEqual(['"a"', '"b"', '"c"', '"d"', '"e"']);
  });

  it('of a clock that was ahead and is correct now is stamped now, in order', () => {
    const { db } = project();
    ensureCapture(db);
    const { id } = createIssue(db, { title: 'a' }, actor, 1);
    setClockOffset(db, -3 * 3_600_000);
    for (const title of ['b', 'c']) {
      db.run('UPDATE issues SET title = ? WHERE id = ?', title, id);
    }
    setClockOffset(db, 0);
    const now = Date.now();
    const titles = () => log(db).filter(({ field }) => field === 'title');
    expect(titles().filter(({ stamp }) => isAhead(stamp, now))).toHaveLength(2);
    expect(boundStamps(db, now)).toBe(2);
    expect(titles().map(({ value }) => value)).toEqual(['"a"', '"b"', '"c"']);
    expect(titles().map(({ prev }) => prev)).toEqual([
      null,
      ...titles()
        .slice(0, 2)
        .map(({ stamp }) => stamp),
    ]);
    for (const { stamp } of titles().slice(1)) {
      expect(Math.abs(hlcOf(stamp) - now * 1000)).toBeLessThan(1000);
    }
    expect(boundStamps(db, now)).toBe(0);
  });
});
