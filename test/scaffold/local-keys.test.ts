import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splice } from '../../src/core/edits.js';
import type { Change } from '../../src/core/plan.js';
import type { LocalVars, LocalVarsFile } from '../../src/project/local-vars.js';
import { localKeysPath, planKeysExample, planLocalKeys } from '../../src/scaffold/local-keys.js';
import { undoLocalKeys } from '../../src/scaffold/undo-local-keys.js';

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

/** The text of the file after a change. Undefined without a file. */
function applied(change: Change | undefined, before: string | undefined): string | undefined {
  if (change === undefined) return before;
  if (change.action === 'delete') return undefined;
  return change.action === 'create' ? change.text : splice(change.before, change.edits);
}

const undo = (path: string, text: string) => {
  const { changes, kept } = undoLocalKeys(file(path, text), BLOCK);
  return { text: applied(changes[0], text), kept };
};

describe('places for keys', () => {
  it('are in a new .dev.vars if no file exists', () => {
    const { changes } = planLocalKeys(vars(undefined), BLOCK);
    expect(changes).toEqual([{ action: 'create', path: '.dev.vars', text: BLOCK, purpose: 'secrets' }]);
    expect(undo('.dev.vars', BLOCK)).toEqual({ text: undefined, kept: [] });
  });

  it('are appended, except existing ones', () => {
    const text = 'A=1\r\nexport LANGFUSE_SECRET_KEY=x\r\n';
    const { changes } = planLocalKeys(vars(file('.dev.vars', text)), BLOCK);
    const result = `${text}${BLOCK.split('\n')[0]}\r\nLANGFUSE_PUBLIC_KEY=""\r\nLANGFUSE_BASE_URL=""\r\n`;
    expect(applied(changes[0], text)).toBe(result);
    expect(undo('.dev.vars', result)).toEqual({ text, kept: [] });
    expect(planLocalKeys(vars(file('.dev.vars', result)), BLOCK).changes).toEqual([]);
  });

  it('are in the .env if a .dev.vars would disable it', () => {
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
    ['an .env that git does not ignore', vars(undefined, file('.env', 'B=hidden', { ignored: false }))],
    ['an .env that git tracks', vars(undefined, file('.env', 'B=hidden', { tracked: true }))],
    ['a .dev.vars that git tracks', vars(file('.dev.vars', 'B=hidden', { tracked: true }))],
  ])('are only suggested for %s', (_which, given) => {
    const { changes, findings } = planLocalKeys(given, BLOCK);
    expect(changes).toEqual([]);
    expect(findings).toMatchObject([{ rule: 'secrets/local-file-committed', level: 'warning' }]);
    expect(JSON.stringify(findings)).not.toContain('hidden');
  });
});

describe('a copy of the example with --local', () => {
  const EXAMPLE =
    'A=1\nLANGFUSE_PUBLIC_KEY="pk-lf-..."\nLANGFUSE_SECRET_KEY="sk-lf-..."\nLANGFUSE_BASE_URL="https://us.cloud.langfuse.com"';

  it('gets lines that win, once, and loses exactly these', () => {
    const { changes, findings } = planLocalKeys(vars(undefined, file('.env', EXAMPLE)), BLOCK, 'here');
    const result = applied(changes[0], EXAMPLE) ?? '';
    expect(findings).toEqual([]);
    expect(parseEnv(result)).toEqual({
      A: '1',
      LANGFUSE_PUBLIC_KEY: 'pk-lf-local',
      LANGFUSE_SECRET_KEY: 'sk-lf-local',
      LANGFUSE_BASE_URL: 'http://127.0.0.1:4319',
    });
    expect(planLocalKeys(vars(undefined, file('.env', result)), BLOCK, 'here')).toEqual({
      changes: [],
      findings: [],
    });
    expect(undo('.env', result)).toEqual({ text: EXAMPLE, kept: [] });
  });

  it('keeps keys that a person filled in, and their address', () => {
    const filled = EXAMPLE.replace('pk-lf-...', 'pk-lf-1').replace('sk-lf-...', 'sk-lf-1');
    const { changes, findings } = planLocalKeys(vars(undefined, file('.env', filled)), BLOCK, 'here');
    expect(changes).toEqual([]);
    expect(findings).toMatchObject([{ rule: 'secrets/keys-stay' }]);
  });
});

describe('the committed example', () => {
  const plan = (example: LocalVars['example']) => planKeysExample({ ...vars(undefined), example }, BLOCK)[0];

  it('is created if it is missing', () => {
    expect(plan(undefined)).toEqual({ action: 'create', path: '.dev.vars.example', text: BLOCK });
  });

  it('in the project gets the missing lines, once', () => {
    const text = 'A=\nLANGFUSE_PUBLIC_KEY=pk';
    const result = applied(plan({ path: '.env.example', text }), text) ?? '';
    expect(result).toMatch(
      /^A=\nLANGFUSE_PUBLIC_KEY=pk\nLANGFUSE_SECRET_KEY="[^"\n]+"\nLANGFUSE_BASE_URL="[^"\n]+"$/,
    );
    expect(plan({ path: '.env.example', text: result })).toBeUndefined();
  });

  it('named .env.example means .env, not .dev.vars', () => {
    const given = { ...vars(undefined), example: { path: '.env.example', text: '' } };
    expect(planLocalKeys(given, BLOCK)).toEqual({ changes: [], findings: [] });
    expect(localKeysPath(given)).toBe('.env');
    expect(localKeysPath({ ...given, devVars: file('.dev.vars', '') })).toBe('.dev.vars');
  });
});

