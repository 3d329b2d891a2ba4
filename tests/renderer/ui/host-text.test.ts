import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { errorSentences, TesseraError } from '../../../app/contract/index.ts';
import { refusalOf } from '../../../app/core/disk-refusal.ts';
import { errorsInKorean } from '../../../renderer/ui/errors-korean.ts';
import { settingsSentences } from '../../../renderer/ui/settings-sentences.ts';
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
    const all = { ...hostSentences, ...settingsSentences };
    for (const [english, korean] of Object.entries(all)) {
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
    const stopped = new TesseraError('workerStopped', { reason: 'exit code 3' }).message;
    expect(koreanOf(stopped)).toContain('(종료 코드 3)');
    expect(koreanOf('earlyStopping is not valid: padding cannot be negative')).toBe(
      '조기 종료 값이 올바르지 않습니다: 패딩은 음수일 수 없습니다',
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

/** What a sentence says that is put together: its gaps are filled with sevens. */
function saidBy(node: ts.Expression): string[] {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isTemplateExpression(node)) {
    return [node.head.text + node.templateSpans.map(({ literal }) => `7${literal.text}`).join('')];
  }
  if (ts.isConditionalExpression(node)) return [...saidBy(node.whenTrue), ...saidBy(node.whenFalse)];
  if (ts.isBinaryExpression(node)) {
    return saidBy(node.left).flatMap((left) => saidBy(node.right).map((right) => left + right));
  }
  return [];
}

/** Texts that are given as the reason of an error: `reason: …`, `reason = …`, and what a function `refuse` is handed last. */
function reasonsGiven(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isNamed =
      (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) &&
      /reason$/i.test(node.name.getText());
    if (isNamed && node.initializer !== undefined) found.push(...saidBy(node.initializer));
    if (ts.isCallExpression(node) && /(?:^|\.)refuse$/.test(node.expression.getText())) {
      const last = node.arguments.at(-1);
      if (last !== undefined) found.push(...saidBy(last));
    }
    node.forEachChild(visit);
  };
  visit(source);
  return found.filter((text) => /[a-z]/.test(text) && !wholeElsewhere.includes(text));
}

/** Of two halves, each of which is a choice; the test of the layers says them as a whole. */
const wholeElsewhere = [
  '7; the second must 7',
  '7 gives 7 and 7 gives 7; only 7',
  'it gives 7, but 7',
  '7 cannot be taken over: 7',
  'Tessera does not know this operator7',
  '7 7 is not in it',
  '7 7 has the shape [7], where [7] is expected',
  '7 7 belongs to no layer of it',
];

describe('the reasons why a project, a network, settings or a model are refused', () => {
  const rooms = [
    'app/storage',
    'app/core/model',
    'app/core/training',
    'app/core/sweep',
    'app/formats/brought',
    'app/formats/onnx',
    'app/formats/onnx/import',
  ];
  const files = rooms.flatMap((room) =>
    readdirSync(join(root, room))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, room, name)),
  );
  const reasons = [...new Set(files.flatMap(reasonsGiven))];

  it('are many, and each of them is known in Korean', () => {
    expect(reasons.length).toBeGreaterThan(40);
    expect(reasons.filter((reason) => koreanOf(reason) === null)).toEqual([]);
  });

  it.each([
    'a gives 3 and b gives 4; the second must be of one shape with the first, or give one number for each of its channels',
    'a gives 3 × 4 × 4 and b gives 3 × 5 × 5; only pictures of one size can be laid together',
    'a gives 3 and b gives 4; only equal shapes can be added',
    'it gives 5, but the last layer must give one number for each of 4 classes',
    'it gives 5, but an auxiliary head must give one number for each of 4 classes',
    'its node a (Gelu) cannot be taken over: Tessera does not know this operator',
    'it looks like ResNet-18, but fc.weight has the shape [3, 4], where [classes, 512] is expected',
    'it looks like ResNet-18, but fc.weight is not in it',
  ])('of layers: %s', (reason) => {
    expect(koreanOf(reason)).not.toBeNull();
  });

  it.each(['EACCES', 'EPERM', 'EBUSY', 'EROFS', 'ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'ENAMETOOLONG'])(
    'of a disk: %s',
    (code) => {
      const refused = Object.assign(new Error(code), { code, syscall: 'write' });
      expect(refusalOf(refused)).not.toBe(code);
      expect(koreanOf(refusalOf(refused))).not.toBeNull();
    },
  );
});
