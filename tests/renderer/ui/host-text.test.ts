import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { errorSentences } from '../../../app/contract/index.ts';
import { errorsInKorean } from '../../../renderer/ui/errors-korean.ts';
import { hostSentences } from '../../../renderer/ui/host-sentences.ts';
import { koreanOf } from '../../../renderer/ui/host-text.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const gaps = (sentence: string): string[] => (sentence.match(/\{\w+\}/g) ?? []).toSorted();

describe('what the host says, in Korean', () => {
  it.each(Object.entries(errorSentences))('the sentence of %s has the same gaps', (code, english) => {
    const korean = errorsInKorean[code as keyof typeof errorsInKorean];
    expect(gaps(korean)).toEqual(gaps(english));
  });

  it('every translation has gaps of its sentence only, and is found again by it', () => {
    for (const [english, korean] of Object.entries(hostSentences)) {
      expect(gaps(english), english).toEqual(expect.arrayContaining(gaps(korean)));
      const filled = (sentence: string): string =>
        sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => `7${name}7`);
      expect(koreanOf(filled(english)), english).toBe(filled(korean));
    }
  });

  it('takes the closest sentence, and translates a reason within another', () => {
    expect(koreanOf('12 of 40 pictures')).toBe('사진 40장 중 12장');
    expect(koreanOf('Reading pictures, 12 of 40 pictures')).toBe('사진을 읽는 중, 40장 중 12장');
    expect(koreanOf('the decoder stopped at it (it is gone)')).toBe(
      '디코더가 이 파일에서 멈추었습니다(사라졌습니다)',
    );
    expect(koreanOf('a sentence of nobody')).toBeNull();
  });
});

/** Rooms whose reasons stand beside a file on a screen. */
const rooms = [
  'app/formats/brought',
  'app/formats/images',
  'app/formats/layouts',
  'app/formats/onnx/import',
  'app/formats/picture-folders',
];
const tasks = ['bring-in.ts', 'bring-model.ts', 'decode.ts', 'export-data.ts', 'store-pictures.ts'];

/** What is put together from several texts: with a part of its own behind it, or a number that is said in words. */
const partsOfOthers = [
  'it has 7 pixels, and at most 7 are read',
  'its header promises 7 7',
  'it looks like 7, but',
  'its node 7 (7)',
  'it holds 7 7',
  'its first row has',
  'its quotes do not pair up7',
];

/** Texts that look like the reason why a file is not taken: `it is …`, `its header …`, `there is …`. */
function reasonsOf(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    if (ts.isTemplateExpression(node)) {
      found.push(node.head.text + node.templateSpans.map(({ literal }) => `7${literal.text}`).join(''));
    }
    node.forEachChild(visit);
  };
  visit(source);
  const isPart = (text: string): boolean => partsOfOthers.some((part) => part === text);
  return found.filter((text) => !isPart(text) && /^(it|its|there|the|none|decoding) .* \S+/.test(text));
}

describe('the reasons why a file is not taken', () => {
  const files = [
    ...rooms.flatMap((room) =>
      readdirSync(join(root, room))
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(root, room, name)),
    ),
    ...tasks.map((name) => join(root, 'app/jobs/tasks', name)),
  ];
  const reasons = [...new Set(files.flatMap(reasonsOf))];

  it('are many, and each of them is known in Korean', () => {
    expect(reasons.length).toBeGreaterThan(40);
    expect(reasons.filter((reason) => koreanOf(reason) === null)).toEqual([]);
  });
});

/** What `refuse` and `refuseEdit` are called with: the sentences that the builder shows. */
function refusalsOf(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const textOf = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    else if (ts.isTemplateExpression(node)) {
      found.push(node.head.text + node.templateSpans.map(({ literal }) => `7${literal.text}`).join(''));
    } else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(textOf);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^refuse(Edit)?$/.test(node.expression.getText())) {
      node.arguments.forEach(textOf);
    }
    node.forEachChild(visit);
  };
  visit(source);
  // Those that are put together from parts; they are named one by one below.
  return found.filter((text) => !/^7( gives 7 and 7 gives 7; only 7|; the second must 7)$/.test(text));
}

describe('the reasons why a network does not fit, or is not changed', () => {
  const editing = join(root, 'app/core/model/editing');
  const files = [
    join(root, 'app/core/model/shapes.ts'),
    ...readdirSync(editing)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(editing, name)),
  ];
  const reasons = [...new Set(files.flatMap(refusalsOf))];

  it('are many, and each of them is known in Korean', () => {
    expect(reasons.length).toBeGreaterThan(25);
    expect(reasons.filter((reason) => koreanOf(reason) === null)).toEqual([]);
  });

  it.each([
    'a gives 16 × 8 × 8 and b gives 8 × 8 × 8; only equal shapes can be added',
    'a gives 16 × 8 × 8 and b gives 8 × 4 × 4; only pictures of one size can be laid together',
    'it takes 3 × 32 × 32, but the pictures are 1 × 28 × 28',
    'it gives 7, but the last layer must give one number for each of 3 classes',
    'it gives 7, but an auxiliary head must give one number for each of 3 classes',
    'no layer reads what it gives',
    'its logits do not depend on the picture',
  ])('%s', (reason) => expect(koreanOf(reason)).toMatch(/[가-힣]/));
});
