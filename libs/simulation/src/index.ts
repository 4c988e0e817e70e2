export { ensureHistory, type HistoryPlan } from './history';
export { Random } from './random';
