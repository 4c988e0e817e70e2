import { createLogger, runProcess } from '@yoyaku/composition';
import { startReactor } from './reactor-process';

runProcess({ loggerOf: (config) => createLogger({ app: 'reactor' }, config), start: startReactor });
