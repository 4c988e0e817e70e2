import { USER } from '@yoyaku/identity/events';
import { boolean, defineAggregateTable, nullable, text, uuid } from '@yoyaku/projecting';

/** All registered users. Name and e-mail are null after erasure. */
export const users = defineAggregateTable('users', {
  of: USER,
  columns: {
    id: uuid,
    name: nullable(text),
    email: nullable(text),
    emailVerified: boolean,
    locale: text,
    role: text,
    status: text,
  },
  indexes: [['createdAt', 'id'], { sql: '(lower(email))' }, ['role', 'createdAt']],
});
