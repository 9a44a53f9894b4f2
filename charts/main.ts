import { helloWorld } from './hello-world/platform.ts';

export default [helloWorld];
