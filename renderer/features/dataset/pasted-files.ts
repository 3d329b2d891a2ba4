import type { UploadFile } from '../../client/index.ts';

/**
 * Files from the clipboard under names that tell them apart: browsers call every pasted picture `image.png`. What has a
 * name of its own, copied in a file manager, keeps it.
 */
export function pastedFiles(files: readonly File[], at: Date): UploadFile[] {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('');
  const nameless = files.filter(isNameless);
  return files.map((file) => {
    if (!isNameless(file)) return { name: file.name, blob: file };
    const number = nameless.length > 1 ? ` ${nameless.indexOf(file) + 1}` : '';
    const ending = /\.[a-z0-9]+$/i.exec(file.name)?.[0] ?? '.png';
    return { name: `pasted ${day} ${time}${number}${ending}`, blob: file };
  });
}

const isNameless = ({ name }: File): boolean => name === '' || /^image\.[a-z]+$/i.test(name);
