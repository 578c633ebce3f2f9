import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { jsonc, repository, worker } from '../commands/repository.js';
import { hashFiles } from '../harness/files.js';
import { commitAll } from '../support/cli.js';
import { INIT, observeHere } from './in-process.js';

const SOURCE = 'src/index.ts';

/** Only the helper's name shows that the file contains a tool. */
const zones = () =>
  repository(
    worker(
      '.',
      { 'wrangler.jsonc': jsonc('zones') },
      "import { keep } from './keep';\n\nkeep('list_zones', ({ accessToken }) => accessToken);\n",
    ),
  );
const source = (dir: string) => readFileSync(join(dir, SOURCE), 'utf8');
const record = (dir: string) => readFileSync(join(dir, 'observe.json'), 'utf8');
const init = (dir: string, ...args: string[]) => observeHere(INIT[0], dir, ...INIT.slice(1), ...args);

describe('a registrar', () => {
  it('is named once: check and a later init use it, and remove restores every byte', async () => {
    const dir = zones();
    const before = await hashFiles(dir);
    await init(dir);
    expect(source(dir)).not.toContain('createTrace');
    expect(await observeHere('check', dir)).toMatchObject({ code: EXIT.ok });
    commitAll(dir);

    await init(dir, '--registrar', 'keep');
    expect(source(dir)).toContain("name: 'zones:list_zones'");
    expect(source(dir)).not.toContain('input');
    expect(JSON.parse(record(dir))).toMatchObject({ settings: { registrars: ['keep'] } });
    commitAll(dir);

    writeFileSync(join(dir, SOURCE), `${source(dir)}keep('get_zone', () => 'one');\n`);
    const { code, stdout } = await observeHere('check', dir);
    expect(code).toBe(EXIT.findings);
    expect(stdout).toContain('The tool "get_zone" is not traced.');
    writeFileSync(join(dir, SOURCE), source(dir).replace("keep('get_zone', () => 'one');\n", ''));

    const again = await init(dir);
    expect(again.stdout).toContain('Nothing to do');
    await observeHere('remove', dir, '--yes');
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('is added to the earlier names, in order', async () => {
    const dir = zones();
    await init(dir, '--registrar', 'keep', '--registrar', 'hold');
    commitAll(dir);
    await init(dir, '--registrar', 'aside', '--registrar', 'keep');
    expect(JSON.parse(record(dir))).toMatchObject({ settings: { registrars: ['aside', 'hold', 'keep'] } });
    const { stdout } = await observeHere('check', dir);
    // The line is the name's line in the record.
    const line =
      record(dir)
        .split('\n')
        .findIndex((one) => one.includes('"hold"')) + 1;
    expect(stdout).toContain(`observe.json:${line}`);
    expect(stdout).not.toContain('`keep`');
  });

  it.each(['context.keep', 'keep()', '#keep', 'a b'])('must be only a name: %j is refused', async (name) => {
    const dir = zones();
    const { code, stderr } = await init(dir, '--registrar', name);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('--registrar accountTool');
    expect(source(dir)).not.toContain('createTrace');
  });

  it('is refused if an edit of the record made it invalid', async () => {
    const dir = zones();
    await init(dir, '--registrar', 'keep');
    writeFileSync(join(dir, 'observe.json'), record(dir).replace('"keep"', '".*("'));
    const { code, stderr } = await observeHere('check', dir);
    expect(code).toBe(EXIT.couldNotCheck);
    expect(stderr).toContain('observe.json');
  });

  describe('of one of two Workers, in a source that both import', () => {
    const SHARED = 'packages/tools/index.ts';
    const OPEN =
      "server.tool('add', 'Add', async () => ({ content: [] }));\nkeep('list', ({ token }) => token);\n";
    const entry = "import '../../../packages/tools';\n";
    const shared = (dir: string) => readFileSync(join(dir, SHARED), 'utf8');
    const both = (...order: string[]) => order.flatMap((name) => ['--worker', `apps/${name}`]);

    function shop() {
      return repository({
        ...worker('apps/front', { 'wrangler.jsonc': jsonc('front') }, entry),
        ...worker('apps/admin', { 'wrangler.jsonc': jsonc('admin') }, entry),
        'packages/tools/package.json': '{ "name": "tools" }\n',
        [SHARED]: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { keep } from './keep';\n\nconst server = new McpServer({ name: 'shop', version: '1.0.0' });\n`,
      });
    }

    it.each([
      ['named by the first', ['front', 'admin']],
      ['named by the second', ['admin', 'front']],
    ])('traces the tools of both Workers, %s', async (_which, order) => {
      const dir = shop();
      const before = shared(dir) + OPEN;
      await init(dir, ...both('front'), '--registrar', 'keep', '--allow-no-tools');
      commitAll(dir);
      await init(dir, ...both('admin'), '--allow-no-tools');
      writeFileSync(join(dir, SHARED), shared(dir) + OPEN);
      commitAll(dir);

      expect(await init(dir, ...both(...order))).toMatchObject({ code: EXIT.ok, stderr: '' });
      expect(shared(dir)).toContain("name: 'shop:add'");
      expect(shared(dir)).toContain("name: 'shop:list'");
      const record = (name: string) =>
        JSON.parse(readFileSync(join(dir, `apps/${name}/observe.json`), 'utf8'));
      expect(record('front').settings.registrars).toEqual(['keep']);
      expect(record('admin').settings.registrars).toBeUndefined();
      commitAll(dir);
      expect((await init(dir, ...both(...order))).stdout).toContain('Nothing to do');
      expect(await observeHere('check', dir)).toMatchObject({ code: EXIT.ok });

      await observeHere('remove', dir, '--yes', ...both('front'));
      await observeHere('remove', dir, '--yes', ...both('admin'));
      expect(shared(dir)).toBe(before);
    });
  });
});
