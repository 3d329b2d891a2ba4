import { request } from 'node:http';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawMark } from '../../app/core/dataset/marks.ts';
import { Random } from '../../app/core/dataset/random.ts';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { ServedModel } from './served-model.ts';

let served: ServedModel;
let url: string;
beforeAll(async () => {
  served = await ServedModel.trained();
  ({ url } = await served.serve('xo'));
});
afterAll(() => served[Symbol.asyncDispose]());

const random = new Random(3);
const mark = (which: 'X' | 'O'): Buffer =>
  Buffer.from(encodePng(drawMark(which, 28, random), { width: 28, height: 28, channels: 1 }));
const png = { 'content-type': 'image/png' };
const json = { 'content-type': 'application/json' };

interface Answer {
  label: string | null;
  predictions: { label: string; confidence: number }[];
  model: string;
  ms: number;
}
interface Answers {
  results: Omit<Answer, 'model' | 'ms'>[];
}

async function ask(
  body: string | Uint8Array,
  headers: Record<string, string> = png,
  at = url,
): Promise<Response> {
  return fetch(`${at}/predict`, { method: 'POST', body: body as BodyInit, headers });
}
const answer = async (response: Response) => {
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};
async function refusal(response: Response): Promise<{ status: number; code: string; message: string }> {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(error.message).toMatch(/\.$/);
  return { status: response.status, ...error };
}

describe('pictures are answered', () => {
  test('one as it is, as the command line answers it', async () => {
    const picture = mark('X');
    const { label, predictions, model, ms } = await answer(await ask(picture));
    expect(label).toBe(predictions[0]?.label);
    expect(predictions.map((each) => each.label).toSorted()).toEqual(['O', 'X']);
    expect(predictions.reduce((sum, { confidence }) => sum + confidence, 0)).toBeCloseTo(1, 5);
    expect(predictions[0]?.confidence).toBeGreaterThanOrEqual(predictions[1]?.confidence ?? 1);
    expect(model).toMatch(/^[a-z]+-[a-z]+-\d+$/);
    expect(ms).toBeGreaterThanOrEqual(0);

    const path = served.cli.path('asked.png');
    await sharp(picture).toFile(path);
    const [[told]] = (await served.cli.json('predict', 'xo', path)) as [
      [{ label: string; confidence: number }],
    ];
    expect(told?.label).toBe(label);
    expect(predictions[0]?.confidence).toBeCloseTo(told?.confidence ?? 0, 6);
  });

  test('of another size and kind, and as bytes of no type', async () => {
    const photo = await sharp({ create: { width: 301, height: 97, channels: 3, background: 'white' } })
      .jpeg()
      .toBuffer();
    await answer(await ask(photo, { 'content-type': 'image/jpeg' }));
    await answer(await ask(photo, { 'content-type': 'application/octet-stream' }));
  });

  test('as base64, one or several, in their order', async () => {
    const pictures = [mark('X'), mark('O'), mark('X')];
    const single = await Promise.all(pictures.map(async (each) => answer(await ask(each))));
    const [first] = pictures.map((each) => each.toString('base64'));
    const one = await answer(await ask(JSON.stringify({ image: first }), json));
    expect(one.predictions).toEqual(single[0]?.predictions);
    const images = pictures.map(
      (each, index) => `${index === 1 ? 'data:image/png;base64,' : ''}${each.toString('base64')}`,
    );
    const { results } = (await (await ask(JSON.stringify({ images }), json)).json()) as Answers;
    expect(results.map(({ predictions }) => predictions)).toEqual(
      single.map(({ predictions }) => predictions),
    );
  });

  test('an exported file answers like the run that it was exported from', async () => {
    const [{ path }] = (await served.cli.json('export', 'xo', '--out', 'xo.onnx')) as [{ path: string }];
    const file = await served.serve(path);
    const picture = mark('O');
    const ours = await answer(await ask(picture));
    const theirs = await answer(await ask(picture, png, file.url));
    expect(theirs.model).toBe('xo.onnx');
    for (const [index, { label, confidence }] of ours.predictions.entries()) {
      expect(theirs.predictions[index]?.label).toBe(label);
      expect(theirs.predictions[index]?.confidence).toBeCloseTo(confidence, 4);
    }
  });

  test('below the threshold nobody is named', async () => {
    const unsure = await served.serve('xo', '--threshold', '1');
    const grey = await sharp({ create: { width: 28, height: 28, channels: 3, background: '#808080' } })
      .png()
      .toBuffer();
    const { label, predictions } = await answer(await ask(grey, png, unsure.url));
    expect(label).toBeNull();
    expect(predictions).toHaveLength(2);
  });
});

describe('what the server is', () => {
  test('health counts answers, model says what goes in and comes out', async () => {
    const before = (await (await fetch(`${url}/health`)).json()) as { status: string; answered: number };
    await answer(await ask(mark('X')));
    const after = (await (await fetch(`${url}/health`)).json()) as { status: string; answered: number };
    expect(after).toMatchObject({ status: 'ok', answered: before.answered + 1 });
    expect(await (await fetch(`${url}/model`)).json()).toMatchObject({
      classes: ['X', 'O'],
      input: { channels: 1, height: 28, width: 28 },
      threshold: 0,
    });
  });

  test('its description is OpenAPI, names every route, and its references lead somewhere', async () => {
    const text = await (await fetch(`${url}/openapi.json`)).text();
    const document = JSON.parse(text) as {
      openapi: string;
      paths: object;
      components: { schemas: Record<string, unknown> };
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(['/predict', '/health', '/model']);
    const referred = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name ?? '');
    expect(referred.length).toBeGreaterThan(5);
    for (const name of referred) expect(document.components.schemas).toHaveProperty(name);
  });
});

