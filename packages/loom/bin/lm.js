#!/usr/bin/env node
// CommonJS, which Node loads sooner: an agent waits for its hooks and its status line.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const words = process.argv.slice(2);
// A reader that has seen enough, such as `head`, closes the pipe; that is no failure.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') {
    throw error;
  }
  process.exit(0);
});

/** Commands that agents run load only what they need, and never fail. */
async function quietly(load) {
  try {
    await load().main();
  } catch {
    // The agent goes on.
  }
}

/** Help is laid out for 80 columns or for fewer; the build keeps the former in a file. */
const isWide = !(process.stdout.columns < 80);

if (words[0] === 'hook') {
  quietly(() => require('../dist/hook.cjs'));
} else if (words[0] === 'statusline' && words.length === 1) {
  quietly(() => require('../dist/statusline.cjs'));
} else if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`lm needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 64;
} else if (words.length === 1 && words[0] === '--version') {
  process.stdout.write(`${JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')).version}\n`);
} else if (words.length === 1 && words[0] === '--help' && isWide) {
  process.stdout.write(readFileSync(join(__dirname, '../dist/help.txt'), 'utf8'));
} else {
  const { main } = require('../dist/start.cjs').load(words[0]);
  main(words).then((code) => {
    process.exitCode = code;
  });
}
