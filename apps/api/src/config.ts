import { Inject } from '@nestjs/common';

export const CONFIG = Symbol('config');

/** The installation's configuration: `@InjectConfig() config: Config`. */
export const InjectConfig = (): ParameterDecorator => Inject(CONFIG);

export const provideConfig = <T>(config: T) => ({ provide: CONFIG, useValue: config });