describe('what cannot be answered is refused with a reason', () => {
  test('no picture, and the pictures of others are still answered', async () => {
    const broken = ask(Buffer.from('nothing that anybody has drawn'));
    const whole = [ask(mark('X')), ask(mark('O'))];
    expect(await refusal(await broken)).toMatchObject({ status: 422, code: 'pictureUnreadable' });
    for (const each of whole) await answer(await each);
  });

  test.each([
    ['an empty body', '', png, 400, 'emptyBody'],
    ['no JSON', '{"image":', json, 400, 'json'],
    ['JSON of another form', '{"picture":"AAAA"}', json, 400, 'body'],
    ['an empty list', '{"images":[]}', json, 400, 'body'],
    ['a long list', JSON.stringify({ images: Array.from({ length: 33 }, () => 'AAAA') }), json, 400, 'body'],
    ['no base64', '{"image":"§§§§"}', json, 400, 'base64'],
    ['base64 of no picture', '{"image":"AAAA"}', json, 422, 'pictureUnreadable'],
    ['a form', 'image=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'contentType'],
  ])('%s', async (_, body, headers, status, code) => {
    expect(await refusal(await ask(body, headers))).toMatchObject({ status, code });
  });

  test('a body that says that it is too large, and one that does not', async () => {
    expect(await refusal(await ask(new Uint8Array(33 * 1024 ** 2)))).toMatchObject({
      status: 413,
      code: 'tooLarge',
    });
    // Twice what is allowed, piece by piece and without a length before it; the connection is closed on the way.
    const { hostname, port } = new URL(url);
    const sent = await new Promise<number>((resolve) => {
      let pieces = 0;
      const sending = request({ hostname, port, path: '/predict', method: 'POST', headers: png });
      sending.on('response', (response) => response.resume());
      sending.on('error', () => undefined);
      sending.on('close', () => resolve(pieces));
      const send = (): void => {
        if (pieces === 64 || sending.destroyed) return void sending.end();
        pieces += 1;
        sending.write(new Uint8Array(1024 ** 2), () => setTimeout(send, 1));
      };
      send();
    });
    expect(sent).toBeLessThan(64);
    await answer(await ask(mark('X')));
  });

  test('other routes and methods', async () => {
    expect(await refusal(await fetch(`${url}/else`))).toMatchObject({ status: 404, code: 'path' });
    const wrong = await fetch(`${url}/predict`);
    expect(wrong.headers.get('allow')).toBe('POST');
    expect(await refusal(wrong)).toMatchObject({ status: 405, code: 'method' });
  });

  test('pages of other sites and names that were made to point here', async () => {
    const elsewhere = await ask(mark('X'), { ...png, origin: 'http://elsewhere.example' });
    expect(await refusal(elsewhere)).toMatchObject({ status: 403, code: 'origin' });
    const { hostname, port } = new URL(url);
    const status = await new Promise((resolve) => {
      request({ hostname, port, path: '/health', headers: { host: `evil.example:${port}` } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });

  test('who asks too often', async () => {
    const { url: slow } = await served.serve('xo', '--rate', '1');
    const asked = await Promise.all(Array.from({ length: 6 }, () => fetch(`${slow}/health`)));
    const refused = asked.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  test('whatever bytes come, the answer is a 4xx with a reason or a prediction', async () => {
    const type = fc.constantFrom(
      'image/png',
      'application/json',
      'application/octet-stream',
      'text/plain',
      '',
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc.base64String().map((image) => Buffer.from(JSON.stringify({ image }))),
    );
    await fc.assert(
      fc.asyncProperty(type, body, async (contentType, bytes) => {
        const response = await ask(bytes, contentType === '' ? {} : { 'content-type': contentType });
        if (response.status === 200) return void (await answer(response));
        expect((await refusal(response)).status).toBeGreaterThanOrEqual(400);
        expect(response.status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});

test('refused before anything is listened to: no run, no file, no model', async () => {
  await served.cli.json('create', 'empty');
  expect(await served.cli.failure('serve-model', 'empty')).toContain('There is no run');
  expect(await served.cli.failure('serve-model', 'nowhere.onnx')).toContain('does not exist');
  expect(await served.cli.failure('serve-model', served.cli.path('xo', 'tessera.db'))).not.toBe('');
  expect(await served.cli.wrongUsage('serve-model', 'xo.onnx', '--run', 'a')).toContain('--run');
  expect(await served.cli.wrongUsage('serve-model', 'xo', '--threshold', '2')).toContain('0 to 1');
});

test('it ends when it is asked to', async () => {
  expect(new Set(await served.stop())).toEqual(new Set([0]));
  await expect(fetch(url)).rejects.toThrow();
});
