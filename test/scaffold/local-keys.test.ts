import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splice } from '../../src/edits.js';
import type { Change } from '../../src/plan.js';
import type { LocalVars, LocalVarsFile } from '../../src/project/local-vars.js';
import {
  localKeysPath,
  planKeysExample,
  planLocalKeys,
  undoLocalKeys,
} from '../../src/scaffold/local-keys.js';

const KEYS = 'LANGFUSE_PUBLIC_KEY=""\nLANGFUSE_SECRET_KEY=""\nLANGFUSE_BASE_URL=""\n';
const BLOCK = `# Langfuse keys, as the template has it\n${KEYS}`;

const file = (path: string, text: string, more: Partial<LocalVarsFile> = {}): LocalVarsFile => ({
  path,
  text,
  ignored: true,
  tracked: false,
  ...more,
});
const vars = (devVars: LocalVarsFile | undefined, ...envFiles: LocalVarsFile[]): LocalVars => ({
  devVars,
  envFiles,
  example: undefined,
  perEnvironment: [],
  devVarsIgnored: true,
});

/** The text that a change leaves; undefined when it leaves no file. */
function after(change: Change | undefined, before: string | undefined): string | undefined {
  if (change === undefined) return before;
  if (change.action === 'delete') return undefined;
  return change.action === 'create' ? change.text : splice(change.before, change.edits);
}

const undo = (path: string, text: string) => {
  const { changes, kept } = undoLocalKeys(file(path, text), BLOCK);
  return { text: after(changes[0], text), kept };
};

describe('places for keys', () => {
  it('are a new .dev.vars where there is nothing', () => {
    const { changes } = planLocalKeys(vars(undefined), BLOCK);
    expect(changes).toEqual([{ action: 'create', path: '.dev.vars', text: BLOCK, part: 'secrets' }]);
    expect(undo('.dev.vars', BLOCK)).toEqual({ text: undefined, kept: [] });
  });

  it('are appended, without those that are there', () => {
    const text = 'A=1\r\nexport LANGFUSE_SECRET_KEY=x\r\n';
    const { changes } = planLocalKeys(vars(file('.dev.vars', text)), BLOCK);
    const result = `${text}${BLOCK.split('\n')[0]}\r\nLANGFUSE_PUBLIC_KEY=""\r\nLANGFUSE_BASE_URL=""\r\n`;
    expect(after(changes[0], text)).toBe(result);
    expect(undo('.dev.vars', result)).toEqual({ text, kept: [] });
    expect(planLocalKeys(vars(file('.dev.vars', result)), BLOCK).changes).toEqual([]);
  });

  it('are in the .env where a .dev.vars would switch it off', () => {
    const found = planLocalKeys(vars(undefined, file('.env.local', 'A=1'), file('.env', 'B=1\n')), BLOCK);
    expect(found.changes.map(({ path }) => path)).toEqual(['.env.local']);
    const ignoredOnly = planLocalKeys(
      vars(undefined, file('.env.local', '', { ignored: false }), file('.env', '')),
      BLOCK,
    );
    expect(ignoredOnly.changes.map(({ path }) => path)).toEqual(['.env']);
    const elsewhere = planLocalKeys(vars(undefined, file('.env.local', 'A=1'), file('.env', KEYS)), BLOCK);
    expect(elsewhere).toEqual({ changes: [], findings: [] });
  });

  it.each([
    ['an .env that git would take', vars(undefined, file('.env', 'B=hidden', { ignored: false }))],
    ['an .env that git has', vars(undefined, file('.env', 'B=hidden', { tracked: true }))],
    ['a .dev.vars that git has', vars(file('.dev.vars', 'B=hidden', { tracked: true }))],
  ])('are only told of for %s', (_which, given) => {
    const { changes, findings } = planLocalKeys(given, BLOCK);
    expect(changes).toEqual([]);
    expect(findings).toMatchObject([{ rule: 'secrets/local-file-committed', level: 'warning' }]);
    expect(JSON.stringify(findings)).not.toContain('hidden');
  });
});

describe('the committed example', () => {
  const plan = (example: LocalVars['example']) => planKeysExample({ ...vars(undefined), example }, BLOCK)[0];

  it('is new where there is none', () => {
    expect(plan(undefined)).toEqual({ action: 'create', path: '.dev.vars.example', text: BLOCK });
  });

  it('of the project gains what it lacks, once', () => {
    const text = 'A=\nLANGFUSE_PUBLIC_KEY=pk';
    const result = after(plan({ path: '.env.example', text }), text) ?? '';
    expect(result).toMatch(
      /^A=\nLANGFUSE_PUBLIC_KEY=pk\nLANGFUSE_SECRET_KEY="[^"\n]+"\nLANGFUSE_BASE_URL="[^"\n]+"$/,
    );
    expect(plan({ path: '.env.example', text: result })).toBeUndefined();
  });

  it('that is an .env.example makes .env the place, and no .dev.vars', () => {
    const given = { ...vars(undefined), example: { path: '.env.example', text: '' } };
    expect(planLocalKeys(given, BLOCK)).toEqual({ changes: [], findings: [] });
    expect(localKeysPath(given)).toBe('.env');
    expect(localKeysPath({ ...given, devVars: file('.dev.vars', '') })).toBe('.dev.vars');
  });
});

describe('taking them out again', () => {
  it('keeps what a person filled in, and takes the rest', () => {
    const filled = `A=1\n${BLOCK.replace('PUBLIC_KEY=""', 'PUBLIC_KEY="pk"')}B=2\n`;
    const { text, kept } = undo('.dev.vars', filled);
    expect(kept).toEqual(['LANGFUSE_PUBLIC_KEY']);
    expect(text).toBe(`A=1\n${BLOCK.split('\n')[0]}\nLANGFUSE_PUBLIC_KEY="pk"\nB=2\n`);
  });

  it('keeps lines of the same name that stand elsewhere', () => {
    const text = 'LANGFUSE_HOST=\nLANGFUSE_PUBLIC_KEY=""\nA=1\n';
    expect(undo('.dev.vars', text)).toEqual({ text, kept: [] });
  });

  it('gives every text back, byte for byte', () => {
    const line = fc.constantFrom(
      'A=1',
      '',
      '# note',
      'LANGFUSE_PUBLIC_KEY=x',
      'LANGFUSE_SECRET_KEY=""',
      ' B = "2 3"',
      '\uFEFFC=1',
    );
    const texts = fc
      .tuple(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean())
      .map(([lines, eol, ends]) => lines.join(eol) + (ends && lines.length > 0 ? eol : ''));
    fc.assert(
      fc.property(texts, fc.constantFrom('.dev.vars', '.env'), (text, path) => {
        const given = path === '.env' ? vars(undefined, file(path, text)) : vars(file(path, text));
        const result = after(planLocalKeys(given, BLOCK).changes[0], text) ?? '';
        expect(undo(path, result)).toEqual({ text, kept: [] });
      }),
    );
  });
});
