#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
// A reader that has seen enough, such as `head`, closes the pipe; that is no failure.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') {
    throw error;
  }
  process.exit(0);
});

if (process.argv[2] === 'hook') {
  // It runs inside an agent's every step: it loads nothing it does not need, and never fails.
  await import('../dist/hook.js').then((hook) => hook.main()).catch(() => {});
} else if (process.argv[2] === 'statusline' && process.argv.length === 3) {
  // An agent draws it after each of its answers: it loads nothing it does not need either.
  await import('../dist/statusline.js').then((line) => line.main()).catch(() => {});
} else if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`lm needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 64;
} else {
  const { main } = await import('../dist/cli.js');
  process.exitCode = await main(process.argv.slice(2));
}
