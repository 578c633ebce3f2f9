import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  /** Such as `http://127.0.0.1:4319`. */
  readonly url: string;
  /** The address in URL form. */
  readonly name: string;
  readonly port: number;
  /** As requested, such as `0.0.0.0`. */
  readonly host: string;
}

/** Rejects if the port is in use. Port 0 takes any free port. */
export async function listen(server: Server, port: number, host: string): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return { url: `http://${name}:${bound.port}`, name, port: bound.port, host };
}
