/** What the desktop's preload exposes as `window.tessera`; nothing of it exists in a browser. */
export interface HostBridge {
  /** Asks for a new RPC port; it arrives as a window message `tessera:port`. */
  connect(): void;
  /** The folder that the person chose in the system's dialog, or null. */
  pickFolder(): Promise<string | null>;
  /** Where a dropped or chosen file lies; empty for one that was made in the page. */
  pathForFile(file: File): string;
}

declare global {
  interface Window {
    readonly tessera?: HostBridge;
  }
}

export const hostBridge: HostBridge | undefined = window.tessera;
