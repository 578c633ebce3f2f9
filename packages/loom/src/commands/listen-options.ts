import type { Argv } from 'yargs';
import { EXIT, LoomError } from '../errors.js';
import { isLoopback } from '../http/loopback.js';

export const DEFAULT_PORT = 4319;

/** Options of `lm dashboard` and `lm receiver` for address and port. */
export function withListening<T>(yargs: Argv<T>) {
  return yargs
    .option('port', {
      type: 'number',
      default: DEFAULT_PORT,
      describe: 'Port to listen on; 0 uses any free one',
    })
    .option('host', { type: 'string', default: '127.0.0.1', describe: 'Address to listen on' })
    .option('allow-network', {
      type: 'boolean',
      default: false,
      describe: 'Allow other machines to connect, with a --host that they can reach',
    });
}

/** `risk` describes what other machines could do over plain HTTP. */
export function requireNetworkWord(host: string, allowNetwork: boolean, risk: string): void {
  if (!isLoopback(host) && !allowNetwork) {
    throw new LoomError(
      `--host ${host} lets other machines connect over plain HTTP, ${risk}.`,
      'Remove --host, or add --allow-network to allow this.',
      EXIT.usage,
    );
  }
}

export function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): LoomError {
  return new LoomError(
    error.code === 'EADDRINUSE'
      ? `Port ${port} on ${host} is in use, perhaps by another dashboard or receiver.`
      : `Can't listen on ${host}:${port}: ${error.message}`,
    'Stop it, or choose another with --port; --port 0 uses any free one.',
    EXIT.conflict,
  );
}
