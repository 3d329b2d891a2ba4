import { describe, expect, test } from 'vitest';
import { PictureFeed, type FedImage } from '../../../../renderer/ui/grid/picture-feed.ts';

class Image implements FedImage {
  src = '';
  removeAttribute(name: string): void {
    if (name === 'src') this.src = '';
  }
}

/** A feed whose frames come when the test says so. */
function feedOf(): { feed: PictureFeed; frame: (now?: number) => void } {
  const asked: ((now: number) => void)[] = [];
  const feed = new PictureFeed((run) => asked.push(run));
  return { feed, frame: (now = 0) => asked.splice(0).forEach((run) => run(now)) };
}

const images = (feed: PictureFeed, count: number): Image[] =>
  Array.from({ length: count }, (_, index) => {
    const image = new Image();
    feed.show(image, `/${index}`, index);
    return image;
  });
const given = (all: readonly Image[]): number[] =>
  all.flatMap(({ src }, index) => (src === '' ? [] : [index]));

describe('a grid that stands still', () => {
  test('gets all its pictures, those of the view first, no more at once than can come', () => {
    const { feed, frame } = feedOf();
    feed.scrolled(40, { scrollTop: 900, height: 600 }, 0);
    const all = images(feed, 100);
    frame();
    const first = given(all);
    expect(Math.min(...first)).toBe(40);
    expect(first.length).toBeGreaterThan(5);
    expect(Math.max(...first)).toBe(40 + first.length - 1);
    for (let frames = 0; frames < 10; frames++) frame();
    const most = given(all).length;
    expect(most).toBeGreaterThan(first.length);
    expect(most).toBeLessThan(40);
    for (let frames = 0; frames < 100; frames++) {
      for (const index of given(all)) feed.settled(all[index] as Image);
      frame();
    }
    expect(given(all)).toHaveLength(100);
    expect(all.every(({ src }, index) => src === `/${index}`)).toBe(true);
  });

  test('an image that was emptied gets nothing, and makes room for another', () => {
    const { feed, frame } = feedOf();
    const all = images(feed, 40);
    for (let frames = 0; frames < 10; frames++) frame();
    const on = given(all);
    for (const index of on) feed.empty(all[index] as Image);
    expect(given(all)).toEqual([]);
    const waiting = all[39] as Image;
    feed.empty(waiting);
    feed.show(new Image(), '/new', 99);
    for (let frames = 0; frames < 10; frames++) frame();
    expect(given(all).length).toBeGreaterThan(0);
    expect(waiting.src).toBe('');
    expect(given(all).some((index) => on.includes(index))).toBe(false);
  });
});

describe('a grid that is scrolled', () => {
  /** Moves the view of 600 px by so much a frame of 16 ms, for so many frames. */
  function scroll(by: number, frames: number): { all: Image[]; now: number; rest: (ms: number) => void } {
    const { feed, frame } = feedOf();
    let now = 0;
    for (let moves = 0; moves < frames; moves++) {
      now += 16;
      feed.scrolled(0, { scrollTop: moves * by, height: 600 }, now);
    }
    const all = images(feed, 5);
    frame(now);
    return { all, now, rest: (ms) => frame(now + ms) };
  }

  test('slowly, or by one jump, gets its pictures at once', () => {
    expect(given(scroll(20, 20).all)).toHaveLength(5);
    expect(given(scroll(5000, 2).all)).toHaveLength(5);
  });

  test('racing, gets them when it comes to rest', () => {
    const { all, rest } = scroll(150, 20);
    expect(given(all)).toEqual([]);
    rest(40);
    expect(given(all)).toEqual([]);
    rest(200);
    expect(given(all)).toHaveLength(5);
  });
});
