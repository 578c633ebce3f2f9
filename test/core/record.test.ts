import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Edit, splice } from '../../src/core/edits.js';
import { type FileRecord, hashOf } from '../../src/core/record.js';
import { recordEdits, undoEdits } from '../../src/plan/undo-steps.js';

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\n', ' ', '{'), maxLength: 30 });

function insertAt(text: string, at: number, added: string): Edit[] {
  const place = Math.min(at, text.length);
  return [{ start: place, end: place, text: added }];
}

describe('the data that remove needs', () => {
  it('undoes any number of inits', () => {
    const rounds = fc.array(fc.tuple(fc.nat(40), fc.nat(6), letters), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(letters, rounds, (original, steps) => {
        let text = original;
        let record: FileRecord | undefined;
        for (const [at, length, added] of steps) {
          const start = Math.min(at, text.length);
          const edits = [{ start, end: Math.min(start + length, text.length), text: added }];
          record = recordEdits(record, text, edits);
          text = splice(text, edits);
        }
        const undo = undoEdits(record as FileRecord, text);
        expect(undo && splice(text, undo)).toBe(original);
      }),
      { numRuns: 2000 },
    );
  });

  it('removes its own part if a person wrote next to it', () => {
    const before = '{\n  "a": 1\n}\n';
    const edits = insertAt(before, 10, ',\n  "observability": true');
    const record = recordEdits(undefined, before, edits);
    const now = splice(before, edits).replace('"a": 1', '"a": 1,\n  "mine": 2');
    const undo = undoEdits(record, now);
    expect(undo && splice(now, undo)).toBe('{\n  "a": 1,\n  "mine": 2\n}\n');
  });

  it('reports that its own part is missing', () => {
    const before = 'a\n';
    const record = recordEdits(undefined, before, insertAt(before, 2, 'ours\n'));
    expect(undoEdits(record, 'a\nchanged\n')).toBeUndefined();
  });

  it('terminates if init removed text and a person edited the file since', () => {
    const before = '{\n  "dev": true,\n  "a": 1\n}\n';
    const record = recordEdits(undefined, before, [{ start: 2, end: 17, text: '' }]);
    expect(record.undo).toEqual([{ at: 2, now: '', was: '  "dev": true,\n' }]);
    expect(undoEdits(record, '{\n  "a": 1,\n  "mine": 2\n}\n')).toBeUndefined();
  });

  it('reports that one of two equal parts is missing', () => {
    const edits = [...insertAt('ab', 1, 'x'), ...insertAt('ab', 2, 'x')];
    const record = recordEdits(undefined, 'ab', edits);
    expect(undoEdits(record, 'axb')).toBeUndefined();
  });

  it('ignores an offset outside the file', () => {
    const hash = hashOf('text');
    for (const at of [-1, 4])
      expect(undoEdits({ hash, undo: [{ at, now: 'x', was: 'y' }] }, 'text')).toBeUndefined();
  });

  it('still knows that it created a file after it changed it again', () => {
    const made: FileRecord = recordEdits(
      { hash: 'ignored', created: true, undo: [] },
      'x',
      insertAt('x', 1, 'y'),
    );
    expect(made.created).toBeUndefined();
  });
});
