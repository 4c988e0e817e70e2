import { fromEpochMs } from '@yoyaku/kernel';
import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { snakeCase } from '../names';
import type { Column, Row, Table } from '../table';

/**
 * What TypeORM gives as other types than ours. It reads moments as `Date`, and whole numbers of 64 bits as text. Values
 * that it is given it passes on as they are.
 */
const READ: Readonly<Record<string, (value: never) => unknown>> = {
  timestamptz: (date: Date) => fromEpochMs(date.getTime()),
  bigint: Number,
};

/**
 * A table as TypeORM's entity, whose objects are the table's rows. The entity is the view in the schema `read`, which
 * always shows the generation of the table that serves; so nobody who reads has to know which one that is.
 *
 * It is made of the table and no part of it: a change here must not count as a change of read models, which would have
 * to be rebuilt.
 */
export const entityOf = <T extends Table>({ name, columns, key }: T): EntitySchema<Row<T>> =>
  new EntitySchema({
    name,
    tableName: name,
    schema: 'read',
    type: 'view',
    columns: Object.fromEntries(
      Object.entries(columns).map(([property, column]) => [property, optionsOf(property, column, key)]),
    ) as { [Property in keyof Row<T>]: EntitySchemaColumnOptions },
  });

function optionsOf(property: string, { sql, nullable }: Column, key: readonly string[]): EntitySchemaColumnOptions {
  const type = sql.replace('[]', '') as 'text';
  const read = READ[type];
  return {
    name: snakeCase(property),
    type,
    array: sql.endsWith('[]'),
    nullable,
    primary: key.includes(property),
    transformer: read && { from: (value) => (value === null ? null : read(value as never)), to: (value) => value },
  };
}
