import { describe, expect, it } from 'vitest';
import { askerIn, seeded } from '../dashboard/seeded.js';
import { server } from './d1.js';
import { all } from './home.js';

// Tests of the shared code trust these: what D1 refuses in production fails there too.
describe('D1 in workerd has the limits of D1 in production', () => {
  const home = server();
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
  const listed = (count: number) =>
    all(
      home,
      `SELECT ${numbers(count)
        .fill(0)
        .map(() => '?')
        .join(', ')}`,
      ...numbers(count),
    );

  it('100 bound parameters', async () => {
    expect(await listed(100)).toHaveLength(1);
    await expect(listed(101)).rejects.toThrow(/too many SQL variables/);
  });

  it('a statement of 100 KB', async () => {
    const long = (bytes: number) => all(home, `SELECT 1 AS one${' '.repeat(bytes - 15)}`);
    expect(await long(99_000)).toEqual([{ one: 1 }]);
    await expect(long(101_000)).rejects.toThrow(/too long|too big|TOOBIG/i);
  });

  it('a value of 2 MB', async () => {
    const kept = (bytes: number) => all(home, 'SELECT length(?) AS n', 'x'.repeat(bytes));
    expect(await kept(1_900_000)).toEqual([{ n: 1_900_000 }]);
    await expect(kept(2_300_000)).rejects.toThrow(/too big|TOOBIG/i);
  });

  it('a batch is a transaction', async () => {
    const failing = home.batch([
      { sql: "INSERT INTO loom_meta(key, value) VALUES ('half', '1')" },
      { sql: 'INSERT INTO no_such_table VALUES (1)' },
    ]);
    await expect(failing).rejects.toThrow('no such table');
    expect(await all(home, "SELECT * FROM loom_meta WHERE key = 'half'")).toEqual([]);
  });
});

describe('statements of one request', () => {
  const home = server();
  seeded(home, 300, 300);
  const ask = askerIn(home);

  // Longer times need more on the first look: docs/guides/team-server-limits.md.
  it.each([
    'overview?last=14d',
    'curves?last=14d',
    'trend?last=14d&by=ai_task.type',
    'atlas?last=14d',
    'agents?last=14d',
    'facets?last=14d',
    'traces',
    'sessions',
    'issues',
    'tools?last=14d',
  ] as const)('%s needs at most the 50 of the free plan', async (path) => {
    await ask(path);
    expect(await home.statements()).toBeLessThanOrEqual(50);
  });
});
