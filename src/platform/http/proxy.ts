import { BlockList, isIP } from 'node:net';

/** Where a proxy stands: on this machine, or in the private network of the containers. */
const NEAR = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  NEAR.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  NEAR.addSubnet(network, prefix, 'ipv6');

/**
 * Whether what a connection says of its client is believed. Only of the one that reaches us (`hop` 0), which is the proxy:
 * whom it names is the client, even where their address is a private one too, and what they say of others is not read.
 */
export function isProxy(address: string, hop: number): boolean {
  const family = isIP(address);
  return hop === 0 && family !== 0 && NEAR.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
