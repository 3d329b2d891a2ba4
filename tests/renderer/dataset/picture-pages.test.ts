import { expect, test } from 'vitest';
import type { ImageFilter, ImageRow } from '../../../app/contract/index.ts';
import type { client } from '../../../renderer/client/index.ts';
import { pageSize, PicturePages } from '../../../renderer/features/dataset/picture-pages.svelte.ts';

type Api = Pick<typeof client, 'dataset'>;
type Asked = { filter: ImageFilter; offset: number; limit: number };

/** Services that hold `count` pictures, whose names say in which version of the data they were read. */
class Pictures {
  count = 5000;
  version = 1;
  readonly asked: Asked[] = [];
  /** While set, answers wait. */
  #held: (() => void)[] | null = null;

  hold(): void {
    this.#held = [];
  }

  release(): void {
    for (const answer of this.#held ?? []) answer();
    this.#held = null;
  }

  get waiting(): number {
    return this.#held?.length ?? 0;
  }

  readonly api = {
    dataset: {
      images: async ({ filter, offset, limit }: Asked) => {
        this.asked.push({ filter, offset, limit });
        const { version, count } = this;
        await new Promise<void>((answer) => {
          if (this.#held) this.#held.push(answer);
          else answer();
        });
        const total = filter.classId === undefined ? count : 10;
        const rows = Array.from({ length: Math.min(limit, Math.max(0, total - offset)) }, (_, at) =>
          row(offset + at + 1, `v${version}`),
        );
        return { total, images: rows };
      },
      imageIds: () => Promise.resolve(Array.from({ length: this.count }, (_, at) => at + 1)),
    },
  } as unknown as Api;
}

const row = (id: number, name: string): ImageRow => ({
  id,
  name,
  classId: null,
  split: null,
  width: 8,
  height: 8,
  channels: 1,
  excluded: false,
  note: '',
  tags: [],
  predicted: null,
  confidence: null,
  isReferenced: false,
});
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const range = (first: number, end: number) => ({ first, end });

async function shown(): Promise<{ pictures: Pictures; pages: PicturePages }> {
  const pictures = new Pictures();
  const pages = new PicturePages(pictures.api, 'p');
  await pages.show({});
  return { pictures, pages };
}

test('pages are fetched where they are seen and next to that where it is scrolled to, and once', async () => {
  const { pictures, pages } = await shown();
  expect(pages.total).toBe(5000);
  expect(pages.at(0)?.id).toBe(1);
  expect(pages.at(3 * pageSize)).toBeUndefined();
  pages.want(range(3 * pageSize - 10, 3 * pageSize + 10));
  await settled();
  expect(pages.at(3 * pageSize)?.id).toBe(3 * pageSize + 1);
  pages.want(range(3 * pageSize - 5, 3 * pageSize + 15));
  await settled();
  expect(pictures.asked.map(({ offset }) => offset / pageSize)).toEqual([0, 2, 3, 4]);
  pages.want(range(3 * pageSize - 15, 3 * pageSize + 5));
  await settled();
  pages.want(range(0, 20));
  await settled();
  pages.want(range(4980, 5000));
  await settled();
  expect(pictures.asked.map(({ offset }) => offset / pageSize)).toEqual([0, 2, 3, 4, 1, 24]);
});

test('a quick scroll asks only for where it ends', async () => {
  const { pictures, pages } = await shown();
  pictures.hold();
  for (let page = 1; page < 20; page++) pages.want(range(page * pageSize, page * pageSize + 50));
  expect(pictures.waiting).toBe(2);
  pictures.release();
  await settled();
  expect(pages.at(19 * pageSize)?.id).toBe(19 * pageSize + 1);
  expect(pictures.asked.map(({ offset }) => offset / pageSize)).toEqual([0, 1, 2, 19, 20]);
});

test('after a change what is seen stays until it is fresh, and the rest is read again when it is seen', async () => {
  const { pictures, pages } = await shown();
  pages.want(range(pageSize, pageSize + 50));
  await settled();
  pictures.version = 2;
  pictures.count = 4000;
  pictures.hold();
  pages.refresh();
  expect(pages.at(pageSize)?.name).toBe('v1');
  pictures.release();
  await settled();
  expect(pages.at(pageSize)?.name).toBe('v2');
  expect(pages.total).toBe(4000);
  pages.want(range(0, 50));
  await settled();
  expect(pages.at(0)?.name).toBe('v2');
});

test('an answer that was on its way when something changed is read again', async () => {
  const { pictures, pages } = await shown();
  pictures.hold();
  pages.want(range(pageSize, pageSize + 50));
  pictures.version = 2;
  pages.refresh();
  pictures.release();
  await settled();
  expect(pages.at(pageSize)?.name).toBe('v2');
});

test('another filter takes over when its first pictures are there; a late answer to the old one is left alone', async () => {
  const { pictures, pages } = await shown();
  const { listNumber } = pages;
  pictures.hold();
  pages.want(range(pageSize, pageSize + 50));
  const showing = pages.show({ classId: 7 });
  expect(pages.total).toBe(5000);
  expect(pages.at(0)?.id).toBe(1);
  pictures.release();
  await showing;
  expect(pages.total).toBe(10);
  expect(pages.listNumber).toBe(listNumber + 1);
  await settled();
  expect(pages.at(pageSize)).toBeUndefined();
});

test('of two filters the last one asked for is shown', async () => {
  const { pictures, pages } = await shown();
  pictures.hold();
  const first = pages.show({ classId: 7 });
  const second = pages.show({});
  pictures.release();
  await Promise.all([first, second]);
  expect(pages.total).toBe(5000);
  expect(pages.filter).toEqual({});
});

test('ids of a range are given whether it was fetched or not', async () => {
  const { pages } = await shown();
  expect(await pages.idsIn(4998, 5000)).toEqual([4999, 5000]);
});

test('a failure is shown, and gone with the next answer', async () => {
  const { pictures, pages } = await shown();
  const { images } = pictures.api.dataset;
  Object.assign(pictures.api.dataset, { images: () => Promise.reject(new Error('no')) });
  pages.want(range(pageSize, pageSize + 50));
  await settled();
  expect(pages.error).not.toBeNull();
  Object.assign(pictures.api.dataset, { images });
  pages.want(range(pageSize, pageSize + 60));
  await settled();
  expect(pages.error).toBeNull();
  expect(pages.at(pageSize)?.id).toBe(pageSize + 1);
});
