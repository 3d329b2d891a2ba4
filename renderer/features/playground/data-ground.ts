import { thumbnailPath } from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';
import { hasDarkBorder } from './brightness.ts';

/** Pictures looked at: enough to tell, few enough to be quick. */
const looks = 5;

/** Whether most pictures of a project stand on a dark ground, judged by a few of them. False where there are none. */
export async function dataIsDark(api: Pick<typeof client, 'dataset'>, projectId: string): Promise<boolean> {
  const { images } = await api.dataset.images({ projectId, filter: {}, offset: 0, limit: looks });
  const verdicts = await Promise.all(images.map(({ id }) => isDark(thumbnailPath(projectId, id))));
  return verdicts.filter(Boolean).length * 2 > verdicts.length;
}

async function isDark(url: string): Promise<boolean> {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) return false;
  context.drawImage(bitmap, 0, 0);
  return hasDarkBorder(context.getImageData(0, 0, width, height).data, width, height);
}
