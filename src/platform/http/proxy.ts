import proxyAddr from '@fastify/proxy-addr';

/** Where a proxy stands: on this machine, or in the private network of the containers. */
const isNear = proxyAddr.compile(['loopback', 'linklocal', 'uniquelocal']);

/**
 * Whether what a connection says of its client is believed. Only of the one that reaches us (`hop` 0), which is the proxy:
 * whom it names is the client, even where their address is a private one too, and what they say of others is not read.
 */
export function isProxy(address: string, hop: number): boolean {
  return hop === 0 && isNear(address, hop);
}
