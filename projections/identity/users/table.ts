import { USER } from '@yoyaku/identity/events';
import { boolean, defineAggregateTable, nullable, text, uuid } from '@yoyaku/projecting';

/** All registered users. Name, e-mail, phone and user name are null after erasure, and where there are none. */
export const users = defineAggregateTable('users', {
  of: USER,
  columns: {
    id: uuid,
    name: nullable(text),
    email: nullable(text),
    emailVerified: boolean,
    phone: nullable(text),
    username: nullable(text),
    locale: text,
    role: text,
    status: text,
  },
  indexes: [['createdAt', 'id'], { sql: '(lower(email))' }, { sql: '(phone)' }, ['role', 'createdAt']],
});
