/** What main and the preload say to each other; the page hears `port` alone, as a window message. */
export const channels = {
  /** Page → main: a new RPC port, please. */
  connect: 'tessera:connect',
  /** Main → page: the port. */
  port: 'tessera:port',
  /** Page → main: the folder that the person chooses. */
  pickFolder: 'tessera:pick-folder',
} as const;
