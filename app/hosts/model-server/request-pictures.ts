import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { SentPicture } from '../../services/asked-model.ts';
import { limits } from './limits.ts';
import { Refusal } from './refusal.ts';

/** Bodies that are in memory at the moment, bytes. */
let reading = 0;

/** `data:image/png;base64,` and what follows, or that alone. */
const dataUrl = /^data:[\w.+-]+\/[\w.+-]+;base64,/;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

const bodySchema = z.union([
  z.strictObject({ image: z.string().min(1) }),
  z.strictObject({ images: z.array(z.string().min(1)).min(1).max(limits.picturesPerRequest) }),
]);

export interface AskedPictures {
  pictures: SentPicture[];
  /** The body was a list, and so is the answer. */
  isList: boolean;
}

/**
 * The pictures of a `POST /predict`: the body of an image type or `application/octet-stream` is one, JSON holds one or
 * several as base64. Throws `Refusal`. The memory of the body counts as taken until `use` is through.
 */
export async function withPictures<T>(
  request: Request,
  use: (asked: AskedPictures) => Promise<T>,
): Promise<T> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isJson = type === 'application/json';
  if (!isJson && !type.startsWith('image/') && type !== 'application/octet-stream') {
    throw new Refusal(
      415,
      'contentType',
      'Send a picture as image/jpeg, image/png, … or application/octet-stream, or JSON as application/json.',
    );
  }
  const body = new Body();
  try {
    await body.read(request);
    const pictures = isJson ? fromJson(body.bytes()) : { pictures: [sent(body.bytes(), 0)], isList: false };
    return await use(pictures);
  } finally {
    body.release();
  }
}

/** Refuses what says that it is too large before anything of it is read. */
export function checkLength({ headers }: IncomingMessage): void {
  if (Number(headers['content-length'] ?? 0) > limits.bodyBytes) throw tooLarge();
}

/** A body as it arrives; what it takes counts. */
class Body {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  async read({ body }: Request): Promise<void> {
    for await (const part of body ?? []) {
      this.#parts.push(part);
      this.#length += part.length;
      reading += part.length;
      if (this.#length > limits.bodyBytes) throw tooLarge();
      if (reading > limits.readingBytes) throw busy();
    }
    if (this.#length === 0) throw new Refusal(400, 'emptyBody', 'The body is empty: send a picture.');
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts, this.#length);
  }

  release(): void {
    reading -= this.#length;
  }
}

const tooLarge = () =>
  new Refusal(413, 'tooLarge', `A request may have ${limits.bodyBytes / 1024 ** 2} MB at most.`);
export const busy = () =>
  new Refusal(503, 'busy', 'Too many pictures are waiting. Try again in a second.', { 'retry-after': '1' });

function fromJson(body: Uint8Array): AskedPictures {
  const parsed = bodySchema.safeParse(parse(body));
  if (!parsed.success) {
    const shape = `{"image": "<base64>"} or {"images": ["<base64>", …]} with at most ${limits.picturesPerRequest} pictures`;
    throw new Refusal(400, 'body', `The JSON is not of the form ${shape}.`);
  }
  const { data } = parsed;
  return 'image' in data
    ? { pictures: [sent(decoded(data.image, 0), 0)], isList: false }
    : { pictures: data.images.map((text, index) => sent(decoded(text, index), index)), isList: true };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new Refusal(400, 'json', `The body is not JSON: ${error instanceof Error ? error.message : ''}.`);
  }
}

/** Strict: Node itself skips what is not base64, and would make a picture of nonsense. */
function decoded(text: string, index: number): Uint8Array {
  const data = text.replace(dataUrl, '');
  if (data.length % 4 !== 0 || !base64.test(data)) {
    throw new Refusal(400, 'base64', `Picture ${index + 1} of the request is not base64.`);
  }
  return Buffer.from(data, 'base64');
}

const sent = (bytes: Uint8Array, index: number): SentPicture => ({
  name: `Picture ${index + 1} of the request`,
  bytes,
});
