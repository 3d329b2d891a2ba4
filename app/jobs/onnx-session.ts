import { env, InferenceSession, Tensor } from 'onnxruntime-node';

/** Who judges: an engine that shares no line with ours. */
export const onnxRuntime = `onnxruntime ${env.versions.node ?? env.versions.common}`;

/** An ONNX model in ONNX Runtime, on the CPU alone. */
export class OnnxSession implements AsyncDisposable {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /** Throws what ONNX Runtime says where it refuses the file. `threads` 0: as many as there are cores. */
  static async open(file: Uint8Array, threads = 0): Promise<OnnxSession> {
    const session = await InferenceSession.create(file, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    return new OnnxSession(session);
  }

  /** Runs a batch; gives one row of the output for each picture. */
  async run(
    input: { name: string; data: Uint8Array | Float32Array; shape: readonly number[] },
    output: string,
  ): Promise<Float32Array[]> {
    const tensor =
      input.data instanceof Float32Array
        ? new Tensor('float32', input.data, input.shape)
        : new Tensor('uint8', input.data, input.shape);
    const { [output]: found } = await this.#session.run({ [input.name]: tensor }, [output]);
    if (!(found?.data instanceof Float32Array)) throw new Error(`it gives no float32 output ${output}`);
    const { data, dims } = found;
    const [count = 0] = dims;
    const length = data.length / count;
    return Array.from({ length: count }, (_, row) => data.subarray(row * length, (row + 1) * length));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release();
  }
}
