import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/errors.js';
import { hashFiles } from '../harness/files.js';
import type { FixtureCopy } from '../harness/fixture.js';
import { BIN, committedWorker, observe } from '../support/cli.js';
import { hasTerminal, onTerminal } from '../support/pseudo-terminal.js';

let worker: FixtureCopy;
beforeEach(async () => {
  worker = await committedWorker();
});
afterEach(() => worker.remove());

const INIT = `"${process.execPath}" "${BIN}" init --no-install`;
const ENTER = '\r';
const CTRL_C = '\x03';
const DOWN = '\x1b[B';

describe.runIf(hasTerminal)('on a terminal', () => {
  it('asks for layers and task types, shows the diff, and writes after a yes', async () => {
    const session = await onTerminal(INIT, worker.dir, [
      [/Which layers/, ENTER],
      [/Where should local runs/, ENTER],
      [/Do any of these tools/, ` ${ENTER}`],
      [/What does add_note do/, DOWN + ENTER],
      [/How closely should a person watch add_note/, ENTER],
      [/Write these \d+ files/, ENTER],
    ]);
    expect(session.screen).toContain('+\t"observability": {');
    expect(session.code).toBe(0);
    expect(readFileSync(join(worker.dir, '.dev.vars'), 'utf8')).toContain('http://127.0.0.1:4319');
    expect(readFileSync(join(worker.dir, 'src/index.ts'), 'utf8')).not.toContain("'add_note', 'orchestrate'");
    expect(await observe(['check'], worker.dir)).toMatchObject({ code: 0 });
  });

  it.each([
    ['the layers', [[/Which layers/, CTRL_C]]],
    [
      'the place of local traces',
      [
        [/Which layers/, ENTER],
        [/Where should local runs/, CTRL_C],
      ],
    ],
    [
      'the task types',
      [
        [/Which layers/, ENTER],
        [/Where should local runs/, DOWN + ENTER],
        [/Do any of these tools/, CTRL_C],
      ],
    ],
    [
      'the last question',
      [
        [/Which layers/, ENTER],
        [/Where should local runs/, DOWN + ENTER],
        [/Do any of these/, ENTER],
        [/Write these/, CTRL_C],
      ],
    ],
  ] as const)('leaves everything as it was after Ctrl-C at %s', async (_where, steps) => {
    const before = await hashFiles(worker.dir);
    const session = await onTerminal(INIT, worker.dir, steps);
    expect(session.code).toBe(EXIT.cancelled);
    expect(session.screen).toContain('Nothing was changed');
    expect(await hashFiles(worker.dir)).toEqual(before);
  });
});

describe('without a terminal', () => {
  it('never waits for an answer', async () => {
    expect(await observe(['init', '--no-install'], worker.dir)).toMatchObject({ code: 0 });
  });
});
