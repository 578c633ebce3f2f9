#!/usr/bin/env node
// Plain JavaScript for any Node version, so that an old one prints a message and not a syntax error.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const argv = process.argv.slice(2);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `create-something-observe needs Node 20.19 or newer; this is ${process.version}.\n  Install a newer one from https://nodejs.org, then run the command again.`,
  );
  process.exitCode = 64;
} else if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
  console.log(version);
} else if (!process.stdout.isTTY && argv.length === 1 && (argv[0] === '--help' || argv[0] === '-h')) {
  // On a terminal, help uses its full width.
  console.log(readFileSync(new URL('../dist/help.txt', import.meta.url), 'utf8').trimEnd());
} else {
  const { load } = createRequire(import.meta.url)('../dist/start.cjs');
  const { main } = load(argv[0]);
  process.exitCode = await main(argv, version);
}
