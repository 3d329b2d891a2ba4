import type { ClientContext, ClientLink } from '@orpc/client';

/** One open connection to the services. */
export interface Transport {
  link: ClientLink<ClientContext>;
  /** Resolves when the connection is gone. */
  closed: Promise<void>;
}

/** Why the browser host does not let this page in; trying again would not help. */
export type Refusal = 'tokenUsed' | 'tokenWrong' | 'tokenMissing';

export class RefusedError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal);
    this.refusal = refusal;
  }
}
