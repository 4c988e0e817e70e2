import { HttpLoad, type LoadPlan, type LoadResult } from './http-load';

/** Runs the plans its parent sends, one at a time, and keeps the connections of each server between them. */
const loads = new Map<string, HttpLoad>();

async function run(plan: LoadPlan): Promise<LoadResult> {
  const key = `${plan.connections} ${plan.origin}`;
  let load = loads.get(key);
  if (!load) {
    load = new HttpLoad(plan.origin, plan.connections);
    loads.set(key, load);
    await load.connect();
  }
  return load.run(plan);
}

process.on('message', (plan: LoadPlan) => {
  void run(plan).then((result) => process.send?.(result));
});
