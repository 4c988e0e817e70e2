import { KeptSettings1790000050000 } from './1790000050000-kept-settings';

/** Of the settings that an installation keeps. */
export const migrations = [KeptSettings1790000050000];
