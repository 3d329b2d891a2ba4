/**
 * A double of the `electron` module, as far as the desktop uses it. What was asked of it is kept for a look, what Electron
 * and people would do can be done to it. Ports and utility processes are real ones: those of Node.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

type Handler = (...args: never[]) => unknown;

/** What was done before the app was ready and after it, in order. */
export const journal: string[] = [];
/** Shown to the person. */
export const shown: { kind: 'box' | 'error' | 'open'; options: Record<string, unknown> }[] = [];
/** What the person answers next; the dialog's own default after that. */
export const answers: { boxes: number[]; folders: string[][] } = { boxes: [], folders: [] };

/** An event of Electron's: whoever hears it may prevent what would follow. */
export class DoubleEvent<T extends object = object> {
  defaultPrevented = false;
  constructor(fields?: T) {
    Object.assign(this, fields);
  }
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

class App extends EventEmitter {
  readonly name = 'Tessera';
  isPackaged = true;
  locale = 'en-US';
  isFirst = true;
  readonly switches = new Set<string>();
  readonly commandLine = { hasSwitch: (name: string): boolean => this.switches.has(name) };
  exitCode: number | null = null;
  isQuitting = false;
  readonly paths = new Map<string, string>();

  enableSandbox = (): void => void journal.push('enableSandbox');
  setPath(name: string, path: string): void {
    journal.push(`setPath ${name}`);
    this.paths.set(name, path);
  }
  getLocale = (): string => this.locale;
  getVersion = (): string => '1.2.3';
  requestSingleInstanceLock(): boolean {
    journal.push('requestSingleInstanceLock');
    return this.isFirst;
  }
  async whenReady(): Promise<void> {
    await Promise.resolve();
    if (!journal.includes('ready')) journal.push('ready');
  }
  /** As Electron does it: asks everybody, closes the windows, and ends unless somebody holds it back. */
  quit(): void {
    if (!this.#goesOn('before-quit')) return;
    this.isQuitting = true;
    this.isQuitting = BrowserWindow.getAllWindows().every((window) => window.close());
    if (this.isQuitting && this.#goesOn('will-quit')) this.exit();
  }
  exit(code = 0): void {
    this.exitCode ??= code;
    this.emit('quit');
  }
  #goesOn(name: string): boolean {
    const event = new DoubleEvent();
    this.emit(name, event);
    return !event.defaultPrevented;
  }
}
export const app = new App();

export class Frame {
  url = 'app://tessera/';
  origin = 'app://tessera';
  parent: Frame | null = null;
  readonly posted: { channel: string; ports: DoublePort[] }[] = [];
  postMessage(channel: string, _message: unknown, ports: DoublePort[]): void {
    this.posted.push({ channel, ports });
  }
}

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' };

export class WebContents extends EventEmitter {
  readonly mainFrame = new Frame();
  url = 'app://tessera/';
  getURL = (): string => this.url;
  openHandler: OpenHandler = () => ({ action: 'allow' });
  reloads = 0;
  setWindowOpenHandler = (handler: OpenHandler): void => void (this.openHandler = handler);
  reload = (): void => void this.reloads++;
}

type Bounds = Record<'x' | 'y' | 'width' | 'height', number>;

export class BrowserWindow extends EventEmitter {
  static readonly #open = new Set<BrowserWindow>();
  static getAllWindows = (): BrowserWindow[] => [...BrowserWindow.#open];
  static fromWebContents = (contents: WebContents): BrowserWindow | null =>
    BrowserWindow.getAllWindows().find(({ webContents }) => webContents === contents) ?? null;

  readonly webContents = new WebContents();
  readonly options: Partial<Bounds> & { webPreferences?: Record<string, unknown>; show?: boolean };
  loaded: string | null = null;
  isShown = false;
  maximized = false;
  focused = 0;

  constructor(options: BrowserWindow['options']) {
    super();
    this.options = options;
    BrowserWindow.#open.add(this);
    app.emit('web-contents-created', new DoubleEvent(), this.webContents);
    app.emit('browser-window-created', new DoubleEvent(), this);
  }
  loadURL(url: string): Promise<void> {
    this.loaded = url;
    return Promise.resolve();
  }
  show = (): void => void (this.isShown = true);
  focus = (): void => void this.focused++;
  maximize = (): void => void (this.maximized = true);
  isMaximized = (): boolean => this.maximized;
  isMinimized = (): boolean => false;
  isDestroyed = (): boolean => !BrowserWindow.#open.has(this);
  getNormalBounds = (): Bounds => ({ x: 10, y: 20, width: 900, height: 700, ...this.options });
  /** By the person or by the app; false when somebody held it back. */
  close(): boolean {
    const event = new DoubleEvent();
    this.emit('close', event);
    if (event.defaultPrevented) return false;
    BrowserWindow.#open.delete(this);
    this.webContents.emit('destroyed');
    this.emit('closed');
    if (BrowserWindow.#open.size === 0 && !app.isQuitting) app.emit('window-all-closed');
    return true;
  }
}

class Session {
  permissionRequest: Handler | null = null;
  permissionCheck: Handler | null = null;
  devicePermission: Handler | null = null;
  beforeRequest: Handler | null = null;
  spellChecker = true;
  setPermissionRequestHandler = (handler: Handler): void => void (this.permissionRequest = handler);
  setPermissionCheckHandler = (handler: Handler): void => void (this.permissionCheck = handler);
  setDevicePermissionHandler = (handler: Handler): void => void (this.devicePermission = handler);
  setSpellCheckerEnabled = (on: boolean): void => void (this.spellChecker = on);
  readonly webRequest = {
    onBeforeRequest: (_filter: unknown, handler: Handler): void => void (this.beforeRequest = handler),
  };
}
export const session = { defaultSession: new Session() };

export const schemes: { scheme: string; privileges: Record<string, boolean> }[] = [];
export const protocolHandlers = new Map<string, (request: Request) => Promise<Response>>();
export const protocol = {
  registerSchemesAsPrivileged(added: typeof schemes): void {
    journal.push('registerSchemesAsPrivileged');
    schemes.push(...added);
  },
  handle: (scheme: string, handler: (request: Request) => Promise<Response>): void =>
    void protocolHandlers.set(scheme, handler),
};

class IpcMain extends EventEmitter {
  readonly handlers = new Map<string, (event: object) => unknown>();
  handle = (channel: string, handler: (event: object) => unknown): void =>
    void this.handlers.set(channel, handler);
}
export const ipcMain = new IpcMain();

/** Electron's `MessagePortMain` is an emitter whose messages come wrapped. */
export class DoublePort extends EventEmitter {
  readonly port: MessagePort;
  constructor(port: MessagePort) {
    super();
    this.port = port;
    port.on('close', () => this.emit('close'));
  }
  postMessage = (message: unknown): void => this.port.postMessage(message);
  close = (): void => this.port.close();
  start(): void {
    this.port.on('message', (data) => this.emit('message', { data, ports: [] }));
  }
}
export class MessageChannelMain {
  readonly port1: DoublePort;
  readonly port2: DoublePort;
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new DoublePort(port1);
    this.port2 = new DoublePort(port2);
  }
}

interface ForkOptions {
  env: NodeJS.ProcessEnv;
  execArgv: string[];
  serviceName: string;
}

export class UtilityProcess extends EventEmitter {
  readonly options: ForkOptions;
  readonly child: ChildProcess;
  pid: number | undefined;
  constructor(file: string, options: ForkOptions) {
    super();
    this.options = options;
    const { env, execArgv } = options;
    const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
    this.child = fork(file, [], { env, execArgv, stdio: [...stdio], serialization: 'advanced' });
    setImmediate(() => {
      this.pid = this.child.pid;
      this.emit('spawn');
    });
    this.child.on('message', (message) => this.emit('message', message));
    this.child.once('close', (code) => {
      this.emit('exit', code ?? 15);
      this.pid = undefined;
    });
  }
  postMessage = (message: object): void => void this.child.send(message, () => undefined);
  /** Like Electron's: without a process there is nothing to kill. */
  kill = (): boolean => this.pid !== undefined && this.child.kill('SIGTERM');
}
export const utilityProcesses: UtilityProcess[] = [];
export const utilityProcess = {
  fork(file: string, _args: string[], options: ForkOptions): UtilityProcess {
    const started = new UtilityProcess(file, options);
    utilityProcesses.push(started);
    return started;
  },
};

/** Dialogs take the window first or leave it out. */
const optionsOf = (args: Record<string, unknown>[]): Record<string, unknown> => args.at(-1) ?? {};
export const dialog = {
  showMessageBox(...args: Record<string, unknown>[]): Promise<{ response: number }> {
    const options = optionsOf(args);
    shown.push({ kind: 'box', options });
    return Promise.resolve({ response: answers.boxes.shift() ?? (options.defaultId as number) });
  },
  showErrorBox: (title: string, content: string): void =>
    void shown.push({ kind: 'error', options: { title, content } }),
  showOpenDialog(...args: Record<string, unknown>[]): Promise<{ canceled: boolean; filePaths: string[] }> {
    shown.push({ kind: 'open', options: optionsOf(args) });
    const filePaths = answers.folders.shift() ?? [];
    return Promise.resolve({ canceled: filePaths.length === 0, filePaths });
  },
};

export const systemPreferences = { askForMediaAccess: (): Promise<boolean> => Promise.resolve(true) };

export const menus: unknown[] = [];
export const Menu = {
  buildFromTemplate: (template: unknown): unknown => template,
  setApplicationMenu: (menu: unknown): void => void menus.push(menu),
};

export const openedOutside: string[] = [];
export const shell = {
  openExternal(address: string): Promise<void> {
    openedOutside.push(address);
    return Promise.resolve();
  },
};

export const nativeTheme = { shouldUseDarkColors: false };
export const screen = {
  getAllDisplays: (): { workArea: Bounds }[] => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
};

/** The preload's side. */
export const exposed = new Map<string, Record<string, unknown>>();
export const contextBridge = {
  exposeInMainWorld: (name: string, api: Record<string, unknown>): void => void exposed.set(name, api),
};
class IpcRenderer extends EventEmitter {
  readonly sent: string[] = [];
  send = (channel: string): void => void this.sent.push(channel);
  invoke(channel: string): Promise<string> {
    this.sent.push(channel);
    return Promise.resolve('/home/ada/pictures');
  }
}
export const ipcRenderer = new IpcRenderer();
export const webUtils = { getPathForFile: (file: File): string => `/dropped/${file.name}` };
