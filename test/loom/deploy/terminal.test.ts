import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hashFiles } from '../../harness/files.js';
import { hasTerminal, onTerminal } from '../../support/pseudo-terminal.js';
import { LM } from '../project.js';
import { shop } from './shop.js';

const DEPLOY = `LOOM_BACKGROUND=off "${process.execPath}" "${LM}" deploy`;
const ASKS = /Write these files\? \[y\/N\]/;

describe.runIf(hasTerminal)('lm deploy on a terminal', () => {
  it.each([
    ['n', 'n\r'],
    ['Enter alone', '\r'],
    ['Ctrl+C', '\x03'],
    ['Ctrl+D', '\x04'],
  ])('shows the files and asks; %s writes nothing', async (_, keys) => {
    const { dir } = shop();
    const before = await hashFiles(dir);
    const { code, screen } = await onTerminal(DEPLOY, dir, [[ASKS, keys]]);
    expect(screen.indexOf('create   wrangler.jsonc')).toBeLessThan(screen.search(ASKS));
    expect(screen).toContain('Nothing was written.');
    expect(code).toBe(1);
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('writes after a yes, shows each file once, and does not ask again', async () => {
    const { dir, server } = shop();
    const { code, screen } = await onTerminal(DEPLOY, dir, [[ASKS, 'y\r']]);
    expect(code).toBe(0);
    expect(screen.match(/create +wrangler\.jsonc/g)).toHaveLength(1);
    expect(screen).toContain('npx wrangler d1 create loom-shop-co');
    expect(existsSync(`${server}/deploy.json`)).toBe(true);
    const again = await onTerminal(DEPLOY, dir, []);
    expect(again.screen).not.toMatch(ASKS);
    expect(again.code).toBe(0);
  });
});
