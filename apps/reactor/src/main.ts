import { createLogger, runProcess } from '@yoyaku/composition';
import { startReactor } from './reactor-process';

runProcess({ app: 'reactor', loggerOf: (config) => createLogger({ app: 'reactor' }, config), start: startReactor });
