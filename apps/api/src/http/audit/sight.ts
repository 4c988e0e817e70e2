import type { Principal } from '../conventions';

/** Whether the user sees every tenant's history, though nothing that is personal in it. */
export const seesAll = ({ role }: Principal): boolean => role === 'admin' || role === 'auditor';
