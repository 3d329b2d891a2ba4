/** Exported networks of several families in OpenCV's DNN module. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ArchitectureName } from '../../../app/contract/index.ts';
import { count, distance, exportedArchitecture } from './exported-architecture.ts';

// For people who have Python with OpenCV; the project needs neither.
const python = process.env['TESSERA_PYTHON'] ?? 'python3';
const hasOpenCv = spawnSync(python, ['-c', 'import cv2, numpy'], { encoding: 'utf8' }).status === 0;
const why = hasOpenCv ? '' : ' (skipped: no Python with OpenCV; name one by TESSERA_PYTHON)';

const families: readonly ArchitectureName[] = [
  'lenet',
  'small-cnn',
  'vgg-small',
  'resnet-20',
  'inception-small',
  'mobilenet-v2',
  'efficientnet-lite0',
  'resnet-18',
  'googlenet',
];

interface Answer {
  name: string;
  logits: number[][];
}

test.skipIf(!hasOpenCv)(`OpenCV answers as we do${why}`, { timeout: 180_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-opencv-'));
  try {
    const ours = new Map<string, Float32Array[]>();
    for (const name of families) {
      const made = await exportedArchitecture(name);
      ours.set(name, made.ours);
      writeFileSync(join(folder, `${name}.onnx`), made.file);
      writeFileSync(join(folder, `${name}.bin`), made.pictures);
      writeFileSync(join(folder, `${name}.side`), String(made.imageSize));
    }
    const script = join(import.meta.dirname, 'opencv_logits.py');
    const { status, stdout, stderr } = spawnSync(python, [script, folder, String(count)], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Answer);
    expect(answers.map(({ name }) => name).toSorted()).toEqual([...families].toSorted());
    for (const { name, logits } of answers) {
      const theirs = logits.map((row) => Float32Array.from(row));
      const apart = distance(ours.get(name) ?? [], theirs);
      process.stdout.write(`${name}: ${apart.toExponential(1)} from OpenCV\n`);
      expect(apart, name).toBeLessThanOrEqual(1e-4);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
