import { DataSource, type SelectQueryBuilder } from 'typeorm';
import type { Row, Table } from '../table';
import { entityOf } from './entity';

/**
 * TypeORM as a writer of SQL. It has no connections: rows are read over those of the process, which know our types, and
 * need not be made into entities. (Of a page of 50 bookings that would take the process half as long again.)
 */
class SqlWriter<T extends Table> extends DataSource {
  readonly entity = entityOf(this.table);

  constructor(private readonly table: T) {
    super({ type: 'postgres' });
  }

  async ready(): Promise<this> {
    this.setOptions({ entities: [this.entity] });
    await this.buildMetadatas();
    return this;
  }
}

/** One for each table: there may be tables of one name, of different builds. */
const writers = new WeakMap<Table, Promise<SqlWriter<Table>>>();

/** A query over the table's view, which it calls by the table's name. It selects nothing yet. */
export async function queryOver<T extends Table>(table: T): Promise<SelectQueryBuilder<Row<T>>> {
  const writing = writers.get(table) ?? new SqlWriter(table).ready();
  writers.set(table, writing);
  const writer = (await writing) as SqlWriter<T>;
  return writer.createQueryBuilder(writer.entity, table.name).select([]);
}
