export * from './page';
export * from './projection';
export * from './read-models';
export * from './run-projection';
export * from './table';
