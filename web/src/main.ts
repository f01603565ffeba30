import '@fontsource-variable/inter';
import './theme/tokens.css';
import './theme/base.css';
import './theme/states.css';
import './theme/print.css';
import './theme/alarm.css';
import { mount } from 'svelte';
import App from './session/App.svelte';
import { choose, storedChoice } from './theme/theme';

choose(storedChoice());

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');
mount(App, { target });
