#!/usr/bin/env node
// CommonJS, which Node loads sooner: an agent waits for its hooks and its status line.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
// A reader that has seen enough, such as `head`, closes the pipe; that is no failure.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') {
    throw error;
  }
  process.exit(0);
});

/** What an agent runs loads nothing it does not need, and never fails. */
async function quietly(load) {
  try {
    await load().main();
  } catch {
    // The agent goes on.
  }
}

if (process.argv[2] === 'hook') {
  quietly(() => require('../dist/hook.cjs'));
} else if (process.argv[2] === 'statusline' && process.argv.length === 3) {
  quietly(() => require('../dist/statusline.cjs'));
} else if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`lm needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 64;
} else {
  import('../dist/cli.js').then(async ({ main }) => {
    process.exitCode = await main(process.argv.slice(2));
  });
}
