import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { translateEarlier } from '../../../packages/loom/src/commands/earlier.js';
import { formulaOf, withValues } from '../../../packages/loom/src/transfer/formulas.js';
import { data, lm, project } from '../project.js';

/** Every command of the earlier `lm`, with its flags, and today's equivalent. */
const TABLE: readonly (readonly [string, string])[] = [
  ['init', 'init'],
  ['ready', 'ready'],
  ['mine', 'mine'],
  ['mine -a claude', 'mine --as claude'],
  ['mine --agent=claude', 'mine --as claude'],
  ['create Title -d text -l a,b', 'create Title -d text --label a --label b'],
  ['create Title -p lm-1', 'create Title --parent lm-1'],
  ['create Title -p 1', 'create Title -p 1'],
  ['claim lm-1 -a claude', 'claim lm-1 --as claude'],
  ['claim lm-1 --agent claude', 'claim lm-1 --as claude'],
  ['release lm-1', 'release lm-1'],
  ['done lm-1 -e evidence', 'done lm-1 -e evidence'],
  ['cancel lm-1', 'cancel lm-1'],
  ['list -s ready', 'list --status pending'],
  ['list -s claimed -l x -r repo', 'list --status in_progress -l x --repo repo'],
  ['all', 'list --all'],
  ['all -s done', 'list --status completed'],
  ['show lm-1', 'show lm-1'],
  ['block lm-1 lm-2', 'block lm-1 lm-2'],
  ['block lm-1 --by lm-2', 'block lm-1 --by lm-2'],
  ['unblock lm-1 lm-2', 'unblock lm-1 lm-2'],
  ['spawn lm-1 Part', 'create Part --parent lm-1'],
  ['summary', 'stats'],
  ['route lm-1 -s cheapest --max-cost 0.5', 'route lm-1 -s cheapest --max-cost 0.5'],
  ['session start lm-1 -a claude', 'session start --issue lm-1 --agent claude'],
  ['session start --issue lm-1', 'session start --issue lm-1'],
  ['session end -s completed --session ses-1', 'session end ses-1 --status complete'],
  ['session end -s failed', 'session end --status error'],
  ['session current lm-1', 'session current'],
  ['checkpoint half --session ses-1', 'checkpoint half --session ses-1'],
  ['recover', 'recover'],
  ['resume ses-1', 'session resume ses-1'],
  ['agents', 'agents'],
  ['agent claude', 'agents claude'],
  ['formula list', 'formula list'],
  ['formula show release', 'formula show release'],
  ['formula run release -v version=2', 'formula run release -v version=2'],
  ['push', 'remote push'],
  ['pull', 'remote pull'],
  ['backfill', 'ingest'],
  ['analytics', 'cost --by agent'],
  ['analytics -s 7d', 'cost --by agent --since 7d'],
  ['analytics -a claude', 'agents claude'],
];

/** Commands without an equivalent, and the replacement in the error. */
const GONE: readonly (readonly [string, string])[] = [
  ['repos', 'lm cost --all-projects'],
  ['daemon start', 'lm hooks install'],
  ['daemon stop', 'lm hooks install'],
  ['backfill -s 2026-01-01 --dry-run', 'lm ingest'],
  ['route lm-1 -s round_robin', '--among'],
  ['spawn lm-1', 'lm create'],
];

