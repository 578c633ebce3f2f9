import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connectToNode, type RawClient } from './client.js';
import { STUB_ANSWER } from './stub.js';

/** Starts a bundled Node server in an empty folder, without access to the network or to other programs. */
export async function startNode(
  script: string,
  vars: Readonly<Record<string, string>>,
  receiver: string,
): Promise<RawClient> {
  const scratch = await mkdtemp(join(tmpdir(), 'observe-node-'));
  const preload = join(dirname(script), 'preload.mjs');
  const work = join(scratch, 'work');
  await mkdir(work);
  await writeFile(preload, preloadText(receiver));
  const client = await connectToNode({
    script,
    preload,
    cwd: work,
    // Without a PATH, a tool finds no programs, both before and after.
    env: { PATH: '', HOME: scratch, ...vars },
  });
  return {
    request: client.request,
    close: async () => {
      await client.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

function preloadText(receiver: string): string {
  return `const own = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : String(input));
  if (url.host === ${JSON.stringify(receiver)}) return own(input, init);
  return Response.json(${JSON.stringify(STUB_ANSWER)});
};
`;
}
