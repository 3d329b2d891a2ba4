import { ChartNoAxesCombined, Grid3x3, Share, Sparkles, Images, Tags } from '@lucide/svelte';
import type { Component } from 'svelte';
import DataScreen from '../features/dataset/DataScreen.svelte';
import EvaluationScreen from '../features/evaluation/EvaluationScreen.svelte';
import ExportScreen from '../features/export/ExportScreen.svelte';
import LabelScreen from '../features/labeling/LabelScreen.svelte';
import PlaygroundScreen from '../features/playground/PlaygroundScreen.svelte';
import TrainingScreen from '../features/training/TrainingScreen.svelte';
import type { Messages } from '../ui/index.ts';
import type { ScreenId } from './address.ts';

/** One screen of a project, as the rail shows it. */
export interface Screen {
  id: Exclude<ScreenId, 'home'>;
  title: Messages<string>;
  icon: Component<{ size?: number }>;
  /** The key that opens it. */
  key: string;
  component: Component<{ projectId: string }>;
}

/** The screens of a project, in the order of the work. */
export const screens: readonly Screen[] = [
  { id: 'data', title: { en: 'Data', ko: '데이터' }, icon: Images, key: 'd', component: DataScreen },
  { id: 'label', title: { en: 'Label', ko: '라벨' }, icon: Tags, key: 'l', component: LabelScreen },
  {
    id: 'train',
    title: { en: 'Train', ko: '학습' },
    icon: ChartNoAxesCombined,
    key: 't',
    component: TrainingScreen,
  },
  {
    id: 'evaluate',
    title: { en: 'Evaluate', ko: '평가' },
    icon: Grid3x3,
    key: 'e',
    component: EvaluationScreen,
  },
  { id: 'use', title: { en: 'Use', ko: '사용' }, icon: Sparkles, key: 'u', component: PlaygroundScreen },
  { id: 'share', title: { en: 'Share', ko: '내보내기' }, icon: Share, key: 's', component: ExportScreen },
];
