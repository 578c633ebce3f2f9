import { expect, it } from 'vitest';
import { jsonc, repository, worker } from '../commands/repository.js';
import { observeHere } from './in-process.js';

const WITH = `export const metadata = { name: 'pour_tea', description: 'Pours tea' };
export default async function pour() { return 'poured'; }
`;
const WITHOUT = `const kettle = { hot: true };

export default async () => (kettle.hot ? 'boiled' : 'cold');
`;
const MADE = `import { made } from '../made';

export default made();
`;

// xmcp handles the call itself, and sends the component to the browser.
const WIDGET = `import type { ToolMetadata } from 'xmcp';

export const metadata: ToolMetadata = { name: 'kettle-widget', description: 'Show the kettle' };

export default () => <p>Hot</p>;
`;

const ENTRY = `import './tools/boil-water';
import './tools/kettle-widget';
import './tools/make-tea';
import './tools/pour_tea';
`;

const FILES = {
  ...worker('.', { 'wrangler.jsonc': jsonc('tea') }, ENTRY),
  'package.json': '{\n  "name": "tea",\n  "dependencies": { "xmcp": "^0.6.0" }\n}\n',
  'src/tools/pour_tea.ts': WITH,
  'src/tools/boil-water.ts': WITHOUT,
  'src/tools/boil-water.test.ts': WITHOUT,
  'src/pages/tools.ts': WITHOUT,
  'src/pages/tools/list.ts': WITHOUT,
  'src/tools/make-tea.ts': MADE,
  'src/tools/kettle-widget.tsx': WIDGET,
};

interface Plan {
  readonly workers: readonly { tools: readonly { name: string; file: string; status: string }[] }[];
}

const planned = async (files: Readonly<Record<string, string>>) => {
  const dir = repository({ ...FILES, ...files });
  const plan = JSON.parse((await observeHere('init', dir, '--dry-run', '--json')).stdout) as Plan;
  const { findings } = JSON.parse((await observeHere('check', dir, '--json', '--all-files')).stdout) as {
    findings: { rule: string; file: string }[];
  };
  const tools = plan.workers.flatMap((worker) => worker.tools).filter(({ status }) => status === 'planned');
  return { names: tools.map(({ name, file }) => `${name} ${file}`).sort(), findings };
};

it('a file without metadata is a tool if xmcp reads it, and a tool that a call creates is reported', async () => {
  const { names, findings } = await planned({});
  expect(names).toEqual(['boil-water src/tools/boil-water.ts', 'pour_tea src/tools/pour_tea.ts']);
  const manual = findings.filter(({ rule }) => rule === 'langfuse/tool-manual');
  expect(manual).toMatchObject([
    { file: 'src/tools/kettle-widget.tsx', message: expect.stringContaining('browser') },
    { file: 'src/tools/make-tea.ts', line: 3, message: expect.stringContaining('"make-tea"') },
  ]);
  expect(manual).toMatchObject([{}, { fix: expect.stringContaining("name: 'make-tea'") }]);
});

it.each([
  [
    'another folder',
    "export default { paths: { tools: './src/pages/tools' } };",
    ['list src/pages/tools/list.ts'],
  ],
  ['no folder', 'export default { paths: { tools: false } };', []],
  [
    'the usual folder',
    'export default { paths: { prompts: false } };',
    ['boil-water src/tools/boil-water.ts'],
  ],
])('the config of xmcp selects the files: %s', async (_, config, expected) => {
  const entry = `import './pages/tools/list';\n${ENTRY}`;
  const { names } = await planned({ 'xmcp.config.ts': config, 'src/index.ts': entry });
  expect(names.filter((name) => !name.startsWith('pour_tea'))).toEqual(expected);
});

it('the same files are not tools in a package without xmcp', async () => {
  const manifest = '{\n  "name": "tea",\n  "dependencies": { "react": "^19.0.0" }\n}\n';
  const { names } = await planned({ 'package.json': manifest });
  expect(names).toEqual(['pour_tea src/tools/pour_tea.ts']);
});
