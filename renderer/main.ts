import { mount } from 'svelte';
import './ui/base.css';
import './ui/menu.css';
import './ui/tokens.css';
import App from './shell/App.svelte';
import { theme } from './ui/index.ts';

theme.restore();
mount(App, { target: document.querySelector('#app') as HTMLElement });
