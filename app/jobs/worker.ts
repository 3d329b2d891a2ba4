/**
 * The entry point of a worker process: one task at a time, and while it runs only its cancellation and acknowledgements.
 * Started by `child_process.fork` or Electron's `utilityProcess`; it ends when whoever started it does.
 */
import { reportError } from '../contract/index.ts';
import type { Task } from '../core/tasks.ts';
import type { Downward } from './protocol.ts';
import { runTask } from './tasks/run-task.ts';
import { WorkerContext } from './worker-context.ts';
import { workerPort } from './worker-port.ts';

const port = workerPort();
let running: { taskId: number; context: WorkerContext } | null = null;

port.onMessage((message) => {
  if (message.type === 'start') void start(message.taskId, message.task);
  else if (running?.taskId === message.taskId) tell(running.context, message);
});
port.onClose(() => process.exit());
await announce();

async function start(taskId: number, task: Task): Promise<void> {
  const context = new WorkerContext(taskId, port.send);
  running = { taskId, context };
  try {
    port.send({ type: 'done', taskId, result: await runTask(task, context) });
  } catch (thrown) {
    port.send({ type: 'failed', taskId, error: reportError(thrown) });
  }
}

function tell(context: WorkerContext, message: Exclude<Downward, { type: 'start' }>): void {
  switch (message.type) {
    case 'cancel':
      return context.cancel();
    case 'pause':
      return context.pause();
    case 'ack':
      return context.acknowledge();
    case 'decoded':
      return context.answerDecoded(message.batch, message.results);
    case 'inForce':
      return context.answerData(message.found);
  }
}

/** Loads the engine before the first task: without it there is nothing that a worker could do. */
async function announce(): Promise<void> {
  try {
    const { engineInfo } = await import('../engine/index.ts');
    port.send({ type: 'ready', ...engineInfo() });
  } catch (thrown) {
    port.send({ type: 'unable', error: reportError(thrown) });
  }
}
