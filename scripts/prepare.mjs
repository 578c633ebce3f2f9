// First step of `npm test` and `npm run demo`, so that both work on a fresh clone. Before install() has run,
// only modules of Node may be imported.
import { install } from './install.mjs';

const OLDEST_NODE = [20, 19];

export async function prepare() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new Error(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}`);
  }
  await install();
  const { build } = await import('./build.mjs');
  await build();
}
