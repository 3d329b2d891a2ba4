import { implement } from '@orpc/server';
import { contract, errorForWire } from '../contract/index.ts';

/** The contract, to be implemented; whatever a procedure throws leaves it in the one form that crosses transports. */
export const os = implement(contract).use(async ({ next }) => {
  try {
    return await next();
  } catch (error) {
    throw errorForWire(error);
  }
});