describe('for this machine', () => {
  const local = (text: string | undefined, path = '.dev.vars') => {
    const given = text === undefined ? vars(undefined) : vars(file(path, text));
    const plan = planLocalKeys(given, BLOCK, 'here');
    return { findings: plan.findings, text: applied(plan.changes[0], text) ?? '' };
  };
  const LOCAL = BLOCK.replace('PUBLIC_KEY=""', 'PUBLIC_KEY="pk-lf-local"')
    .replace('SECRET_KEY=""', 'SECRET_KEY="sk-lf-local"')
    .replace('BASE_URL=""', 'BASE_URL="http://127.0.0.1:4319"');

  it('are filled in, in a new file and in empty places', () => {
    expect(local(undefined).text).toBe(LOCAL);
    expect(local(BLOCK).text).toBe(LOCAL);
    expect(local(LOCAL).text).toBe(LOCAL);
    const own = "export LANGFUSE_PUBLIC_KEY = # mine\r\nLANGFUSE_SECRET_KEY=''\r\nLANGFUSE_BASE_URL=";
    expect(local(own).text).toBe(
      "export LANGFUSE_PUBLIC_KEY = pk-lf-local# mine\r\nLANGFUSE_SECRET_KEY='sk-lf-local'\r\nLANGFUSE_BASE_URL=http://127.0.0.1:4319",
    );
  });

  it('stay unchanged if a person filled in one', () => {
    const text = BLOCK.replace('SECRET_KEY=""', 'SECRET_KEY="sk-lf-hidden"');
    const plan = local(text);
    expect(plan.text).toBe(text);
    expect(plan.findings).toMatchObject([{ rule: 'secrets/keys-stay', file: '.dev.vars' }]);
    expect(JSON.stringify(plan.findings)).not.toContain('hidden');
  });

  it('are reset on request, and no others', () => {
    const text = `${LOCAL}OTHER="pk-lf-local"\n`;
    const { changes } = planLocalKeys(vars(file('.dev.vars', text)), BLOCK, 'not here');
    expect(applied(changes[0], text)).toBe(`${BLOCK}OTHER="pk-lf-local"\n`);
  });

  it('wait for the file of an example', () => {
    const given = { ...vars(undefined), example: { path: '.env.example', text: '' } };
    expect(planLocalKeys(given, BLOCK, 'here')).toMatchObject({
      changes: [],
      findings: [{ rule: 'secrets/no-local-file', file: '.env.example' }],
    });
  });

  it('leave nothing after a removal', () => {
    expect(undo('.dev.vars', LOCAL)).toEqual({ text: undefined, kept: [] });
    const mixed = LOCAL.replace('sk-lf-local', 'sk-lf-real');
    expect(undo('.dev.vars', mixed)).toEqual({
      text: `${BLOCK.split('\n')[0]}\nLANGFUSE_SECRET_KEY="sk-lf-real"\n`,
      kept: ['LANGFUSE_SECRET_KEY'],
    });
  });
});

describe('the removal of keys', () => {
  it('keeps a person’s values, and removes the others', () => {
    const filled = `A=1\n${BLOCK.replace('PUBLIC_KEY=""', 'PUBLIC_KEY="pk"')}B=2\n`;
    const { text, kept } = undo('.dev.vars', filled);
    expect(kept).toEqual(['LANGFUSE_PUBLIC_KEY']);
    expect(text).toBe(`A=1\n${BLOCK.split('\n')[0]}\nLANGFUSE_PUBLIC_KEY="pk"\nB=2\n`);
  });

  it('keeps lines with the same name in other places', () => {
    const text = 'LANGFUSE_HOST=\nLANGFUSE_PUBLIC_KEY=""\nA=1\n';
    expect(undo('.dev.vars', text)).toEqual({ text, kept: [] });
  });

  it('restores every text, byte for byte', () => {
    const line = fc.constantFrom(
      'A=1',
      '',
      '# note',
      'LANGFUSE_PUBLIC_KEY=x',
      'LANGFUSE_SECRET_KEY=""',
      "export LANGFUSE_BASE_URL = ''",
      'LANGFUSE_PUBLIC_KEY=',
      ' B = "2 3"',
      '\uFEFFC=1',
    );
    const texts = fc
      .tuple(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean())
      .map(([lines, eol, ends]) => lines.join(eol) + (ends && lines.length > 0 ? eol : ''));
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom('.dev.vars', '.env'),
        fc.constantFrom('here', undefined),
        (text, path, local) => {
          const given = path === '.env' ? vars(undefined, file(path, text)) : vars(file(path, text));
          const result = applied(planLocalKeys(given, BLOCK, local).changes[0], text) ?? text;
          expect(undo(path, result)).toEqual({ text, kept: [] });
        },
      ),
    );
  });
});
