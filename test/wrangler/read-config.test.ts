import { describe, expect, it } from 'vitest';
import { ConfigSyntaxError } from '../../src/core/errors.js';
import { parseConfig } from '../../src/wrangler/document.js';

const JSONC = `{
  "name": "calculator",
  "main": "src/index.ts",
  "compatibility_date": "2025-06-01",
  "compatibility_flags": ["nodejs_compat"],
  "ai": { "binding": "MODEL" },
  "vars": { "REGION": "eu" },
  "secrets": { "required": ["TOKEN"] },
  "durable_objects": { "bindings": [{ "name": "MCP_OBJECT", "class_name": "Calculator" }] },
  "env": { "production": { "name": "calculator-production", "vars": { "REGION": "us" } } }
}`;
const TOML = `name = "calculator"
main = "src/index.ts"
compatibility_date = "2025-06-01"
compatibility_flags = ["nodejs_compat"]
ai.binding = "MODEL"
secrets = { required = ["TOKEN"] }

[vars]
REGION = "eu"

[[durable_objects.bindings]]
name = "MCP_OBJECT"
class_name = "Calculator"

[env.production]
name = "calculator-production"
vars = { REGION = "us" }
`;

describe.each([
  ['jsonc', JSONC, 9],
  ['toml', TOML, 16],
] as const)('a config in %s', (format, text, line) => {
  it('has its facts', () => {
    const config = parseConfig({ path: `wrangler.${format}`, format, text });
    expect(config).toMatchObject({
      name: 'calculator',
      main: 'src/index.ts',
      compatibilityDate: '2025-06-01',
      compatibilityFlags: ['nodejs_compat'],
      aiBinding: 'MODEL',
      vars: { REGION: 'eu' },
      requiredSecrets: ['TOKEN'],
      durableObjects: [{ binding: 'MCP_OBJECT', className: 'Calculator' }],
      pagesBuildOutputDir: undefined,
      observability: undefined,
    });
    expect(config.envs.production).toMatchObject({
      name: 'calculator-production',
      main: undefined,
      compatibilityFlags: undefined,
      vars: { REGION: 'us' },
    });
    expect(config.lineOf(['env', 'production', 'name'])).toBe(line + (format === 'toml' ? 0 : 1));
    expect(config.lineOf(['nowhere'])).toBe(1);
  });
});

describe('a config that can’t be read', () => {
  it.each<[string, string, string, number]>([
    ['a missing comma', 'jsonc', '{\n  "a": "sk-lf-hidden"\n  "b": 1\n}', 3],
    ['an open brace', 'jsonc', '{\n  "a": "sk-lf-hidden"\n', 2],
    ['an unknown word', 'json', '{\r\n  "a": sk-lf-hidden\r\n}', 2],
    ['an empty file', 'jsonc', '', 1],
    ['a list', 'json', '\n["sk-lf-hidden"]', 2],
    ['a key twice', 'toml', 'a = "sk-lf-hidden"\na = 2\n', 2],
    ['an open string', 'toml', '\uFEFFx = 1\na = "sk-lf-hidden\n', 2],
    ['a table twice', 'toml', '[observability]\r\nenabled = true\r\n[observability]\r\n', 3],
    ['no value', 'toml', 'x = 1\n\nsk-lf-hidden =\n', 3],
  ])('because of %s is reported with its line and without its values', (_, format, text, line) => {
    let thrown: unknown;
    try {
      parseConfig({ path: `apps/mcp/wrangler.${format}`, format, text });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigSyntaxError);
    const error = thrown as ConfigSyntaxError;
    expect(error).toMatchObject({ file: `apps/mcp/wrangler.${format}`, line });
    expect(`${error.message} ${error.fix}`).not.toContain('hidden');
  });
});