describe('the commands of the earlier lm', () => {
  it.each(TABLE)('%s', (old, today) => {
    expect(translateEarlier(old.split(' ')).join(' ')).toBe(today);
  });

  it.each(GONE)('%s is rejected with its replacement', (old, word) => {
    expect(() => translateEarlier(old.split(' '))).toThrow(
      expect.objectContaining({ fix: expect.stringContaining(word) }),
    );
  });

  it('leave today’s command lines unchanged', () => {
    for (const line of [
      'create x -p 2 --label a',
      'list --status pending --json',
      'session end --status error',
      'cost --by day',
      'toString',
      '',
    ]) {
      expect(translateEarlier(line.split(' ')).join(' ')).toBe(line);
    }
  });

  it('do a day of work as before', () => {
    const { dir } = project();
    const run = (...args: string[]) => {
      const ran = lm(dir, args);
      expect([args.join(' '), ran.stderr, ran.code]).toEqual([args.join(' '), '', 0]);
      return ran.stdout;
    };
    const id = (...args: string[]) => data<{ id: string }>(lm(dir, [...args, '--json'])).id;
    const parent = id('create', 'Login', '-l', 'auth,web');
    const part = id('spawn', parent, 'Form');
    const other = id('create', 'Key', '-p', parent);
    run('block', part, '--by', other);
    run('unblock', part, other);
    run('claim', other, '--agent', 'claude');
    expect(run('mine', '-a', 'claude')).toContain('Key');
    expect(run('mine', '-a', 'codex')).toContain('has no open issues');
    expect(run('list', '-s', 'claimed')).toContain('Key');
    run('done', other, '-e', 'seen', '-a', 'claude');
    expect(run('all', '-s', 'done')).toContain('Key');
    expect(run('summary')).toContain('completed');
    const session = id('session', 'start', part, '-a', 'claude');
    run('checkpoint', 'half', '--session', session);
    run('session', 'end', '-s', 'failed', '--session', session);
    expect(run('resume', session)).toContain('half');
    expect(run('agents')).toContain('No session on an issue');
    run('analytics', '-s', '7d');
    expect(lm(dir, ['daemon', 'status'])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('lm hooks install'),
    });
  });
});

describe('a formula', () => {
  const RELEASE = `name = "release"
description = "Release {{version}}"
[vars.version]
description = "which"
[vars.who]
default = "ana"
[[steps]]
id = "build"
title = "Build {{version}}"
priority = "high"
[[steps]]
id = "ship"
title = "Ship {{ version }} with {{who}}"
depends_on = ["build"]
labels = ["release"]
`;

  it('becomes issues that depend on each other', () => {
    const { dir } = project();
    mkdirSync(join(dir, '.loom/formulas'));
    writeFileSync(join(dir, '.loom/formulas/release.toml'), RELEASE);
    expect(lm(dir, ['formula', 'list']).stdout.trim()).toBe('release');
    expect(lm(dir, ['formula', 'show', 'release']).stdout).toContain(
      'ship  Ship {{ version }} with {{who}}  (after build)',
    );
    expect(lm(dir, ['formula', 'run', 'release'])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('release needs version'),
    });
    expect(lm(dir, ['formula', 'run', 'release', '-v', 'version=2', '-v', 'x=1']).stderr).toContain(
      'release has no x',
    );
    expect(data(lm(dir, ['list', '--json']))).toEqual([]);
    const { parent, steps } = data<{
      parent: { id: string; title: string };
      steps: {
        issue: { id: string; title: string; priority: number; parent_id: string };
        waits_for: string[];
      }[];
    }>(lm(dir, ['formula', 'run', 'release', '-v', 'version=2', '--json']));
    expect(
      steps.map(({ issue, waits_for }) => [issue.title, issue.priority, issue.parent_id, waits_for.length]),
    ).toEqual([
      ['Build 2', 1, parent.id, 0],
      ['Ship 2 with ana', 2, parent.id, 1],
    ]);
    const ready = data<{ id: string }[]>(lm(dir, ['ready', '--json'])).map((issue) => issue.id);
    expect(ready).toContain(steps[0]?.issue.id);
    expect(ready).not.toContain(steps[1]?.issue.id);
  });

  it('that is invalid is rejected with its file and the reason', () => {
    const of = (text: string) => () => formulaOf(text, 'f', 'f.toml');
    expect(of('steps = 1')).toThrow('f.toml: ');
    expect(of('[[steps]]\nid = "a"\nneeds = ["b"]')).toThrow('step a needs b, which is not ');
    expect(of('[[steps]]\nid = "a"\n[[steps]]\nid = "a"')).toThrow('two steps are called a');
    expect(of('[[steps]]\nid = "a"\nneeds = ["b"]\n[[steps]]\nid = "b"\nneeds = "a"')).toThrow('in a circle');
    expect(of('a = ')).toThrow('f.toml: ');
    expect(withValues(formulaOf('[[steps]]\ntitle = "x"', 'f', 'f.toml'), {}).steps).toMatchObject([
      { id: 'step-1', title: 'x', needs: [] },
    ]);
  });
});
