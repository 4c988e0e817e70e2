import type { Resources } from '@yoyaku/embedded';
import type { Table } from './compare';

/** Starts what it needs, measures it, and gives the tables. What it started ends with `resources`. */
export type Benchmark = (resources: Resources) => Promise<readonly Table[]>;
