import { describe, expect, it } from 'vitest';
import { invert, splice } from '../../src/core/edits.js';
import { parseConfig } from '../../src/wrangler/document.js';
import { planRequiredSecrets } from '../../src/wrangler/required-secrets.js';
import { secretCommands } from '../../src/wrangler/secret-commands.js';
import { secretsInVars } from '../../src/wrangler/secret-vars.js';

const read = (text: string, format: string = 'jsonc') =>
  parseConfig({ path: `wrangler.${format}`, format, text });

describe('keys in vars', () => {
  const text = `{
  "vars": {
    "LANGFUSE_BASE_URL": "https://langfuse.example",
    "LANGFUSE_PUBLIC_KEY": "pk-lf-hidden",
    "LANGFUSE_SECRET_KEY": "",
    "OTHER": "sk-ant-hidden"
  },
  "previews": { "vars": { "NESTED": { "deep": ["ghp_hidden"] } } },
  "env": {
    "production": { "vars": { "NAME": "sk-lf-hidden" }, "previews": { "vars": { "P": "AIzahidden" } } }
  }
}`;

  it('are found in every place, with their line and without their value', () => {
    const findings = secretsInVars(read(text));
    expect(findings.map(({ line, level, message }) => [line, level, message.split(' ')[0]])).toEqual([
      [4, 'warning', 'vars.LANGFUSE_PUBLIC_KEY'],
      [5, 'error', 'vars.LANGFUSE_SECRET_KEY'],
      [6, 'error', 'vars.OTHER'],
      [8, 'error', 'previews.vars.NESTED'],
      [10, 'error', 'env.production.vars.NAME'],
      [10, 'error', 'env.production.previews.vars.P'],
    ]);
    expect(JSON.stringify(findings)).not.toContain('hidden');
    expect(findings.at(-2)?.fix).toContain('wrangler secret put NAME --env production');
  });

  it('have no finding if there are no keys', () => {
    expect(
      secretsInVars(read('{ "vars": { "A": "sketch", "B": "sk-lf-...", "LANGFUSE_HOST": "x" } }')),
    ).toEqual([]);
    expect(secretsInVars(read('vars = 1', 'toml'))).toEqual([]);
  });
});

describe('secrets.required', () => {
  const plan = (text: string, format: string) =>
    planRequiredSecrets(parseConfig({ path: `wrangler.${format}`, format, text }));

  it.each<[string, string, string, string]>([
    [
      'one line',
      'jsonc',
      '{ "secrets": { "required": ["A"] } }',
      '{ "secrets": { "required": ["A", "LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"] } }',
    ],
    [
      'minified',
      'json',
      '{"secrets":{"required":["A","B"]}}',
      '{"secrets":{"required":["A","B","LANGFUSE_PUBLIC_KEY","LANGFUSE_SECRET_KEY"]}}',
    ],
    [
      'many lines, a comment, CRLF',
      'jsonc',
      '{\r\n  "secrets": {\r\n    "required": [\r\n      "A" // ours\r\n    ]\r\n  }\r\n}\r\n',
      '{\r\n  "secrets": {\r\n    "required": [\r\n      "A", // ours\r\n      "LANGFUSE_PUBLIC_KEY",\r\n      "LANGFUSE_SECRET_KEY"\r\n    ]\r\n  }\r\n}\r\n',
    ],
    [
      'one of the two exists, in an environment',
      'jsonc',
      '{ "env": { "eu": { "secrets": { "required": ["LANGFUSE_SECRET_KEY",] } } } }',
      '{ "env": { "eu": { "secrets": { "required": ["LANGFUSE_SECRET_KEY", "LANGFUSE_PUBLIC_KEY",] } } } }',
    ],
    [
      'empty',
      'jsonc',
      '{\n  "secrets": { "required": [] }\n}',
      '{\n  "secrets": { "required": [\n    "LANGFUSE_PUBLIC_KEY",\n    "LANGFUSE_SECRET_KEY"\n  ] }\n}',
    ],
    [
      'literal strings',
      'toml',
      "[secrets]\nrequired = ['A']\n",
      "[secrets]\nrequired = ['A', 'LANGFUSE_PUBLIC_KEY', 'LANGFUSE_SECRET_KEY']\n",
    ],
    [
      'many lines and a comment',
      'toml',
      'secrets.required = [\n  "A", # ours\n]\n',
      'secrets.required = [\n  "A", # ours\n  "LANGFUSE_PUBLIC_KEY",\n  "LANGFUSE_SECRET_KEY",\n]\n',
    ],
    [
      'no comma before a comment',
      'toml',
      'secrets.required = [\n  "A" # ours\n]\n',
      'secrets.required = [\n  "A", # ours\n  "LANGFUSE_PUBLIC_KEY",\n  "LANGFUSE_SECRET_KEY"\n]\n',
    ],
    [
      'empty',
      'toml',
      'secrets = { required = [] }\n',
      'secrets = { required = ["LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"] }\n',
    ],
  ])('%s (%s) is appended to, once', (_, format, text, result) => {
    const { edits, findings } = plan(text, format);
    expect(splice(text, edits)).toBe(result);
    expect(splice(result, invert(text, edits))).toBe(text);
    expect(findings.map(({ rule }) => rule)).toEqual(['wrangler/required-secrets']);
    expect(plan(result, format)).toEqual({ edits: [], findings: [] });
  });

  it.each(['{}', '{ "secrets": {} }', '{ "secrets": { "required": "A" } }'])(
    'is not introduced: %s',
    (text) => {
      expect(plan(text, 'jsonc')).toEqual({ edits: [], findings: [] });
    },
  );
});

describe('the lines to run', () => {
  it('are two for one environment', () => {
    expect(secretCommands(read('{}')).map(({ command }) => command)).toEqual([
      'npx wrangler secret put LANGFUSE_PUBLIC_KEY',
      'npx wrangler secret put LANGFUSE_SECRET_KEY',
    ]);
  });

  it('name each environment, including the top level', () => {
    const config = read('name = "a"\n[env."eu west"]\nname = "b"\n', 'toml');
    const options = { names: ['KEY'], wrangler: 'pnpm wrangler', config: 'apps/mcp/wrangler.toml' };
    expect(secretCommands(config, options)).toEqual([
      {
        env: undefined,
        name: 'KEY',
        command: 'pnpm wrangler secret put KEY --config apps/mcp/wrangler.toml --env=""',
      },
      {
        env: 'eu west',
        name: 'KEY',
        command: 'pnpm wrangler secret put KEY --config apps/mcp/wrangler.toml --env="eu west"',
      },
    ]);
  });

  it('are those of Pages for a Pages project', () => {
    const [first] = secretCommands(read('{ "pages_build_output_dir": "dist" }'));
    expect(first?.command).toBe('npx wrangler pages secret put LANGFUSE_PUBLIC_KEY');
  });
});
