import { describe, expect, it } from 'vitest';
import { jsonc, repository, toolNamed, worker } from '../commands/repository.js';
import { observeHere } from './in-process.js';

const RULE = 'langfuse/retired-client';

/** The lines that load it. */
async function found(source: string, dependency = '"langfuse": "^3.38.4"'): Promise<string[]> {
  const dir = repository({
    ...worker('.', { 'wrangler.jsonc': jsonc('calc') }, `${toolNamed('add')}import './telemetry';\n`),
    'package.json': `{ "name": "w", "dependencies": { ${dependency} } }\n`,
    // Otherwise, this file would not be read.
    'src/telemetry.ts': source,
  });
  const { findings } = JSON.parse((await observeHere('check', dir, '--json')).stdout);
  return findings
    .filter(({ rule }: { rule: string }) => rule === RULE)
    .map(({ file, line }: { file: string; line: number }) => `${file}:${line}`);
}

describe('the retired client', () => {
  it.each([
    ["import { Langfuse } from 'langfuse';\n", 1],
    ['import {\n  Langfuse,\n  type Trace,\n} from "langfuse"\n', 4],
    ["import 'langfuse';\n", 1],
    ["export * from 'langfuse';\n", 1],
    ["\nconst { Langfuse } = await import('langfuse');\n", 2],
    ["const { Langfuse } = require('langfuse');\n", 1],
  ])('is found in %j', async (source, line) => {
    expect(await found(source)).toEqual([`src/telemetry.ts:${line}`]);
  });

  it.each([
    "import type { Trace } from 'langfuse';\n",
    "import { Langfuse } from 'langfuse-langchain';\n",
    "import { startObservation } from '@langfuse/tracing';\n",
    "export const provider = 'langfuse'\n",
    '// an end to langfuse\n',
  ])('is not found in %j', async (source) => {
    expect(await found(source)).toEqual([]);
  });

  it('is ignored if no package.json depends on it', async () => {
    expect(await found("import { Langfuse } from 'langfuse';\n", '"hono": "^4"')).toEqual([]);
  });

  it('can be silenced with a reason', async () => {
    const reason = 'our own server takes these events';
    expect(
      await found(`// observe-ignore ${RULE}: ${reason}\nimport { Langfuse } from 'langfuse';\n`),
    ).toEqual([]);
  });
});
