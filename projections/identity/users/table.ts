import { boolean, defineTable, instant, nullable, text, uuid } from '@yoyaku/projecting';

/** Everybody who has registered. Name and e-mail are null once erased. */
export const users = defineTable('users', {
  columns: {
    id: uuid,
    name: nullable(text),
    email: nullable(text),
    emailVerified: boolean,
    locale: text,
    role: text,
    status: text,
    createdAt: instant,
    updatedAt: instant,
  },
  key: ['id'],
  indexes: [['createdAt', 'id'], { sql: '(lower(email))' }, ['role', 'createdAt']],
});
