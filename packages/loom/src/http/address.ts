import { hostname, networkInterfaces } from 'node:os';

/** What a container calls the machine it runs on; no name of these can be had on the internet. */
const FROM_CONTAINERS = ['host.docker.internal', 'host.containers.internal'];

/** What other machines may call this one, once it listens for them. */
export function ownNames(host: string): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const name = hostname().toLowerCase();
  return [
    host,
    name,
    ...(name.includes('.') ? [] : [`${name}.local`]),
    ...FROM_CONTAINERS,
    ...addresses.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address)),
  ];
}
