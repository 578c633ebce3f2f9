import { hostname, networkInterfaces } from 'node:os';

/** Names of the host in containers. They can't be registered on the internet. */
const FROM_CONTAINERS = ['host.docker.internal', 'host.containers.internal'];

/** Names that other machines may use for this one, if it listens for them. */
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
