import { supervise } from './supervise';

supervise();
