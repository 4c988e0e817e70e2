import { runProcess } from '@yoyaku/composition';
import { createApi } from './create-api';
import { apiLogger } from './server/logging';

runProcess({
  app: 'api',
  loggerOf: apiLogger,
  start: async (config, logger) => {
    const api = await createApi(config, logger);
    await api.listen(config.port, config.host);
    // Answers what was asked before it goes.
    return { stop: () => api.close() };
  },
});
