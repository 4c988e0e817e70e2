// Preloaded by a projector: what it does with a business of that name does not end.
const { projections } = require('../../../libs/composition/src/index.ts');

const { on } = projections.find(({ name }) => name === 'businesses');
const { BusinessCreated } = on;
on.BusinessCreated = (event, rows) => {
  while (event.data.name === 'Endless');
  BusinessCreated(event, rows);
};
