import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { HOOK_EVENTS, withHooks, withoutHooks } from '../../../packages/loom/src/hooks/settings-text.js';
import { lm, project } from '../project.js';

const COMMAND = 'node lm.js hook || true # loom';
const added = (text: string) => withHooks(text, COMMAND, 'settings.json');
const removed = (text: string) => withoutHooks(text, 'settings.json');

/** How many of our hooks each event has. */
function ours(text: string): number[] {
  const { hooks } = parse(text, [], { allowTrailingComma: true });
  return HOOK_EVENTS.map(
    (event) => JSON.stringify(hooks?.[event] ?? []).split(JSON.stringify(COMMAND)).length - 1,
  );
}

/** As an editor, a formatter or a person may have left it. */
const SHAPES: Record<string, string> = {
  'on one line': '{"permissions":{"allow":["a","b"]}}\n',
  'with short lists on one line': '{\n    "permissions": { "allow": ["a", "b"] }\n}',
  'with CRLF and tabs': '{\r\n\t"a": 1,\r\n\t"hooks": {\r\n\t\t"Stop": []\r\n\t}\r\n}\r\n',
  'with a byte order mark': '\uFEFF{\n  "a": 1\n}\n',
  'with comments and trailing commas': '{\n  // why\n  "a": 1, // because\n  "hooks": {},\n}\n',
  'with an empty object': '{}',
  'with a padded empty object': '{ }',
  'with no hooks in it': '{ "hooks": {} }',
  'with an empty list': '{\n  "hooks": { "Stop": [] }\n}\n',
  'with hooks of others':
    '{\n  "hooks": {\n    "Stop": [\n      {"matcher": "", "hooks": [{"type": "command", "command": "x"}]}\n    ],\n    "Odd": []\n  },\n  "z": 1\n}\n',
  'with what is no hook':
    '{\n  "hooks": {"Stop": [null, "x", 5, [], {"hooks": [{"command": 5}, null]}, {"hooks": 7}]}\n}\n',
};

describe('the hooks in settings', () => {
  it.each(Object.entries(SHAPES))('%s change nothing else, and leave no trace', (_, text) => {
    const once = added(text);
    expect(ours(once)).toEqual(HOOK_EVENTS.map(() => 1));
    expect(added(once)).toBe(once);
    expect(removed(once)).toBe(text);
    expect(removed(text)).toBe(text);
  });

  it('leave no trace in any settings', () => {
    const hook = fc.record({ type: fc.constant('command'), command: fc.string() });
    const group = fc.record({ matcher: fc.string(), hooks: fc.array(hook, { maxLength: 2 }) });
    const hooks = fc.dictionary(fc.constantFrom(...HOOK_EVENTS, 'Odd'), fc.array(group, { maxLength: 2 }));
    const settings = fc.record({ model: fc.string(), env: fc.jsonValue(), hooks }, { requiredKeys: [] });
    fc.assert(
      fc.property(
        settings,
        fc.constantFrom(undefined, 2, 4, '\t'),
        fc.constantFrom('\n', '\r\n'),
        (json, indent, eol) => {
          const text = JSON.stringify(json, null, indent).replaceAll('\n', eol);
          const once = added(text);
          expect(JSON.parse(once).env).toEqual(JSON.parse(text).env);
          expect(ours(once)).toEqual(HOOK_EVENTS.map(() => 1));
          expect(removed(once)).toBe(text);
        },
      ),
    );
  });

  it('of an older installation are replaced by new ones', () => {
    const older = withHooks('{\n  "a": 1\n}\n', 'node old.js hook # loom', 'settings.json');
    expect(added(older)).toBe(added('{\n  "a": 1\n}\n'));
  });

  it('are removed after a formatter has changed them', () => {
    const formatted = `{\n  "hooks": {\n    "Stop": [\n      { "hooks": [ { "type": "command", "command": "${COMMAND}" }, { "command": "x" } ] },\n    ],\n  },\n}\n`;
    expect(parse(removed(formatted), [], { allowTrailingComma: true })).toEqual({
      hooks: { Stop: [{ hooks: [{ command: 'x' }] }] },
    });
  });

  it('report the broken line', () => {
    expect(() => added('{\n  "a": 1,\n  b\n}')).toThrow(/line 3/);
    expect(() => added('')).toThrow(/line 1/);
  });
});

describe.skipIf(process.platform === 'win32')('the settings file', () => {
  it('that is a link stays a link, with the same permissions', () => {
    const { dir } = project();
    const real = join(dir, 'dotfiles.json');
    const link = join(dir, '.claude/settings.local.json');
    mkdirSync(join(dir, '.claude'));
    writeFileSync(real, '{"a": 1}\n');
    chmodSync(real, 0o600);
    symlinkSync(real, link);
    lm(dir, ['hooks', 'install']);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(real).mode & 0o777).toBe(0o600);
    expect(readFileSync(real, 'utf8')).toContain('# loom');
    lm(dir, ['hooks', 'uninstall']);
    expect(readFileSync(link, 'utf8')).toBe('{"a": 1}\n');
  });

  it('that was created for the hooks is deleted with them', () => {
    const { dir } = project();
    lm(dir, ['hooks', 'install']);
    lm(dir, ['hooks', 'uninstall']);
    expect(existsSync(join(dir, '.claude/settings.local.json'))).toBe(false);
  });

  it('without write permission is reported', () => {
    const { dir } = project();
    writeFileSync(join(dir, '.claude'), 'a file');
    const ran = lm(dir, ['hooks', 'install']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('Nothing was changed.');
  });
});
