import definitions from '@projections/definitions.json';
import { projections } from './projections';

// A read model that is defined but in no context's list would be run by nobody, and nobody would notice.
it('runs every read model that is defined', () => {
  expect(projections.map(({ name }) => name).sort()).toEqual(Object.keys(definitions));
});
