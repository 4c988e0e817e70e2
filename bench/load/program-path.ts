import { join } from 'node:path';

/** Where a built program of this folder is, for `ChildProgram`. */
export const programPath = (name: string): string => join(__dirname, name);
