import type { LabelChanges, RunEvent } from '../../../app/contract/index.ts';
import { threeDigits } from '../../charts/format.ts';
import { hostText } from '../../ui/index.ts';

type Told = Exclude<RunEvent['kind'], 'started' | 'checkpointKept'>;
type Sentences = { [K in Told]: (event: Extract<RunEvent, { kind: K }>) => string };

const parts = (changes: LabelChanges, names: Record<keyof LabelChanges, string>): string =>
  (['relabeled', 'leftOut', 'takenBack'] as const)
    .filter((kind) => changes[kind] > 0)
    .map((kind) => `${names[kind]} ${changes[kind]}`)
    .join(', ');

const en = {
  title: (count: number) => (count === 1 ? 'What happened to it (1)' : `What happened to it (${count})`),
  epoch: 'Epoch',
  time: 'Time',
  what: 'What',
  sentences: {
    paused: () => 'Paused.',
    resumed: () => 'Resumed from its checkpoint.',
    stopped: () => 'Stopped by you.',
    interrupted: ({ message }) => message,
    failed: ({ message }) => message,
    labelsTaken: (event) =>
      `Changed labels taken up: ${parts(event, { relabeled: 'relabeled', leftOut: 'left out', takenBack: 'taken back' })}.`,
    labelsRefused: ({ message }) => `Changed labels not taken up: ${message}`,
    rateLowered: ({ learningRate }) => `Learning rate lowered to ${threeDigits(learningRate)}.`,
    stoppedEarly: ({ bestEpoch }) => `Ended early; the best epoch was ${bestEpoch}.`,
  } satisfies Sentences as Sentences,
};

const ko: typeof en = {
  title: (count) => `이 학습에서 있었던 일 (${count})`,
  epoch: '에폭',
  time: '시각',
  what: '내용',
  sentences: {
    paused: () => '일시정지했습니다.',
    resumed: () => '체크포인트에서 이어서 학습합니다.',
    stopped: () => '사용자가 멈췄습니다.',
    interrupted: ({ message }) => hostText(message),
    failed: ({ message }) => hostText(message),
    labelsTaken: (event) =>
      `바뀐 라벨을 반영했습니다: ${parts(event, { relabeled: '바뀜', leftOut: '제외', takenBack: '되돌림' })}.`,
    labelsRefused: ({ message }) => `바뀐 라벨을 반영하지 않았습니다: ${hostText(message)}`,
    rateLowered: ({ learningRate }) => `학습률을 ${threeDigits(learningRate)}로 낮췄습니다.`,
    stoppedEarly: ({ bestEpoch }) => `일찍 끝냈습니다. 가장 좋은 에폭은 ${bestEpoch}입니다.`,
  },
};

export const runEventMessages = { en, ko };

/** What a person reads of an event; nothing of those that the screen shows in another way. */
export function sentenceOf(event: RunEvent, { sentences }: typeof en): string {
  if (event.kind === 'started' || event.kind === 'checkpointKept') return '';
  const tell = sentences[event.kind] as (event: RunEvent) => string;
  return tell(event);
}
