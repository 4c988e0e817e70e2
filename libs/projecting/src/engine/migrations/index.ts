import { ProjectionSkips1790000030000 } from './1790000030000-projection-skips';
import { ProjectionEngine1790000061000 } from './1790000061000-projection-engine';

/** Of the engine, and of what admins have decided about read models. */
export const migrations = [ProjectionSkips1790000030000, ProjectionEngine1790000061000];
