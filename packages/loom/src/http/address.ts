import { hostname, networkInterfaces } from 'node:os';

/** How this machine calls itself, as it stands in a Host header. */
export const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** Names that only this machine answers to. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

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
