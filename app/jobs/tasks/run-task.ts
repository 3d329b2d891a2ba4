import type { Task, TaskKind, TaskResults } from '../../core/tasks.ts';
import type { TaskContext } from './context.ts';

/**
 * Does a task. Each kind is loaded when it first comes: a worker that only renders thumbnails never loads the trainer,
 * and is up sooner.
 */
export async function runTask(task: Task, context: TaskContext): Promise<TaskResults[TaskKind]> {
  switch (task.kind) {
    case 'inspect':
      return (await import('./inspect.ts')).runInspect(task, context);
    case 'import':
      return (await import('./import.ts')).runImport(task, context);
    case 'sample':
      return (await import('./sample.ts')).runSample(task, context);
    case 'decode':
      return (await import('./decode.ts')).runDecode(task, context);
    case 'render':
      return (await import('./render.ts')).runRender(task);
    case 'measure':
      return (await import('./measure.ts')).runMeasure(task, context);
    case 'suggest':
      return (await import('./suggest.ts')).runSuggest(task, context);
    case 'augment':
      return (await import('./augment.ts')).runAugment(task);
    case 'benchmark':
      return (await import('./benchmark.ts')).runBenchmark(task, context);
    case 'rehearse':
      return (await import('./rehearse.ts')).runRehearse(task, context);
    case 'train':
      return (await import('./train.ts')).runTrain(task, context);
    case 'findRate':
      return (await import('./find-rate.ts')).runFindRate(task, context);
    case 'evaluate':
      return (await import('./evaluate.ts')).runEvaluate(task, context);
    case 'predict':
      return (await import('./predict.ts')).runPredict(task, context);
    case 'logits':
      return (await import('./logits.ts')).runLogits(task, context);
    case 'predictWithFile':
      return (await import('./model-file.ts')).runPredictWithFile(task, context);
    case 'logitsOfFile':
      return (await import('./model-file.ts')).runLogitsOfFile(task, context);
    case 'describeFile':
      return (await import('./model-file.ts')).runDescribeFile(task);
    case 'bringModel':
      return (await import('./bring-model.ts')).runBringModel(task);
    case 'inspectModel':
      return (await import('./bring-model.ts')).runInspectModel(task);
    case 'predictFolder':
      return (await import('./predict-folder.ts')).runPredictFolder(task, context);
    case 'exportData':
      return (await import('./export-data.ts')).runExportData(task, context);
    case 'bringIn':
      return (await import('./bring-in.ts')).runBringIn(task, context);
    case 'findOriginals':
      return (await import('./find-originals.ts')).runFindOriginals(task, context);
    case 'export':
      return (await import('./export.ts')).runExport(task, context);
  }
}
