import { Contestant } from './contestant.ts';

/** `folder` holds `model.onnx`, whose one input takes floats, and the same as `model.safetensors`. */
export interface PredictionSetup {
  folder: string;
  batch: number;
  threads: number;
}

/** One of the two engines in a process of its own (predict.ts). */
export class Predictor implements Disposable {
  readonly #child: Contestant;

  constructor(program: string, engine: 'tessera' | 'onnxruntime') {
    this.#child = new Contestant(process.execPath, [program, engine]);
  }

  /** Reads the network, answers once and gives the logits. */
  async setUp(setup: PredictionSetup): Promise<number[]> {
    return (await this.#child.ask({ ask: 'setup', ...setup })) as number[];
  }

  /** Answers for about `seconds`; gives how many batches a second. */
  async run(seconds: number): Promise<number> {
    const chunk = (await this.#child.ask({ ask: 'run', seconds })) as { steps: number; seconds: number };
    return chunk.steps / chunk.seconds;
  }

  [Symbol.dispose](): void {
    this.#child[Symbol.dispose]();
  }
}
