import { bookingMigrations } from '@yoyaku/booking';
import { eventingMigrations } from '@yoyaku/eventing';
import { identityMigrations } from '@yoyaku/identity';
import { notificationsMigrations } from '@yoyaku/notifications';
import { platformMigrations } from '@yoyaku/platform';
import { type Migrations, postgresMigrations, runMigrations } from '@yoyaku/postgres';
import { projectingMigrations } from '@yoyaku/projecting';

/** Of everything that is kept outside the stream; each lies with whoever owns the table. */
export const migrations: Migrations = [
  ...postgresMigrations,
  ...eventingMigrations,
  ...projectingMigrations,
  ...identityMigrations,
  ...bookingMigrations,
  ...notificationsMigrations,
  ...platformMigrations,
];

/** Brings an installation's database up to date; see {@link runMigrations}. */
export const migrate = (databaseUrl: string): Promise<void> => runMigrations(databaseUrl, migrations);
