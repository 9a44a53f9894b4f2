import { helloWorld } from './hello-world/platform.ts';
import { studygiveway } from './studygiveway/platform.ts';

export default [helloWorld, studygiveway];
