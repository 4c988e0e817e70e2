export { ensureHistory, type HistoryPlan } from './history';
export { NewBusiness } from './new-business';
export { Random } from './random';
