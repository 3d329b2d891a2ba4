import type { ClassInfo, Evaluation, Run } from '../../contract/index.ts';

export interface CardFacts {
  run: Run;
  /** Its name. */
  project: string;
  /** As they are in the project now. */
  classes: readonly ClassInfo[];
  /** On pictures that the network has not learned from; null where nobody has evaluated it. */
  evaluation: Evaluation | null;
  /** Of Tessera. */
  version: string;
}

/** What it says of a picture of something else. */
function something({ run, classes }: CardFacts): string {
  const none = classes.find(({ name, isNone }) => isNone && run.classes.includes(name));
  if (none === undefined)
    return `It always names one of its ${run.classes.length} classes, also for a picture of something else.`;
  return `A picture of something else should come out as ${inline(none.name)}, a class that was learned from such pictures; what is unlike those may still be taken for another class.`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** What a run says about its model, with places for what only a person knows (Mitchell et al., 2019). Markdown. */
export function modelCardText(facts: CardFacts): string {
  return [
    `# ${inline(facts.run.name)}`,
    model(facts),
    '## What it is for',
    '_Say what it is meant to decide, for whom, and what it must not be used for._',
    '## What it learned from',
    data(facts),
    '## How it was trained',
    training(facts),
    '## How well it does',
    results(facts),
    '## What it cannot do',
    `${something(facts)} It has seen no pictures but these: other light, other cameras and other backgrounds may lead it astray. _Say what you know of its mistakes._`,
  ]
    .join('\n\n')
    .concat('\n');
}

function model({ run, version }: CardFacts): string {
  const { channels, height, width } = run.graph.input;
  return [
    `An image classifier: ${inline(run.model)}, ${count(run.parameters)} parameters, from ${beginning(run)}.`,
    `Pictures of any size are brought to ${width} × ${height} with ${channels === 1 ? 'one channel (grey)' : 'three channels (RGB)'}.`,
    `Trained with Tessera ${version} as run \`${run.id}\` on ${new Date(run.createdAt).toISOString().slice(0, 10)}.`,
  ].join(' ');
}

/** The weights that it began with. */
function beginning({ model: name, settings: { pretrained, start, startModel } }: Run): string {
  if (pretrained !== undefined) return 'weights pretrained on ImageNet';
  if (startModel !== undefined)
    return `the weights of ${inline(name)} as they were brought in from another program`;
  return start === undefined ? 'random weights' : `what the run \`${start.runId}\` had learned`;
}

function data({ run, project, classes }: CardFacts): string {
  const rows = run.classes.map((name) => {
    const found = classes.find((each) => each.name === name);
    const numbers = found === undefined ? ['–', '–', '–'] : [found.train, found.val, found.test].map(count);
    return [inline(name), ...numbers, inline(found?.description ?? '')];
  });
  return [
    `The labeled pictures of the project “${inline(project)}”, as they were in the manifest \`${run.dataHash}\`. The numbers of pictures are those of the project when this card was made.`,
    table(['class', 'train', 'validation', 'test', 'what it means'], rows),
  ].join('\n\n');
}

function training({ run: { settings, epoch, bestEpoch, seconds } }: CardFacts): string {
  const { optimizer, learningRate, batchSize, weightDecay, seed } = settings;
  const best = bestEpoch === null ? '' : `, of which epoch ${bestEpoch} is kept`;
  const time = seconds === null ? '' : `, ${count(Math.round(seconds))} seconds`;
  return `${optimizer}, learning rate ${learningRate}, batches of ${batchSize}, weight decay ${weightDecay}, seed ${seed}; ${epoch} epochs${best}${time}.`;
}

function results({ run, evaluation }: CardFacts): string {
  const accuracy = [
    run.bestValAccuracy === null ? [] : [`Validation accuracy ${percent(run.bestValAccuracy)}.`],
    run.testAccuracy === null ? [] : [`Test accuracy ${percent(run.testAccuracy)}.`],
  ].flat();
  const summary =
    accuracy.length > 0 ? accuracy.join(' ') : 'It was trained without pictures kept aside, so nobody knows.';
  if (evaluation === null) return summary;
  const rows = evaluation.perClass.map(({ name, precision, recall, f1, support }) => [
    inline(name),
    percent(precision),
    percent(recall),
    percent(f1),
    count(support),
  ]);
  const split = evaluation.split === 'test' ? 'test' : 'validation';
  return [
    summary,
    `On the ${count(evaluation.images)} ${split} pictures: accuracy ${percent(evaluation.accuracy)}, macro F1 ${percent(evaluation.macroF1)}.`,
    ...(evaluation.temperature === 1
      ? []
      : [
          `How sure it says it is was fitted to the validation pictures (temperature ${evaluation.temperature.toFixed(2)}, inside the weights): of its answers with 90 %, about nine in ten should be right, for pictures like these.`,
        ]),
    table(['class', 'precision', 'recall', 'F1', 'pictures'], rows),
  ].join('\n\n');
}

const count = (value: number): string => value.toLocaleString('en');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A name that a person gave, so that it stays one line and one cell. */
const inline = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').replaceAll(/[\\|`*_<>[\]]/g, (mark) => `\\${mark}`);
