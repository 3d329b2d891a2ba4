import { connection, type ConnectionState, type Refusal } from '../client/index.ts';

/** The state of the connection, for components. */
class ConnectionWatch {
  state = $state<ConnectionState>(connection.state);
  refusal = $state<Refusal | null>(connection.refusal);
  /** False until the first connection: before that there is nothing to show. */
  wasOpen = $state(connection.state === 'open');

  constructor() {
    connection.onChange((state) => {
      this.state = state;
      this.refusal = connection.refusal;
      if (state === 'open') this.wasOpen = true;
    });
  }
}

export const connectionWatch = new ConnectionWatch();
