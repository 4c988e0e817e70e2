import { SubjectKeys1790000000000 } from './1790000000000-subject-keys';
import { SubjectKinds1790000020000 } from './1790000020000-subject-kinds';
import { MasterKeys1790000035000 } from './1790000035000-master-keys';

/** Of the keys of data subjects. */
export const migrations = [SubjectKeys1790000000000, SubjectKinds1790000020000, MasterKeys1790000035000];
