import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Camera } from '../../../renderer/features/dataset/camera/camera.svelte.ts';
import { pastedFiles } from '../../../renderer/features/dataset/pasted-files.ts';

class Track {
  isOn = true;
  stop = (): void => void (this.isOn = false);
  getSettings = (): { deviceId: string } => ({ deviceId: 'front' });
}

/** A camera of which there are two, or what it fails with. */
function media(failure?: string) {
  const tracks: Track[] = [];
  const asked: unknown[] = [];
  const getUserMedia = (constraints: unknown): Promise<MediaStream> => {
    asked.push(constraints);
    if (failure !== undefined) return Promise.reject(new DOMException('', failure));
    const track = new Track();
    tracks.push(track);
    const stream = { getTracks: () => [track], getVideoTracks: () => [track] };
    return Promise.resolve(stream as unknown as MediaStream);
  };
  const enumerateDevices = (): Promise<MediaDeviceInfo[]> =>
    Promise.resolve([{ kind: 'videoinput' }, { kind: 'audioinput' }] as MediaDeviceInfo[]);
  return { tracks, asked, getUserMedia, enumerateDevices };
}
const frame = (): Promise<Blob> => Promise.resolve(new Blob(['x']));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('asks for pictures without sound, and is off when it is stopped', async () => {
  const devices = media();
  const camera = new Camera(devices);
  await camera.start();
  expect(devices.asked).toMatchObject([{ audio: false }]);
  expect([camera.state, camera.devices.length, camera.deviceId]).toEqual(['live', 1, 'front']);
  camera.stop();
  expect([camera.state, devices.tracks.map(({ isOn }) => isOn)]).toEqual(['off', [false]]);
});

test('one that answers after it was closed is switched off', async () => {
  const devices = media();
  const camera = new Camera(devices);
  const starting = camera.start();
  camera.stop();
  await starting;
  expect([camera.state, devices.tracks[0]?.isOn]).toEqual(['off', false]);
});

test.each([
  ['NotAllowedError', 'denied'],
  ['NotFoundError', 'none'],
  ['NotReadableError', 'busy'],
])('%s is told as %s', async (failure, state) => {
  const camera = new Camera(media(failure));
  await camera.start();
  expect(camera.state).toBe(state);
});

test('a browser without cameras has none', async () => {
  const camera = new Camera(undefined);
  await camera.start();
  expect(camera.state).toBe('none');
});

test('a press takes one, holding it takes more until it is let go', async () => {
  const camera = new Camera(media());
  await camera.start();
  camera.hold(frame);
  camera.hold(frame);
  camera.release();
  await vi.advanceTimersByTimeAsync(1000);
  expect(camera.shots).toHaveLength(1);
  camera.hold(frame);
  await vi.advanceTimersByTimeAsync(1000);
  camera.release();
  await vi.advanceTimersByTimeAsync(1000);
  expect(camera.shots).toHaveLength(10);
  camera.drop(camera.shots[0]?.id ?? 0);
  const names = camera.files(new Date(2026, 0, 2, 3, 4, 5)).map(({ name }) => name);
  expect(names).toHaveLength(9);
  expect(names[8]).toBe('camera 2026-01-02 030405 0009.jpg');
  camera.stop();
  camera.hold(frame);
  expect(camera.isBursting).toBe(false);
});

test('pasted pictures without a name of their own are called by the time', () => {
  const at = new Date(2026, 10, 25, 13, 7, 9);
  const named = (...names: string[]): string[] =>
    pastedFiles(
      names.map((name) => new File(['x'], name)),
      at,
    ).map(({ name }) => name);
  expect(named('image.png')).toEqual(['pasted 2026-11-25 130709.png']);
  expect(named('image.png', 'cat.jpg', 'image.jpeg')).toEqual([
    'pasted 2026-11-25 130709 1.png',
    'cat.jpg',
    'pasted 2026-11-25 130709 2.jpeg',
  ]);
});
