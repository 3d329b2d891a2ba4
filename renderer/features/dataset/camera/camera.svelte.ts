import type { UploadFile } from '../../../client/index.ts';

/** A picture that was taken and not yet used. */
export interface Shot {
  id: number;
  blob: Blob;
  /** To show it; let go of with the shot. */
  url: string;
}

export type CameraState = 'off' | 'asking' | 'live' | 'denied' | 'none' | 'busy';

/** Between two pictures while the button is held, ms. */
const burstInterval = 125;
/** A burst ends by itself here: nobody wants more at once, and they are all in memory. */
const greatestShots = 2000;
const jpegQuality = 0.92;

/** The camera while its panel is open: asked for each time, off when it is closed. */
export class Camera {
  state = $state<CameraState>('off');
  stream = $state.raw<MediaStream | null>(null);
  /** The latest last. */
  shots = $state.raw<readonly Shot[]>([]);
  /** The cameras there are; they have names only once one of them is on. */
  devices = $state.raw<readonly MediaDeviceInfo[]>([]);
  isBursting = $state(false);
  readonly #media: Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'> | undefined;
  #lastId = 0;
  #burst: ReturnType<typeof setInterval> | undefined;
  /** Counts what was asked for; an answer to an earlier question is let go. */
  #asked = 0;

  constructor(media: Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'> | undefined) {
    this.#media = media;
  }

  get deviceId(): string {
    return this.stream?.getVideoTracks()[0]?.getSettings().deviceId ?? '';
  }

  /** Asks for the camera, or for another one. */
  async start(deviceId?: string): Promise<void> {
    this.stop();
    const asked = ++this.#asked;
    this.state = 'asking';
    try {
      if (this.#media === undefined) throw new DOMException('no camera here', 'NotFoundError');
      const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
      const video = deviceId === undefined ? size : { ...size, deviceId: { exact: deviceId } };
      const stream = await this.#media.getUserMedia({ video, audio: false });
      if (asked !== this.#asked) return endTracks(stream);
      this.stream = stream;
      this.state = 'live';
      const devices = await this.#media.enumerateDevices();
      this.devices = devices.filter(({ kind }) => kind === 'videoinput');
    } catch (error) {
      if (asked === this.#asked) this.state = failureOf(error);
    }
  }

  /** The light at the camera goes off. What was taken stays. */
  stop(): void {
    this.#asked++;
    this.release();
    if (this.stream) endTracks(this.stream);
    this.stream = null;
    this.state = 'off';
  }

  /** Takes one at once, and more while it is held. */
  hold(frame: () => Promise<Blob | null>): void {
    if (this.isBursting || this.state !== 'live') return;
    this.isBursting = true;
    void this.#shoot(frame);
    this.#burst = setInterval(() => void this.#shoot(frame), burstInterval);
  }

  release(): void {
    clearInterval(this.#burst);
    this.isBursting = false;
  }

  drop(id: number): void {
    for (const shot of this.shots) if (shot.id === id) URL.revokeObjectURL(shot.url);
    this.shots = this.shots.filter((shot) => shot.id !== id);
  }

  discard(): void {
    for (const { url } of this.shots) URL.revokeObjectURL(url);
    this.shots = [];
  }

  /** As files, named by when they were taken; `at` is now. */
  files(at: Date): UploadFile[] {
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    const time = `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
    return this.shots.map(({ blob }, index) => ({
      name: `camera ${day} ${time} ${String(index + 1).padStart(4, '0')}.jpg`,
      blob,
    }));
  }

  async #shoot(frame: () => Promise<Blob | null>): Promise<void> {
    if (this.shots.length >= greatestShots) return this.release();
    const blob = await frame();
    if (blob === null || this.state !== 'live') return;
    this.shots = [...this.shots, { id: ++this.#lastId, blob, url: URL.createObjectURL(blob) }];
  }
}

/** What the camera sees now, as JPEG; null while it sees nothing yet. */
export async function frameOf(video: HTMLVideoElement): Promise<Blob | null> {
  if (video.videoWidth === 0) return null;
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: jpegQuality });
}

const two = (value: number): string => String(value).padStart(2, '0');

function endTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function failureOf(error: unknown): CameraState {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'busy';
}
