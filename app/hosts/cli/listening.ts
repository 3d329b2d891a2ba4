import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import { TesseraError } from '../../contract/index.ts';

/** What commands that listen on a port have in common. */

/** A single address: names and wildcards would make the Host check mean nothing. */
export function ownAddress(text: string): string {
  if (isIP(text) === 0 || text === '0.0.0.0' || text === '::') {
    throw new InvalidArgumentError('Give one IP address of this computer.');
  }
  return text;
}

/** Why it cannot listen, for the option that asked for it; anything else is given back as it is. */
export function listenError(error: unknown, { port, address }: { port: number; address: string }): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  const refuse = (what: string, reason: string): TesseraError =>
    new TesseraError('invalidInput', { what, reason }, { cause: error });
  switch (code) {
    case 'EADDRINUSE':
      return refuse(
        `--port ${port}`,
        'another program uses it; choose another one, or 0 for any that is free',
      );
    case 'EACCES':
      return refuse(`--port ${port}`, 'this computer keeps it for its own; choose one above 1023');
    case 'EADDRNOTAVAIL':
      return refuse(`--address ${address}`, 'this computer does not have that address');
    default:
      return error;
  }
}

export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';
