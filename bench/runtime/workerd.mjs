// Bundles a Worker and runs it in a separate workerd, so that its CPU time and memory can be read from outside.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const here = dirname(fileURLToPath(import.meta.url));
export const scratch = join(here, '.tmp');
const { default: binary } = createRequire(import.meta.url)('workerd');
const agent = new Agent({ keepAlive: true, maxSockets: 512 });

export async function bundle(name, source) {
  mkdirSync(scratch, { recursive: true });
  const outfile = join(scratch, `${name}.bundle.js`);
  await build({
    stdin: { contents: source, resolveDir: scratch, loader: 'js' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['browser', 'module', 'main'],
    external: ['cloudflare:*', 'node:*'],
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** Starts a bundle, and returns it after a response without a tool call. */
export async function startWorkerd(name, backendUrl, { hasKeys = true, config: label = name } = {}) {
  const port = await freePort();
  const keys = {
    LANGFUSE_PUBLIC_KEY: 'pk-lf-b',
    LANGFUSE_SECRET_KEY: 'sk-lf-b',
    LANGFUSE_BASE_URL: backendUrl,
  };
  const bindings = Object.entries(hasKeys ? keys : {}).map(
    ([key, value]) => `(name = "${key}", text = "${value}")`,
  );
  const config = join(scratch, `${label}.capnp`);
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "internet", network = (allow = ["public", "private"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "main", esModule = embed "${name}.bundle.js")],
  compatibilityDate = "2026-04-01",
  bindings = [${bindings}],
);`,
  );
  const started = performance.now();
  const child = spawn(binary, ['serve', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const get = (path = '/') => ask(port, path);
  for (;;) {
    try {
      await get('/idle');
      break;
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`workerd ended: ${output}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  return {
    get,
    startup: performance.now() - started,
    output: () => output,
    /** CPU milliseconds so far, of all threads. A tick is 10 ms. */
    cpu() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    memory: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}

export async function startBackend(env = {}) {
  const child = fork(join(here, 'backend.mjs'), { env: { ...process.env, ...env } });
  const [{ port }] = await once(child, 'message');
  const tell = async (message) => {
    child.send(message);
    return (await once(child, 'message'))[0];
  };
  return {
    url: `http://127.0.0.1:${port}`,
    count: () => tell('count'),
    reset: () => tell('reset'),
    stop: () => child.disconnect(),
  };
}

/**
 * workerd closes idle connections, sometimes just before they are used again. Such a request did not arrive, so it is
 * sent again.
 */
function ask(port, path) {
  return new Promise((resolve, reject) => {
    const call = request({ port, path, host: '127.0.0.1', agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part));
      response.on('end', () => resolve(text));
    });
    call.on('error', (error) => {
      if (call.reusedSocket && error.code === 'ECONNRESET') ask(port, path).then(resolve, reject);
      else reject(error);
    });
    call.end();
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
