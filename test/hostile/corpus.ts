import { jsonc, toolNamed, worker } from '../commands/repository.js';

/** Files of a project by path. */
export type Files = Record<string, string>;

const MANY = 100_000;
const plain = (more: Files): Files => ({ ...worker('.', { 'wrangler.jsonc': jsonc('calc') }), ...more });
const withConfig = (config: string): Files => plain({ 'wrangler.jsonc': config });
const withToml = (config: string): Files => {
  const { 'wrangler.jsonc': _, ...files } = plain({ 'wrangler.toml': config });
  return files;
};
const withPackage = (manifest: string): Files => plain({ 'package.json': manifest });
const withSource = (source: string): Files => plain({ 'src/index.ts': source });
const TOML = 'name = "calc"\nmain = "src/index.ts"\ncompatibility_date = "2026-04-20"\n';
const MEMBERS =
  '"__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } }, "toString": 1, "hasOwnProperty": null';

/** Projects that an attacker might send. */
export const CORPUS: Record<string, () => Files> = {
  'a config of 50 MB': () => withConfig(`{ "name": "calc", "x": "${'a'.repeat(50 * 1024 * 1024)}" }`),
  'a TOML config of 50 MB': () => withToml(`${TOML}# ${'a'.repeat(50 * 1024 * 1024)}\n`),
  'a package.json of 5 MB': () => withPackage(`{ "name": "w", "x": "${'a'.repeat(5 * 1024 * 1024)}" }`),
  'a config nested 100,000 deep': () => withConfig(`{ "x": ${'['.repeat(MANY)}${']'.repeat(MANY)} }`),
  'a config of objects nested 100,000 deep': () => withConfig(`${'{"x":'.repeat(MANY)}1${'}'.repeat(MANY)}`),
  'a TOML config nested 100,000 deep': () => withToml(`${TOML}x = ${'['.repeat(MANY)}${']'.repeat(MANY)}\n`),
  'a TOML table with 20,000 names': () => withToml(`${TOML}[${Array(20_000).fill('a').join('.')}]\nb = 1\n`),
  'a package.json nested 100,000 deep': () =>
    withPackage(`{ "name": "w", "x": ${'['.repeat(MANY)}${']'.repeat(MANY)} }`),
  'a package.json whose exports nest 20,000 deep': () =>
    withPackage(`{ "name": "w", "exports": ${'{"default":'.repeat(20_000)}"./x"${'}'.repeat(20_000)} }`),
  'sources nested 50,000 deep': () =>
    withSource(`${toolNamed('add')}\nexport const x = ${'('.repeat(50_000)}1${')'.repeat(50_000)};\n`),
  'a sum of 20,000 parts': () =>
    withSource(`${toolNamed('add')}\nexport const x = ${Array(20_000).fill("'a'").join(' + ')};\n`),
  'a tool name of 20,000 parts': () =>
    withSource(toolNamed('add').replace("'add'", Array(20_000).fill("'a'").join(' + '))),
  'calls chained 20,000 times': () =>
    withSource(`${toolNamed('add')}\nexport const x = z${'.a()'.repeat(20_000)};\n`),
  'a call 20,000 members deep': () =>
    withSource(
      `${toolNamed('add')}\nexport const x = client${'.chat'.repeat(20_000)}.completions.create({});\n`,
    ),
  'a bound method among 20,000 declarations that call something': () =>
    withSource(
      `${toolNamed('add')}\nconst add = server.tool.bind(server);\n${Array.from({ length: 20_000 }, (_, at) => `const x${at} = String(${at});`).join('\n')}\n`,
    ),
  'an if with 10,000 else': () =>
    withSource(
      `${toolNamed('add')}\nexport function f(x: string) { ${"if (x === 'a') return 1; else ".repeat(10_000)} return 0; }\n`,
    ),

  'prototype keys in the config': () =>
    withConfig(
      `{ "name": "calc", "main": "src/index.ts", "compatibility_date": "2026-04-20", ${MEMBERS}, "env": { ${MEMBERS} }, "vars": { ${MEMBERS} } }`,
    ),
  'prototype keys in the observability': () =>
    withConfig(
      `{ "name": "calc", "main": "src/index.ts", "observability": { "__proto__": { "enabled": true }, "constructor": 1 } }`,
    ),
  'environments named like prototype keys': () =>
    withConfig(
      jsonc(
        'calc',
        ', "env": { "__proto__": { "observability": { "enabled": true } }, "constructor": { "observability": { "enabled": true } } }',
      ),
    ),
  'prototype keys in a TOML config': () =>
    withToml(
      `${TOML}[__proto__]\npolluted = true\n[env.__proto__.observability]\nenabled = true\n[constructor.prototype]\npolluted = true\n`,
    ),
  'prototype keys in package.json': () =>
    withPackage(
      `{ "name": "w", ${MEMBERS}, "scripts": { ${MEMBERS.replaceAll('null', '""')} }, "dependencies": { "__proto__": "1", "constructor": "1" }, "workspaces": ["__proto__", "constructor"] }`,
    ),
  'prototype keys in observe.json': () =>
    plain({
      'observe.json': `{ "version": 1, "layers": ["cloudflare", "__proto__"], "runtime": "registry", "sampling": 1, "files": { "__proto__": { "hash": "x" }, "constructor": { "hash": "x" } } }`,
    }),

  'a config that is a list': () => withConfig('[]'),
  'a config with wrong types everywhere': () =>
    withConfig(
      '{ "name": 5, "main": { "a": 1 }, "compatibility_date": [], "compatibility_flags": 7, "env": [], "vars": "x", "observability": 3, "secrets": { "required": {} }, "ai": 1, "durable_objects": { "bindings": [1, null] } }',
    ),
  'an entry that leads out of the project': () =>
    withConfig(jsonc('calc').replace('src/index.ts', '../../../../../../etc/passwd')),
  'an entry that is a folder': () => withConfig(jsonc('calc').replace('src/index.ts', 'src')),
  'a package.json that is null': () => withPackage('null'),
  'a package.json that is a list': () => withPackage('[]'),
  'a package.json that is broken': () => withPackage('{ "name": "w", '),
  'a package.json with wrong types': () =>
    withPackage(
      '{ "name": 5, "scripts": 5, "dependencies": [], "workspaces": 5, "exports": 5, "imports": [], "packageManager": 5 }',
    ),
  'a package.json that is a folder': () => {
    const { 'package.json': _, ...files } = plain({ 'package.json/x': '' });
    return files;
  },
  'an observe.json with wrong types': () =>
    plain({
      'observe.json':
        '{ "version": 1, "layers": ["x", 5], "runtime": {}, "sampling": "all", "files": { "wrangler.jsonc": null, "package.json": { "undo": [{ "at": "x" }] } }, "own": 5 }',
    }),
  'an observe.json with no files': () =>
    plain({ 'observe.json': '{ "version": 1, "layers": [], "files": null }' }),
  'an observe.json that is a list': () => plain({ 'observe.json': '[]' }),
  'an observe.json that is null': () => plain({ 'observe.json': 'null' }),
  'a tsconfig that extends itself': () =>
    plain({
      'tsconfig.json':
        '{ "extends": "./tsconfig.json", "compilerOptions": { "paths": { "*": ["*"], "__proto__": ["x"], "a*b*": 5 } } }',
      'src/index.ts': `import 'x';\n${toolNamed('add')}`,
    }),
  'workspaces with a million alternatives': () =>
    withPackage(`{ "name": "w", "workspaces": ["${'{a,b}'.repeat(40)}"] }`),
  'a workspace pattern of stars': () => ({
    ...withPackage(`{ "name": "w", "workspaces": ["${'a*'.repeat(40)}b", "!${'**/'.repeat(40)}x"] }`),
    [`${'a'.repeat(100)}/package.json`]: '{}',
    'a/b/c/d/e/f/g/h/i/j/k/l/package.json': '{}',
  }),

  'spaces after import': () =>
    withSource(`${toolNamed('add')}\nimport${' '.repeat(900_000)}`.concat('\nexport {};')),
  'a megabyte of empty lines': () => withSource(`${'\n'.repeat(900_000)}${toolNamed('add')}`),
  'a megabyte of carriage returns': () => withSource(`${toolNamed('add')}// ${'\r'.repeat(300_000)}\n`),
  'a name of 300,000 letters': () =>
    withSource(
      `${toolNamed('add')}\nexport const x = ${'create'}${'MErrorA'.repeat(40_000)}('a', { tools: 1 }, (x: number) => x);\n`,
    ),
  'params.params.params': () =>
    withSource(
      `${toolNamed('add')}\nexport function f(request: any) { switch (request${'.params'.repeat(20_000)}.method) { case 'tools/call': return request; } }\n`,
    ),
  'a package.json of braces': () =>
    withPackage(
      `{ "name": "w", "x": [${'"devEngines", { "packageManager": {'.repeat(3_000).replaceAll('", {', '": {').slice(0, 60_000).replaceAll('"', "'")}] }`
        .replaceAll("'", '')
        .replace(/\{ ?packageManager/g, '"p", "packageManager'),
    ),
  'dev vars of empty lines': () =>
    plain({ '.dev.vars': `${'\n'.repeat(300_000)}X=1`, '.gitignore': '.dev.vars\n' }),
  'ignore files of spaces': () =>
    plain({
      '.gitignore': `${' '.repeat(300_000)}x\n`,
      'pnpm-workspace.yaml': `packages:\n  -${' '.repeat(300_000)}x\n  - ${'\t#'.repeat(100_000)}\n`,
    }),

  'names that end comments and strings': () => ({
    ...withConfig(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it must stay the text that it is
      jsonc('*/ ${process.exit(7)} ` \\" {{constructor}} \\u2028 </script>').replace(
        '\n  "main"',
        '\n  // */ \n  "main"',
      ),
    ),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it must stay the text that it is
    'src/index.ts': toolNamed("it\\'s */ ` ${process.exit(7)} \\u2028 {{x}} \\n\\\\"),
  }),
  'files with odd names': () => ({
    ...plain({}),
    'src/index.ts': `import './it\\'s';\nimport "./a b \${x} \`.js";\nimport './{{x}}';\nexport {};\n`,
    "src/it's.ts": toolNamed('one'),
    'src/a b ${x} `.ts': toolNamed('two'),
    'src/{{x}}.ts': toolNamed('three'),
  }),
  'names that control the terminal': () => ({
    ...withConfig(jsonc('\\u001b]0;owned\\u0007\\u001b[2J\\u009b8m')),
    'src/index.ts': toolNamed('\\x1b[8mhidden\\x1b[2J\\x1b]52;c;b3duZWQ=\\x07'),
  }),
};
