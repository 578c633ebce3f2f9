import { expect, it } from 'vitest';
import { jsonc, repository, worker } from '../commands/repository.js';
import { observeHere } from './in-process.js';

const WITH = `export const metadata = { name: 'pour_tea', description: 'Pours tea' };
export default async function pour() { return 'poured'; }
`;
const WITHOUT = `const kettle = { hot: true };

export default async () => (kettle.hot ? 'boiled' : 'cold');
`;

it('a tool that only its file names is said, with its line and what to add', async () => {
  const dir = repository({
    ...worker('.', { 'wrangler.jsonc': jsonc('tea') }, "import './tools/pour_tea';\n"),
    'package.json': '{\n  "name": "tea",\n  "dependencies": { "xmcp": "^0.6.0" }\n}\n',
    'src/tools/pour_tea.ts': WITH,
    'src/tools/boil-water.ts': WITHOUT,
    'src/tools/boil-water.test.ts': WITHOUT,
    'src/pages/tools.ts': WITHOUT,
  });
  const { findings } = JSON.parse((await observeHere('check', dir, '--json', '--all-files')).stdout);
  const manual = (findings as { rule: string }[]).filter(({ rule }) => rule === 'langfuse/tool-manual');
  expect(manual).toMatchObject([
    { file: 'src/tools/boil-water.ts', line: 3, message: expect.stringContaining('"boil-water"') },
  ]);
  expect(manual).toMatchObject([{ fix: expect.stringContaining("name: 'boil-water'") }]);
});
