import type { Argv } from 'yargs';
import { EXIT, LoomError } from '../errors.js';
import { isLoopback } from '../http/loopback.js';

const DEFAULT_PORT = 4319;

/** Where `lm dashboard` and `lm receiver` listen. */
export function withListening<T>(yargs: Argv<T>) {
  return yargs
    .option('port', {
      type: 'number',
      default: DEFAULT_PORT,
      describe: 'Port to listen on; 0 takes any free one',
    })
    .option('host', { type: 'string', default: '127.0.0.1', describe: 'Address to listen on' })
    .option('allow-network', {
      type: 'boolean',
      default: false,
      describe: 'Let other machines in, with a --host that they reach',
    });
}

/** `risk` says what other machines could then do, in plain HTTP. */
export function requireNetworkWord(host: string, allowNetwork: boolean, risk: string): void {
  if (!isLoopback(host) && !allowNetwork) {
    throw new LoomError(
      `--host ${host} lets other machines connect: over plain HTTP, ${risk}.`,
      'Leave --host out, or add --allow-network if that is what you want.',
      EXIT.usage,
    );
  }
}

export function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): LoomError {
  return new LoomError(
    error.code === 'EADDRINUSE'
      ? `Port ${port} on ${host} is taken, perhaps by another dashboard or receiver.`
      : `Can't listen on ${host}:${port}: ${error.message}`,
    'Stop it, or choose another with --port; --port 0 takes any free one.',
    EXIT.conflict,
  );
}
